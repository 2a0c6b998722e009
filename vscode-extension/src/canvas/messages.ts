/** What the canvas's page and the extension say to each other. The page is not trusted. */

import { isArguments } from "../chat/calls";
import type { Graph, Scope } from "./graph";
import type { Layout } from "./layout";

export interface Scene {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly goals: readonly { readonly id: string; readonly title: string }[];
  /** `live`, `all`, or the id of a goal. */
  readonly scope: string;
  /** False while the daemon is away: what is shown may be old. */
  readonly isCurrent: boolean;
}

export type ToCanvas = { readonly type: "scene"; readonly scene: Scene };

export type FromCanvas =
  | { readonly type: "ready"; readonly scope: string }
  | { readonly type: "scope"; readonly scope: string }
  | { readonly type: "open"; readonly id: string };

export function readFromCanvas(value: unknown): FromCanvas | undefined {
  if (!isArguments(value)) return undefined;
  const word = (name: string): string => (typeof value[name] === "string" ? String(value[name]).slice(0, 200) : "");
  switch (value["type"]) {
    case "ready":
    case "scope":
      return { type: value["type"], scope: word("scope") };
    case "open":
      return { type: "open", id: word("id") };
    default:
      return undefined;
  }
}

/** The scope that a word of the page stands for. */
export function scopeOf(word: string): Scope {
  return word === "live" || word === "all" ? word : word ? { goalId: word } : "live";
}
