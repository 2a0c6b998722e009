/** What is said of a question that waits for a person. Knows no editor. */

import type { Approval, Task } from "../protocol.gen";

const MOST = 300;

/** What the well-known options do. Others are answers to a question and speak for themselves. */
export function optionText(option: string): string {
  switch (option) {
    case "once":
      return "Leave for this one call";
    case "always":
      return "Leave from now on: a rule that allows it is written to the settings";
    case "never":
      return "No, also from now on: a rule that refuses it is written to the settings";
    case "yes":
    case "no":
    default:
      return "";
  }
}

/** A permission is answered with once or never; anything else is a question or a plan. */
export function isPermission(approval: Approval): boolean {
  return approval.options.includes("once");
}

/** One line of it, for a title. */
export function brief(approval: Approval): string {
  const first = approval.subject.split("\n").find((line) => line.trim()) ?? approval.subject;
  return first.trim().length > MOST ? `${first.trim().slice(0, MOST)}…` : first.trim();
}

/** A text in which VS Code finds no link: what an agent wrote must not become one. */
export function unlinked(text: string): string {
  return text.replace(/\]\(/g, "] (").replace(/\s*\n\s*/g, " ⏎ ");
}

/** The whole question in one line: what, why, and by which rule it is asked. */
export function sentence(approval: Approval): string {
  const asks = isPermission(approval) ? "wants to run" : "asks";
  const rule = approval.rule ? ` Rule: ${approval.rule}.` : "";
  const why = approval.why ? ` (${approval.why})` : "";
  return unlinked(`AgentX ${approval.taskId} ${asks}: ${brief(approval)}${why}.${rule}`);
}

/** Everything about it, as lines of text; nothing in it is rendered. */
export function details(approval: Approval, task: Task | undefined, now: number): string {
  const left = Math.max(0, Math.round((approval.expiresMs - now) / 60_000));
  const lines = [
    `Question ${approval.id} of task ${approval.taskId}`,
    ...(task === undefined ? [] : [`Goal: ${task.goal}`, `Sandbox: ${task.sandbox}${task.isSandboxUnsafe ? " (not isolated)" : ""}`]),
    "",
    approval.subject,
    "",
    `Why: ${approval.why || "-"}`,
    `Rule: ${approval.rule || "-"}`,
    `Answers: ${approval.options.join(", ")}`,
    `Without an answer it is refused in ${left} min.`,
  ];
  return lines.join("\n") + "\n";
}
