/** What the chat's page and the extension say to each other. The page is not trusted. */

import { isArguments } from "./calls";
import type { Item } from "./items";

export type QueueMode = "steer" | "interrupt" | "queue" | "collect";
export const QUEUE_MODES: readonly QueueMode[] = ["steer", "interrupt", "queue", "collect"];

/** The session that is shown, without its transcript. */
export interface Head {
  /** Empty for one that begins with the next prompt. */
  readonly sessionId: string;
  readonly title: string;
  readonly state: "new" | "idle" | "running" | "waiting" | "paused" | "interrupted";
  readonly runningTaskId: string;
  /** Since when the turn runs, in milliseconds since 1970; 0 where none does. */
  readonly runningSinceMs: number;
  readonly queueMode: QueueMode;
  /** Provider and model of the next turn, for people. */
  readonly model: string;
  /** What was said and no turn has taken up yet. */
  readonly waiting: readonly { readonly id: string; readonly text: string }[];
  /** Money so far, for people; empty for none. */
  readonly cost: string;
}

export interface SessionRow {
  readonly id: string;
  readonly title: string;
  /** State, age, cost. */
  readonly description: string;
  readonly mood: string;
}

/** A proposal with what a person may decide. */
export interface Card {
  readonly proposalId: string;
  readonly title: string;
  readonly state: string;
  readonly mood: string;
  readonly nOpen: number;
  /** Commands that ran, worst first. */
  readonly evidence: readonly { readonly command: string; readonly verdict: string; readonly isGood: boolean }[];
  readonly files: readonly CardFile[];
}

export interface CardFile {
  readonly path: string;
  readonly kind: string;
  readonly hunks: readonly CardHunk[];
}

export interface CardHunk {
  readonly id: string;
  readonly state: string;
  readonly isOpen: boolean;
  /** As `+3 −1`. */
  readonly size: string;
}

export interface Attachment {
  readonly label: string;
}

export interface Trouble {
  readonly message: string;
  readonly nextStep: string;
}

export type ToPage =
  | { readonly type: "reset"; readonly head: Head; readonly items: readonly Item[]; readonly cards: readonly Card[]; readonly nEarlier: number }
  | { readonly type: "earlier"; readonly items: readonly Item[]; readonly cards: readonly Card[]; readonly nEarlier: number }
  | { readonly type: "items"; readonly added: readonly Item[]; readonly changed: readonly Item[]; readonly removed: readonly string[] }
  | { readonly type: "grown"; readonly id: string; readonly text: string }
  | { readonly type: "head"; readonly head: Head }
  | { readonly type: "cards"; readonly cards: readonly Card[] }
  | { readonly type: "sessions"; readonly sessions: readonly SessionRow[] }
  | { readonly type: "attachments"; readonly attachments: readonly Attachment[] }
  | { readonly type: "sent"; readonly isSent: boolean }
  | { readonly type: "daemon"; readonly isRunning: boolean; readonly trouble: Trouble | null }
  | { readonly type: "trouble"; readonly trouble: Trouble }
  | { readonly type: "focus" };

export type FromPage =
  | { readonly type: "ready"; readonly sessionId: string }
  | { readonly type: "send"; readonly text: string; readonly queueMode: QueueMode | "" }
  | { readonly type: "setMode"; readonly queueMode: QueueMode }
  | { readonly type: "stop" | "resume" | "new" | "listSessions" | "chooseModel" | "attach" | "restart" }
  | { readonly type: "earlier"; readonly before: string }
  | { readonly type: "open"; readonly sessionId: string }
  | { readonly type: "detach"; readonly place: number }
  | { readonly type: "decide"; readonly approvalId: string; readonly decision: string }
  | { readonly type: "openProposal"; readonly proposalId: string }
  | { readonly type: "openHunk"; readonly hunkId: string }
  | { readonly type: "accept" | "reject"; readonly ids: readonly string[] }
  | { readonly type: "openFile"; readonly path: string; readonly line: number }
  | { readonly type: "openLink"; readonly url: string }
  | { readonly type: "openTranscript"; readonly taskId: string }
  | { readonly type: "copy"; readonly text: string };

const MOST_TEXT = 1_000_000;
const BARE = ["stop", "resume", "new", "listSessions", "chooseModel", "attach", "restart"] as const;

/** A message of the page; undefined for what it may not say. */
export function readFromPage(value: unknown): FromPage | undefined {
  if (!isArguments(value)) return undefined;
  const word = (name: string): string => {
    const found = value[name];
    return typeof found === "string" && found.length <= MOST_TEXT ? found : "";
  };
  const number = (name: string): number => {
    const found = value[name];
    return typeof found === "number" && Number.isSafeInteger(found) && found >= 0 ? found : 0;
  };
  const mode = QUEUE_MODES.find((known) => known === value["queueMode"]);
  const type = word("type");
  const bare = BARE.find((known) => known === type);
  if (bare) return { type: bare };
  switch (type) {
    case "ready":
    case "open":
      return { type, sessionId: word("sessionId") };
    case "send":
      return word("text").trim() ? { type, text: word("text"), queueMode: mode ?? "" } : undefined;
    case "setMode":
      return mode && { type, queueMode: mode };
    case "earlier":
      return { type, before: word("before") };
    case "detach":
      return { type, place: number("place") };
    case "decide":
      return { type, approvalId: word("approvalId"), decision: word("decision") };
    case "openProposal":
      return { type, proposalId: word("proposalId") };
    case "openHunk":
      return { type, hunkId: word("hunkId") };
    case "accept":
    case "reject":
      return idsOf(value["ids"], type);
    case "openFile":
      return { type, path: word("path"), line: number("line") };
    case "openLink":
      return { type, url: word("url") };
    case "openTranscript":
      return { type, taskId: word("taskId") };
    case "copy":
      return { type, text: word("text") };
    default:
      return undefined;
  }
}

function idsOf(value: unknown, type: "accept" | "reject"): FromPage | undefined {
  if (!Array.isArray(value) || !value.length) return undefined;
  return value.every((id) => typeof id === "string") ? { type, ids: value } : undefined;
}

/** Where a link of a model may lead: the web, or a file of the workspace. */
export function linkTarget(url: string): { readonly web: string } | { readonly path: string; readonly line: number } | undefined {
  if (/^https?:\/\//i.test(url)) return URL.canParse(url) ? { web: url } : undefined;
  if (/^[a-z][a-z0-9+.-]*:/i.test(url) && !/^[\w./-]+:\d+$/.test(url)) return undefined;
  const found = /^(?:\.\/)?([^#?]+?)(?::(\d+)(?::\d+)?|#L(\d+)(?:-L?\d+)?)?$/.exec(url);
  const path = decoded(found?.[1] ?? "");
  if (!path || path.startsWith("/") || path.split("/").includes("..")) return undefined;
  return { path, line: Math.max(0, Number(found?.[2] ?? found?.[3] ?? 1) - 1) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
