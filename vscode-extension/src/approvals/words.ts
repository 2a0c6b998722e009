/** What is said of a question that waits for a person. Knows no editor. */

import { unlinked } from "../links";
import type { Approval, Task } from "../protocol.gen";

const MOST = 200;

/** An answer as a person sees it: its name, and what it writes for the time to come. */
export function optionText(approval: Approval, option: string): { readonly title: string; readonly detail: string } {
  const choice = approval.choices.find((found) => found.option === option);
  const rules = (choice?.rules ?? []).join(", ");
  const detail = rules ? `From now on: ${rules} in ${choice?.setting ?? ""} of ${choice?.place ?? "the settings"}` : "";
  return { title: choice?.title || option, detail };
}

/** A permission can be given or refused; anything else is a question of an agent, or a plan. */
export function isPermission(approval: Approval): boolean {
  return approval.options.some((option) => option === "once" || option === "allow");
}

/** The option that a button means: leave for once is `once` or `allow`, as the daemon calls it. */
export function optionNamed(approval: Approval, name: string): string | undefined {
  const names = name === "once" ? ["once", "allow"] : [name];
  return approval.options.find((option) => names.includes(option));
}

/** One line of it, for a title. */
export function brief(approval: Approval): string {
  const lines = approval.subject.split("\n").filter((line) => line.trim());
  return short((lines[0] ?? approval.subject).trim()) + (lines.length > 1 ? " …" : "");
}

/** Whether one line does not have all that leave is asked for. */
export function isCut(approval: Approval): boolean {
  return brief(approval) !== approval.subject.trim();
}

function short(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}

/** The whole question in one line: what, why, and by which rule it is asked. */
export function sentence(approval: Approval): string {
  const asks = isPermission(approval) ? "wants leave for" : "asks";
  const rule = approval.rule ? ` Rule: ${short(approval.rule)}.` : "";
  const why = approval.why ? ` (${short(approval.why)})` : "";
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
    "Answers:",
    ...approval.options.map((option) => {
      const { title, detail } = optionText(approval, option);
      return `  ${title}${detail ? `: ${detail}` : ""}`;
    }),
    ...(approval.note ? [approval.note] : []),
    `Without an answer it is refused in ${left} min.`,
  ];
  return lines.join("\n") + "\n";
}
