/** What a command is about: from a tree, a lens, a preview, a page, or the cursor. */

import * as vscode from "vscode";
import type { Store } from "../state/store";
import { counted, isOpen, proposalOf } from "./hunks";
import type { Place, Places, Span } from "./places";
import { targetOfSide } from "./texts";

/** Something that names hunks as the daemon does: `p1.2`, `p1:path` or `p1`. */
export interface Named {
  readonly targets: readonly string[];
}

/** The names that a command was called with; empty where it was called without any. */
export function targetsOf(first: unknown, all: unknown): readonly string[] {
  const given: readonly unknown[] = Array.isArray(all) && all.length > 0 ? all : [first];
  return [...new Set(given.flatMap(names))];
}

function names(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.filter((name): name is string => typeof name === "string");
  if (typeof value !== "object" || value === null) return [];
  if ("targets" in value && Array.isArray(value.targets)) return names(value.targets);
  return "contextValue" in value && "thread" in value ? names((value as { thread: unknown }).thread) : [];
}

/** The hunks under the cursors and selections of the editor that has the focus. */
export function underCursor(places: Places, store: Store): readonly Place[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return [];
  const side = targetOfSide(editor.document.uri);
  if (side !== undefined) return onlyOf(store, side);
  return places.at(editor.document.uri, editor.selections.map(linesOf));
}

/** In a diff editor the hunk is only sure where the file has just one to decide. */
function onlyOf(store: Store, target: string): readonly Place[] {
  const path = target.slice(target.indexOf(":") + 1);
  const hunks = (store.proposal(proposalOf(target))?.hunks ?? []).filter((hunk) => hunk.path === path && isOpen(hunk));
  return hunks.length === 1 ? hunks.map((hunk) => ({ hunk, start: hunk.startLine, end: hunk.endLine })) : [];
}

function linesOf(selection: vscode.Selection): Span {
  const isOpenEnded = !selection.isEmpty && selection.end.character === 0;
  return { start: selection.start.line, end: selection.end.line - (isOpenEnded ? 1 : 0) };
}

/** The hunks that the names stand for, among those that are held here. */
export function hunkIds(store: Store, targets: readonly string[]): readonly string[] {
  return targets.flatMap((target) => {
    const hunks = store.proposal(proposalOf(target))?.hunks ?? [];
    if (target.includes(":")) {
      const path = target.slice(target.indexOf(":") + 1);
      return hunks.filter((hunk) => hunk.path === path).map((hunk) => hunk.id);
    }
    return target.includes(".") ? [target] : hunks.map((hunk) => hunk.id);
  });
}

/** As `p1.2` or `3 hunks`. */
export function titleOf(ids: readonly string[]): string {
  return ids.length === 1 ? (ids[0] ?? "") : counted(ids.length, "hunk");
}
