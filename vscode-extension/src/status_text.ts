import { assertNever } from "./assert";
import type { DaemonState } from "./daemon/daemon";
import type { Problem } from "./daemon/problems";
import type { GetUsageResult, IndexResult } from "./protocol.gen";

/** What the status bar tells. */
export interface Facts {
  readonly state: DaemonState;
  readonly problem: Problem;
  readonly version: string;
  readonly folder: string;
  readonly nFolders: number;
  readonly nRunning: number;
  readonly nHunks: number;
  readonly nQuestions: number;
  readonly costs: GetUsageResult | undefined;
  readonly index: IndexResult | undefined;
}

/** `$(sync~spin) AgentX 2  $0.12  index 45%` */
export function shownText(facts: Facts): string {
  if (facts.state !== "running") return `$(${icon(facts)}) AgentX${suffix(facts.state)}`;
  const parts = [`$(${icon(facts)}) AgentX${facts.nRunning > 0 ? ` ${facts.nRunning}` : ""}`];
  if (facts.nQuestions > 0) parts.push(`$(bell) ${facts.nQuestions}`);
  if (facts.nHunks > 0) parts.push(`$(diff) ${facts.nHunks}`);
  if (facts.costs && facts.costs.todayCostMicros > 0) parts.push(money(facts.costs.todayCostMicros));
  if (facts.index && isIndexing(facts.index)) parts.push(`$(database) ${percent(facts.index)}%`);
  return parts.join("  ");
}

/** The same and more in whole words. */
export function tooltip(facts: Facts): string {
  return ["**AgentX**", ...lines(facts)].join("\n\n");
}

export function accessible(facts: Facts): string {
  return ["AgentX", ...lines(facts)].join(". ");
}

export function isIndexing({ state }: IndexResult): boolean {
  return state === "starting" || state === "listing" || state === "reading" || state === "embedding";
}

/** Millionths of a dollar as a person reads them. */
export function money(micros: number): string {
  const dollars = micros / 1_000_000;
  return dollars > 0 && dollars < 0.01 ? "<$0.01" : `$${dollars.toFixed(2)}`;
}

function lines(facts: Facts): readonly string[] {
  const { costs, index } = facts;
  const found = [facts.problem.message ? `${facts.problem.message} ${facts.problem.nextStep}` : sentence(facts)];
  if (facts.state !== "running") return found;
  if (facts.nFolders > 1) found.push(`It works in ${facts.folder}, the first folder of this window`);
  if (facts.nQuestions > 0) found.push(count(facts.nQuestions, "question waits", "questions wait"));
  if (facts.nHunks > 0) found.push(count(facts.nHunks, "hunk waits", "hunks wait"));
  if (costs) {
    const ceiling = costs.dayCeilingMicros > 0 ? ` of ${money(costs.dayCeilingMicros)}` : "";
    found.push(`Models cost ${money(costs.todayCostMicros)}${ceiling} today`);
  }
  if (index) found.push(indexLine(index));
  return found;
}

function indexLine(index: IndexResult): string {
  if (index.state === "embedding") return `Index: ${index.nVectors} of ${index.nChunks} pieces have vectors`;
  if (isIndexing(index)) return `Index: ${index.nFilesDone} of ${index.nFiles} files`;
  return `Index: ${index.state}, ${index.nFiles} files${index.message && `; ${index.message}`}`;
}

function percent(index: IndexResult): number {
  const [done, whole] =
    index.state === "embedding" ? [index.nVectors, index.nChunks] : [index.nFilesDone, index.nFiles];
  return whole > 0 ? Math.floor((100 * done) / whole) : 0;
}

function count(n: number, one: string, many: string): string {
  return n === 1 ? `1 ${one} for you` : `${n} ${many} for you`;
}

function sentence(facts: Facts): string {
  switch (facts.state) {
    case "idle":
      return facts.folder ? "The daemon is not started" : "Open a folder to work with agents";
    case "untrusted":
      return "Nothing starts before you trust this workspace";
    case "starting":
      return "The daemon is being started";
    case "reconnecting":
      return "The daemon went away; connecting again";
    case "running":
      return facts.nRunning > 0 ? count(facts.nRunning, "agent works", "agents work") : `agentxd ${facts.version} is ready`;
    case "missing":
    case "mismatched":
    case "failed":
      return facts.state;
    default:
      return assertNever(facts.state);
  }
}

function suffix(state: DaemonState): string {
  if (state === "missing") return ": not installed";
  if (state === "mismatched") return ": other version";
  return state === "failed" ? ": not running" : "";
}

function icon({ state, nRunning }: Facts): string {
  switch (state) {
    case "running":
      return nRunning > 0 ? "sync~spin" : "check";
    case "starting":
    case "reconnecting":
      return "loading~spin";
    case "idle":
      return "circle-outline";
    case "untrusted":
      return "shield";
    case "missing":
    case "mismatched":
    case "failed":
      return "error";
    default:
      return assertNever(state);
  }
}
