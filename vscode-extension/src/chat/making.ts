/** Items out of what records of the log tell. */

import { isArguments } from "./calls";
import type { EndItem, Item, NoteItem, QuestionItem } from "./items";
import type { Part } from "./parts";
import { type Data, list, word } from "./records";

/** What a person said; or what the agent was told without anybody's saying it. */
export function userItem(part: Part, id: string, taskId: string, isPrompt: boolean): Item | undefined {
  if (part.kind !== "text" || !part.text.trim()) return undefined;
  if (isPrompt) return { kind: "user", id, taskId, text: part.text, by: "" };
  return note(taskId, id, "info", "The agent was told", part.text);
}

export function note(taskId: string, id: string, tone: NoteItem["tone"], title: string, text = ""): NoteItem {
  return { kind: "note", id, taskId, tone, title, text };
}

/** A question that waits. */
export function questionOf(taskId: string, data: Data): QuestionItem {
  const approvalId = word(data, "approval");
  const options = list(data, "options").map(String);
  const [subject, why, rule] = [word(data, "subject"), word(data, "why"), word(data, "rule")];
  return { kind: "question", id: approvalId, taskId, approvalId, subject, why, rule, options, decision: "", by: "" };
}

/** How a turn ended; its reason is left out where the model's last words were the same. */
export function endOf(taskId: string, outcome: string, told: string, nextStep: string, saidLast: string): EndItem {
  const reason = saidLast === told.trim() ? "" : told;
  return { kind: "end", id: `${taskId}.end`, taskId, outcome, reason, nextStep };
}

/** Waiting hunks that a turn could not begin with, and why; undefined where there are none. */
export function leftOut(taskId: string, seq: number, data: Data): NoteItem | undefined {
  const left = data["left"];
  if (!isArguments(left) || !Object.keys(left).length) return undefined;
  const text = Object.entries(left).map(([hunk, why]) => `${hunk}: ${String(why)}`).join("\n");
  return note(taskId, `${taskId}.n${seq}`, "warning", "Some waiting hunks do not merge any more", text);
}
