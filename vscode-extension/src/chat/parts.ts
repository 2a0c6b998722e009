/** Parts of messages as items, from the log's records and from transcripts alike. */

import type { TranscriptItem } from "../protocol.gen";
import { argumentsOf, endingOf, isArguments, subjectOf } from "./calls";
import type { Item, ToolItem } from "./items";

/** Characters of a tool's output or arguments that a chat shows; the transcript has all of it. */
export const MOST_OUTPUT = 4000;

/** A part of a message as the transcript tells it. */
export type Part = Pick<TranscriptItem, "kind" | "text" | "tool" | "callId" | "isError">;

/** The part that a record of the log holds; undefined for one of a later version. */
export function partOf(value: unknown): Part | undefined {
  if (!isArguments(value)) return undefined;
  const text = (name: string): string => (typeof value[name] === "string" ? String(value[name]) : "");
  switch (value["type"]) {
    case "text":
    case "thinking":
      return { kind: value["type"], text: text("text"), tool: "", callId: "", isError: false };
    case "tool_call":
      return {
        kind: "tool_call",
        text: JSON.stringify(value["arguments"] ?? {}),
        tool: text("name"),
        callId: text("id"),
        isError: false,
      };
    case "observation":
      return {
        kind: "observation",
        text: text("output"),
        tool: "",
        callId: text("call_id"),
        isError: value["is_error"] === true,
      };
    default:
      return undefined;
  }
}

/** What an assistant's part shows; nothing for an empty one. */
export function assistantItem(part: Part, id: string, taskId: string): Item | undefined {
  if (part.kind === "tool_call") return toolItem(part, id, taskId);
  if (!part.text.trim() || part.kind === "observation") return undefined;
  return { kind: part.kind, id, taskId, text: part.text, isLive: false };
}

function toolItem(part: Part, id: string, taskId: string): ToolItem {
  const given = argumentsOf(part.text);
  return {
    kind: "tool",
    id,
    taskId,
    tool: part.tool,
    subject: subjectOf(given),
    input: shortened(inputText(given)),
    state: "wanted",
    ending: "",
    output: "",
    durationMs: 0,
  };
}

function inputText(given: Readonly<Record<string, unknown>>): string {
  return Object.entries(given)
    .map(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
      return text.includes("\n") ? `${name}:\n${text}` : `${name}: ${text}`;
    })
    .join("\n");
}

/** A tool's line once its result is there. */
export function answered(item: ToolItem, part: Part, durationMs: number): ToolItem {
  return {
    ...item,
    state: part.isError ? "failed" : "done",
    ending: endingOf(item.tool, part.text, part.isError),
    output: shortened(part.text),
    durationMs,
  };
}

/** The beginning and the end of a long text. */
export function shortened(text: string): string {
  if (text.length <= MOST_OUTPUT) return text;
  const half = MOST_OUTPUT / 2;
  return `${text.slice(0, half)}\n… ${text.length - MOST_OUTPUT} characters left out …\n${text.slice(-half)}`;
}
