/** From hunk to hunk, over all files and proposals. */

import * as vscode from "vscode";
import type { Hunk } from "../protocol.gen";
import type { Store } from "../state/store";
import { current, openProposed } from "./diffs";
import { uriOf } from "./files";
import { isOpen, proposalOf } from "./hunks";
import type { Place, Places } from "./places";

/** A stop on the way. */
interface Stop {
  readonly uri: string;
  readonly line: number;
  readonly hunk: Hunk;
}

/** All open hunks: file after file as they are proposed first, within a file from top to bottom. */
export function stopsOf(store: Store, places: Places): readonly Stop[] {
  const files = new Map<string, { uri: vscode.Uri; hunks: Hunk[] }>();
  for (const proposal of store.proposals()) {
    const order = new Map(proposal.files.map((file, at) => [file.path, at]));
    const open = proposal.hunks.filter(isOpen);
    for (const hunk of open.sort((one, other) => (order.get(one.path) ?? 0) - (order.get(other.path) ?? 0))) {
      const held = files.get(hunk.path) ?? { uri: uriOf(proposal, hunk.path), hunks: [] };
      held.hunks.push(hunk);
      files.set(hunk.path, held);
    }
  }
  return [...files.values()].flatMap(({ uri, hunks }) => {
    const lines = new Map(places.of(uri).map((place) => [place.hunk.id, place.start]));
    return hunks
      .map((hunk) => ({ uri: uri.toString(), line: lines.get(hunk.id) ?? hunk.startLine, hunk }))
      .sort((one, other) => one.line - other.line);
  });
}

/** The stop after (or before) a place; around the end it begins anew. */
export function nextStop(stops: readonly Stop[], from: Pick<Stop, "uri" | "line"> | undefined, step: 1 | -1, shown = ""): Stop | undefined {
  if (stops.length === 0) return undefined;
  const at = stops.findIndex((stop) => stop.hunk.id === shown);
  if (at >= 0) return stops[(at + step + stops.length) % stops.length];
  const own = from === undefined ? [] : stops.filter((stop) => stop.uri === from.uri);
  if (from === undefined || own.length === 0) return step === 1 ? stops[0] : stops[stops.length - 1];
  const inside = step === 1 ? own.find((stop) => stop.line > from.line) : own.findLast((stop) => stop.line < from.line);
  if (inside !== undefined) return inside;
  const edge = stops.indexOf((step === 1 ? own[own.length - 1] : own[0]) as Stop);
  return stops[(edge + step + stops.length) % stops.length];
}

/** Show the file of a hunk with the cursor on it. A file that is not there is shown as proposed. */
export async function reveal(store: Store, places: Places, id: string): Promise<{ uri: vscode.Uri; place: Place } | undefined> {
  const proposal = store.proposal(proposalOf(id));
  const hunk = proposal?.hunks.find((found) => found.id === id);
  if (proposal === undefined || hunk === undefined) return undefined;
  const uri = await current(proposal, hunk.path);
  if (uri === undefined || hunk.encoding === "binary") {
    await openProposed(proposal, hunk.path);
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const found = places.of(uri).find((place) => place.hunk.id === id);
  const place = found ?? { hunk, start: hunk.startLine, end: hunk.endLine };
  const line = Math.min(place.start, Math.max(0, document.lineCount - 1));
  const editor = await vscode.window.showTextDocument(document, { preview: true });
  const spot = new vscode.Position(line, 0);
  editor.selection = new vscode.Selection(spot, spot);
  editor.revealRange(new vscode.Range(spot, spot), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return { uri, place };
}
