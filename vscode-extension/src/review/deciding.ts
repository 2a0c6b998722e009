/** Accept, reject, undo: asks the daemon, and tells what came of it, no more and no less. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { DaemonError, told } from "../daemon/errors";
import { unlinked } from "../links";
import type { DecideHunksResult, Hunk } from "../protocol.gen";
import type { Store } from "../state/store";
import { counted, isOpen } from "./hunks";
import { hunkIds, titleOf } from "./targets";

export type Verb = "accept" | "reject" | "undo";
type Tell = (text: string, ...actions: string[]) => Thenable<string | undefined>;

const SHOWN_MS = 5_000;
const MOST_REMEMBERED = 200;
const PAST: Record<Verb, string> = { accept: "accepted", reject: "rejected", undo: "taken back" };

/** What came of a decision, in words; `isGood` where all of it was done. */
export interface Outcome {
  readonly isGood: boolean;
  readonly text: string;
  readonly conflicts: readonly Hunk[];
}

/** Makes decisions, and remembers those of this window that can be taken back. */
export class Deciding {
  readonly #accepted: string[][] = [];
  readonly #decided = new vscode.EventEmitter<Outcome>();
  /** For whoever shows what happened; also for tests. */
  readonly onDidDecide = this.#decided.event;

  constructor(
    private readonly daemon: Daemon,
    private readonly store: Store,
  ) {}

  /** Decide on everything that the targets stand for. */
  async decide(verb: Verb, targets: readonly string[], isVerified = false, reason = ""): Promise<Outcome> {
    if (targets.length === 0) return this.#tell(nothing("There is no hunk here."));
    const method = `agentx/hunk/${verb}` as const;
    try {
      const ids = [...targets];
      const wait = this.daemon.request(method, { ids, isVerified, reason });
      const found = await (isVerified ? checking(targets, wait) : wait);
      this.#remember(verb, found.hunks);
      return this.#tell(outcomeOf(verb, found));
    } catch (error) {
      return this.#tell(this.#failed(verb, targets, error));
    }
  }

  /** Take back what was accepted last in this window. */
  async undoLast(): Promise<Outcome> {
    const ids = this.#accepted.at(-1) ?? [];
    if (ids.length === 0) return this.#tell(nothing("Nothing was accepted in this window that could be taken back."));
    return this.decide("undo", ids);
  }

  #remember(verb: Verb, hunks: readonly Hunk[]): void {
    const ids = hunks.filter((hunk) => hunk.state === "applied").map((hunk) => hunk.id);
    if (verb === "accept" && ids.length > 0) {
      this.#accepted.push(ids);
      this.#accepted.splice(0, this.#accepted.length - MOST_REMEMBERED);
    }
    const gone = new Set(verb === "undo" ? hunks.filter((hunk) => hunk.state !== "applied").map((hunk) => hunk.id) : []);
    for (const group of this.#accepted) group.splice(0, group.length, ...group.filter((id) => !gone.has(id)));
    while (this.#accepted.at(-1)?.length === 0) this.#accepted.pop();
    void vscode.commands.executeCommand("setContext", "agentx.canTakeBack", this.#accepted.length > 0);
  }

  #failed(verb: Verb, targets: readonly string[], error: unknown): Outcome {
    const ids = hunkIds(this.store, targets);
    const still = ids.filter((id) => this.#hunk(id) !== undefined && isOpen(this.#hunk(id) as Hunk)).length;
    const isCertain = !(error instanceof DaemonError && error.code === "connection_lost");
    const rest = verb !== "undo" && isCertain && still > 0 ? ` ${counted(still, "hunk")} still wait${still === 1 ? "s" : ""} for you.` : "";
    const head = isCertain ? `${titleOf(ids)} was not ${PAST[verb]}` : `Whether ${titleOf(ids)} was ${PAST[verb]} is not known`;
    return { isGood: false, text: `${ids.length > 1 ? head.replace(" was ", " were ") : head}: ${told(error)}${rest}`, conflicts: [] };
  }

  #hunk(id: string): Hunk | undefined {
    return this.store.proposal(id.split(".", 1)[0] ?? "")?.hunks.find((hunk) => hunk.id === id);
  }

  #tell(outcome: Outcome): Outcome {
    this.#decided.fire(outcome);
    return outcome;
  }

  dispose(): void {
    this.#decided.dispose();
  }
}

/** Shows outcomes: what went well for a moment, what did not until it was read. */
export async function showOutcome(outcome: Outcome, resolve: (hunk: Hunk) => unknown): Promise<void> {
  const text = unlinked(`AgentX: ${outcome.text}`);
  const first = outcome.conflicts[0];
  if (outcome.isGood) {
    vscode.window.setStatusBarMessage(`$(check) ${text}`, SHOWN_MS);
    return;
  }
  const tell: Tell = vscode.window.showWarningMessage;
  const answer = await tell(text, ...(first === undefined ? [] : ["Resolve…"]));
  if (answer !== undefined && first !== undefined) await resolve(first);
}

/** What the daemon says that became of each hunk. */
export function outcomeOf(verb: Verb, found: DecideHunksResult): Outcome {
  const conflicts = found.hunks.filter((hunk) => hunk.state === "conflicted");
  const isDone = (hunk: Hunk): boolean => doneStates(verb).includes(hunk.state);
  const done = found.hunks.filter(isDone);
  const others = found.hunks.filter((hunk) => !isDone(hunk) && hunk.state !== "conflicted");
  const checks = found.evidence.filter((ran) => ran.phase === "subset").length;
  const parts = [
    ...(done.length > 0 ? [`${titleOf(idsOf(done))} ${PAST[verb]}${verb === "accept" ? mergedText(done) : ""}`] : []),
    ...(checks > 0 ? [`${counted(checks, "check")} passed with exactly ${done.length === 1 ? "this hunk" : "these hunks"}`] : []),
    ...conflicts.slice(0, 3).map((hunk) => `${hunk.id} conflicts with your text, which stays as it is: ${hunk.reason}`),
    ...(conflicts.length > 3 ? [`${conflicts.length - 3} more conflict`] : []),
    ...others.slice(0, 3).map((hunk) => `${hunk.id} was not ${PAST[verb]}: it is ${hunk.state}${hunk.reason ? ` (${hunk.reason})` : ""}`),
    ...(others.length > 3 ? [`${others.length - 3} more were not either`] : []),
  ];
  const isGood = conflicts.length === 0 && others.length === 0;
  return { isGood, text: parts.join("; ") || "there was nothing to decide", conflicts };
}

function doneStates(verb: Verb): readonly Hunk["state"][] {
  return verb === "accept" ? ["applied"] : verb === "reject" ? ["rejected"] : ["undone", "proposed", "edited"];
}

function mergedText(hunks: readonly Hunk[]): string {
  const merged = hunks.filter((hunk) => hunk.level === "merged").length;
  const already = hunks.filter((hunk) => hunk.level === "already").length;
  const words = [
    ...(merged > 0 ? [hunks.length === 1 ? "merged with what you typed" : `${merged} merged with what you typed`] : []),
    ...(already > 0 ? [hunks.length === 1 ? "your text had it already" : `${already} your text had already`] : []),
  ];
  return words.length > 0 ? ` (${words.join(", ")})` : "";
}

function idsOf(hunks: readonly Hunk[]): string[] {
  return hunks.map((hunk) => hunk.id);
}

function nothing(text: string): Outcome {
  return { isGood: false, text, conflicts: [] };
}

/** A verified accept runs the checks first, which takes its time: that is shown. */
function checking<T>(targets: readonly string[], wait: Promise<T>): Thenable<T> {
  const title = `AgentX: running the checks on exactly ${titleOf(targets)}`;
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () => wait);
}
