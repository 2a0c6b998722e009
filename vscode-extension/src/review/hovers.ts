/** The whole hunk when one hovers over its lines, with what can be done about it. */

import * as vscode from "vscode";
import type { Hunk } from "../protocol.gen";
import type { HunkReader } from "./editing";
import { sizeOf } from "./hunks";
import { conflictOf, diffOf, plain } from "./pages";
import type { Places } from "./places";

const VERBS = ["accept", "reject", "edit", "why", "evidence"] as const;

/** Made when it is looked at: a thousand hunks cost nothing. */
export class Hovers implements vscode.HoverProvider {
  constructor(
    private readonly places: Places,
    private readonly reader: HunkReader,
  ) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const found = this.places.at(document.uri, [{ start: position.line, end: position.line }]);
    if (found.length === 0) return undefined;
    const hunks = await Promise.all(found.map((place) => this.reader.read(place.hunk.id)));
    return new vscode.Hover(hunks.map(hoverOf));
  }
}

/** The whole hunk with what can be done about it. */
export function hoverOf(hunk: Hunk): vscode.MarkdownString {
  const body = hunk.state === "conflicted" ? conflictOf(hunk) : diffOf(hunk);
  const links = VERBS.map((verb) => {
    const name = verb.charAt(0).toUpperCase() + verb.slice(1);
    return `[${name}](command:agentx.hunk.${verb}?${encodeURIComponent(JSON.stringify([hunk.id]))})`;
  });
  const text = new vscode.MarkdownString(`**${hunk.id}** ${plain(sizeOf(hunk))}\n\n${body}\n\n${links.join(" · ")}`);
  text.isTrusted = { enabledCommands: VERBS.map((verb) => `agentx.hunk.${verb}`) };
  return text;
}
