/** A task's whole transcript as Markdown, to be read, searched and kept. Pure. */

import { argumentsOf, subjectOf } from "../chat/calls";
import type { GetTaskResult, TranscriptItem } from "../protocol.gen";
import { cost, counted, duration, tokens } from "../webviews/format";
import { taskLook } from "../webviews/states";

/** Everything that was said and done, in order. */
export function transcriptText({ task, transcript }: GetTaskResult): string {
  const facts = [
    taskLook(task.state).words,
    task.role,
    task.modelLabel || task.provider,
    counted(task.nSteps, "step"),
    `${tokens(task.inputTokens + task.outputTokens)} tokens`,
    cost(task.costMicros),
    ...(task.startedMs && task.endedMs ? [duration(task.endedMs - task.startedMs)] : []),
  ];
  const head = [`# ${task.id} ${task.goal.split("\n", 1)[0] ?? ""}`, facts.filter(Boolean).join(" · ")];
  const end = [task.reason, task.nextStep].filter(Boolean).join("\n\n");
  return [...head, ...transcript.map(part), ...(task.endedMs ? ["---", end] : [])].filter(Boolean).join("\n\n") + "\n";
}

function part(item: TranscriptItem): string {
  switch (item.kind) {
    case "text":
      return item.role === "user" ? `## You\n\n${item.text}` : `## ${who(item)}\n\n${item.text}`;
    case "thinking":
      return `### Thinking\n\n${quoted(item.text)}`;
    case "tool_call":
      return `### ${item.tool} ${subjectOf(argumentsOf(item.text))}\n\n${fenced(pretty(item.text), "json")}`;
    case "observation":
      return `${item.isError ? "Failed:" : "Result:"}\n\n${fenced(item.text, "text")}`;
  }
}

function who(item: TranscriptItem): string {
  return item.role === "assistant" ? "Agent" : "Tool";
}

function pretty(text: string): string {
  const given = argumentsOf(text);
  return Object.keys(given).length ? JSON.stringify(given, undefined, 2) : text;
}

function quoted(text: string): string {
  return text.replace(/^/gm, "> ");
}

/** A block that its content cannot end. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}
