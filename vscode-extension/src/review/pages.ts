/** Why a hunk is there, what was run for it, and what it changes: as Markdown. Knows no editor. */

import type { Evidence, Hunk, Proposal, Task } from "../protocol.gen";
import { linesOf, phaseText, ranText, seconds, sizeOf, verdictOf } from "./hunks";

const HOVER_LINES = 40;

/** A text that Markdown takes for nothing but text. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~&$-]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

/** A block of code that the text cannot end. */
export function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((found) => found[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}

/** A piece of code within a line. */
export function inline(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((found) => found[0].length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks} ${text.replace(/\s*\n\s*/g, " ⏎ ")} ${ticks}`;
}

/** Removed and added lines of a hunk, at most so many of each. */
export function diffOf(hunk: Hunk, most = HOVER_LINES): string {
  if (hunk.kind === "mode" || hunk.kind === "rename" || hunk.encoding === "binary") {
    return plain(`${hunk.kind}: ${sizeOf(hunk)}`);
  }
  const lines = [...marked("-", hunk.oldText, most), ...marked("+", hunk.newText, most)];
  return fenced(lines.join("\n"), "diff");
}

function marked(mark: string, text: string, most: number): string[] {
  const lines = linesOf(text);
  const shown = lines.slice(0, most).map((line) => mark + line);
  return lines.length > most ? [...shown, `${mark}… ${lines.length - most} more`] : shown;
}

/** Both sides of a hunk that did not merge. */
export function conflictOf(hunk: Hunk): string {
  return [
    `**Conflict:** ${plain(hunk.reason)}`,
    "",
    "What stands there now:",
    "",
    fenced(hunk.oursText),
    "",
    "What was proposed:",
    "",
    fenced(hunk.theirsText),
  ].join("\n");
}

/** Where a hunk comes from. */
export function whyPage(hunk: Hunk, proposal: Proposal, task: Task | undefined): string {
  const rows: [string, string][] = [["Proposal", plain(`${proposal.id}: ${proposal.title}`)]];
  rows.push(["By", plain(proposal.author)]);
  if (task !== undefined) {
    rows.push(["Task", plain(`${task.id}, ${task.state}`)]);
    rows.push(["Model", plain(task.modelLabel || task.provider)]);
    rows.push(["Sandbox", plain(task.sandbox) + (task.isSandboxUnsafe ? " (**not isolated**)" : "")]);
  }
  const verdict = verdictOf(proposal);
  rows.push(["Evidence", plain(verdict.text)]);
  const parts = [
    `# Why ${hunk.id}?`,
    "",
    inline(hunk.path),
    "",
    ...(task !== undefined ? ["## What was asked", "", quoted(task.goal), ""] : []),
    ...(task?.reason ? ["## What the agent said about it", "", quoted(task.reason), ""] : []),
    "## The change",
    "",
    hunk.state === "conflicted" ? conflictOf(hunk) : diffOf(hunk, 400),
    "",
    table(["", ""], rows),
  ];
  return parts.join("\n") + "\n";
}

/** What ran, where, and how it ended. */
export function evidencePage(proposal: Proposal, outputs: ReadonlyMap<string, string>): string {
  const parts = [`# Evidence for ${proposal.id}`, "", plain(proposal.title), ""];
  if (proposal.evidence.length === 0) {
    parts.push("No command ran at a tree of this proposal.", "");
  }
  if (proposal.evidence.some((ran) => ran.isExpired)) {
    parts.push("> The files have moved on since, or a hunk was edited: what is marked *expired* speaks of other files than yours.", "");
  }
  if (proposal.evidence.length > 0) {
    parts.push(table(["When", "Command", "Result", "Took"], proposal.evidence.map(row)), "");
  }
  for (const ran of proposal.evidence) {
    parts.push(`## ${plain(ran.command)}`, "");
    parts.push(plain(`${ranText(ran)}; tree ${ran.tree.slice(0, 12)}, sandbox ${ran.backend}`), "");
    parts.push(fenced(outputs.get(ran.id) ?? ran.tail), "");
  }
  return parts.join("\n");
}

function row(ran: Evidence): string[] {
  const result = ran.exitCode === 0 ? "✓ passed" : `✗ ended with ${ran.exitCode}`;
  const when = phaseText(ran.phase) + (ran.isExpired ? " *(expired)*" : "");
  return [when, inline(ran.command).replaceAll("|", "\\|"), result, seconds(ran.durationMs)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${plain(line)}`)
    .join("\n");
}
