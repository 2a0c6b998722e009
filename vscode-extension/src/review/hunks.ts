/** What a review says of hunks: their words, their order, their size. Knows no editor. */

import { assertNever } from "../assert";
import type { Evidence, Hunk, Proposal } from "../protocol.gen";

export type HunkState = Hunk["state"];

const OPEN: ReadonlySet<string> = new Set(["proposed", "edited", "conflicted"]);

/** Whether a person still has to decide. */
export function isOpen(hunk: Pick<Hunk, "state">): boolean {
  return OPEN.has(hunk.state);
}

/** Icon of a state, by its name among VS Code's; a state of a newer daemon gets a question mark. */
export function stateIcon(state: HunkState): string {
  switch (state) {
    case "proposed":
      return "circle-large-outline";
    case "edited":
      return "edit";
    case "accepted":
      return "sync";
    case "applied":
      return "pass-filled";
    case "rejected":
      return "circle-slash";
    case "superseded":
      return "versions";
    case "conflicted":
      return "warning";
    case "undone":
      return "discard";
    default:
      assertNever(state);
      return "question";
  }
}

/** The colour that a state's icon has in VS Code's themes; empty for the usual one. */
export function stateColor(state: HunkState): string {
  switch (state) {
    case "applied":
      return "testing.iconPassed";
    case "conflicted":
      return "problemsWarningIcon.foreground";
    case "proposed":
    case "edited":
    case "accepted":
      return "charts.blue";
    case "rejected":
    case "superseded":
    case "undone":
      return "disabledForeground";
    default:
      assertNever(state);
      return "";
  }
}

/** The lines of a text; a text that ends with a line feed has no empty last line. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines[lines.length - 1] === "") {
    lines.pop();
  }
  return lines;
}

/** As `+3 −1`. */
export function sizeOf(hunk: Hunk): string {
  if (hunk.kind === "mode") {
    return `${octal(hunk.oldMode)} → ${octal(hunk.newMode)}`;
  }
  if (hunk.kind === "rename") {
    return `from ${hunk.oldPath}`;
  }
  if (hunk.encoding === "binary") {
    return "binary";
  }
  if (hunk.isTextLeftOut) {
    return hunk.kind === "whole" ? "whole file" : "long";
  }
  return `+${linesOf(hunk.newText).length} −${linesOf(hunk.oldText).length}`;
}

/** The line that says best what a hunk is about. */
export function headlineOf(hunk: Hunk): string {
  if (hunk.kind === "mode") {
    return "permissions";
  }
  if (hunk.kind === "rename") {
    return "renamed";
  }
  const old = new Set(linesOf(hunk.oldText).map((line) => line.trim()));
  const added = linesOf(hunk.newText).find((line) => line.trim() && !old.has(line.trim()));
  const found = added ?? linesOf(hunk.oldText).find((line) => line.trim()) ?? "";
  return found.trim().slice(0, 120) || (hunk.kind === "whole" ? "the whole file" : "blank lines");
}

/** The hunks of one file from top to bottom. */
export function fromTop(hunks: Iterable<Hunk>): Hunk[] {
  return [...hunks].sort(
    (one, other) => one.startLine - other.startLine || numberOf(one.id) - numberOf(other.id),
  );
}

/** 12 of p3.12. */
export function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(".") + 1)) || 0;
}

/** p3 of p3.12. */
export function proposalOf(id: string): string {
  return id.split(/[.:]/, 1)[0] ?? id;
}

/** How the commands of a proposal went: what a badge tells. */
export interface Verdict {
  readonly kind: "none" | "passed" | "mended" | "failed" | "expired";
  readonly text: string;
  readonly icon: string;
  readonly color: string;
}

/** What was run for a proposal, in one word. Expired evidence speaks of other files. */
export function verdictOf(proposal: Pick<Proposal, "evidence">): Verdict {
  const after = proposal.evidence.filter((ran) => ran.phase !== "before");
  if (after.length === 0) {
    return { kind: "none", text: "no checks", icon: "dash", color: "disabledForeground" };
  }
  const n = `${after.length} ${after.length === 1 ? "check" : "checks"}`;
  const failed = after.filter((ran) => ran.exitCode !== 0);
  if (failed.length > 0) {
    const text = `${failed.length} of ${n} failed`;
    return { kind: "failed", text, icon: "error", color: "testing.iconFailed" };
  }
  if (after.some((ran) => ran.isExpired)) {
    return { kind: "expired", text: `${n} passed, expired`, icon: "history", color: "testing.iconQueued" };
  }
  const mended = proposal.evidence.some((ran) => ran.phase === "before" && ran.exitCode !== 0);
  const text = mended ? `${n} passed, failed before` : `${n} passed`;
  return { kind: mended ? "mended" : "passed", text, icon: "verified-filled", color: "testing.iconPassed" };
}

/** How one run is told in a line. */
export function ranText(ran: Evidence): string {
  const end = ran.exitCode === 0 ? "passed" : `failed with ${ran.exitCode}`;
  return `${phaseText(ran.phase)}: ${end} in ${seconds(ran.durationMs)}${ran.isExpired ? ", expired" : ""}`;
}

/** A phase in words. */
export function phaseText(phase: Evidence["phase"]): string {
  switch (phase) {
    case "before":
      return "before the change";
    case "after":
      return "with the whole proposal";
    case "subset":
      return "with exactly these hunks";
    default:
      assertNever(phase);
      return "at another tree";
  }
}

/** As `1.4 s`. */
export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** As `3 hunks`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(3, "0");
}
