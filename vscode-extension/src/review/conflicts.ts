/** Ways out of a conflict: look at both sides, take one, or merge them by hand. */

import * as vscode from "vscode";
import type { Hunk, Proposal } from "../protocol.gen";
import type { Store } from "../state/store";
import type { Deciding, Outcome } from "./deciding";
import { current } from "./diffs";
import type { HunkReader } from "./editing";
import { proposalOf } from "./hunks";
import { sideUri } from "./texts";

export const CLASH_SCHEME = "agentx-clash";

export type WayOut = "both" | "merge" | "mine" | "theirs" | "done";

interface Choice extends vscode.QuickPickItem {
  readonly way: WayOut;
}

const CHOICES: readonly Choice[] = [
  { way: "both", label: "$(diff) Look at both sides", detail: "What stands there now, and what was proposed, beside each other" },
  { way: "merge", label: "$(git-merge) Merge by hand", detail: "In the merge editor: your file, what was proposed, and what both came from" },
  { way: "mine", label: "$(account) Keep mine", detail: "Rejects the hunk; your text stays as it is" },
  { way: "theirs", label: "$(hubot) Take what was proposed", detail: "Puts it in the place of your lines, as one edit that can be undone" },
  { way: "done", label: "$(check) I merged it", detail: "Marks the hunk as done by hand; your text stays as it is" },
];

/** Leads out of conflicts. */
export class Conflicts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #provider: vscode.Disposable;

  constructor(
    private readonly store: Store,
    private readonly reader: HunkReader,
    private readonly deciding: Deciding,
  ) {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(CLASH_SCHEME, this);
  }

  /** `agentx-clash:/p1.2/ours/path`. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, id = "", side] = uri.path.split("/", 3);
    const hunk = await this.reader.read(id);
    return side === "ours" ? hunk.oursText : hunk.theirsText;
  }

  /** Ask which way, and go it. */
  async resolve(id: string): Promise<Outcome | undefined> {
    const hunk = await this.reader.read(id);
    const title = `${id} conflicts: ${hunk.reason}`;
    const choice = await vscode.window.showQuickPick(CHOICES, { title, placeHolder: "Your text stays as it is until you choose" });
    return choice === undefined ? undefined : this.go(hunk, choice.way);
  }

  /** One way out. */
  async go(hunk: Hunk, way: WayOut): Promise<Outcome | undefined> {
    const proposal = this.store.proposal(proposalOf(hunk.id));
    switch (way) {
      case "both":
        await showBoth(hunk);
        return undefined;
      case "merge":
        if (proposal !== undefined) await merge(hunk, proposal);
        return undefined;
      case "mine":
        return this.deciding.decide("reject", [hunk.id], false, "kept what stood there");
      case "done":
        return this.deciding.decide("reject", [hunk.id], false, "merged by hand");
      case "theirs":
        return proposal === undefined ? undefined : this.#takeTheirs(hunk, proposal);
    }
  }

  dispose(): void {
    this.#provider.dispose();
  }

  /** The proposed lines go in the place of the user's, then the daemon finds that they are there. */
  async #takeTheirs(hunk: Hunk, proposal: Proposal): Promise<Outcome | undefined> {
    const uri = await current(proposal, hunk.path);
    const document = uri === undefined ? undefined : await vscode.workspace.openTextDocument(uri);
    const at = document === undefined ? undefined : placeOf(document, hunk);
    if (document === undefined || at === undefined) {
      await merge(hunk, proposal);
      return { isGood: false, text: `your text of ${hunk.path} moved on since; merge ${hunk.id} by hand`, conflicts: [] };
    }
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, at, hunk.theirsText);
    if (!(await vscode.workspace.applyEdit(edit))) return { isGood: false, text: `${hunk.path} could not be edited`, conflicts: [] };
    return this.deciding.decide("accept", [hunk.id]);
  }
}

/** Where the user's side of a conflict stands; undefined where it is gone or not the only one. */
export function placeOf(document: vscode.TextDocument, hunk: Hunk): vscode.Range | undefined {
  const text = document.getText();
  const ours = document.eol === vscode.EndOfLine.CRLF ? hunk.oursText.replace(/\r?\n/g, "\r\n") : hunk.oursText;
  if (ours === "") return undefined;
  const found: number[] = [];
  for (let at = text.indexOf(ours); at >= 0; at = text.indexOf(ours, at + 1)) {
    if (at === 0 || text[at - 1] === "\n") found.push(at);
  }
  const lineAt = (at: number): number => document.positionAt(at).line;
  const near = found.filter((at) => Math.abs(lineAt(at) - hunk.startLine) <= 3);
  const best = near.length === 1 ? near : found;
  const start = best.length === 1 ? best[0] : undefined;
  if (start === undefined) return undefined;
  return new vscode.Range(document.positionAt(start), document.positionAt(start + ours.length));
}

async function showBoth(hunk: Hunk): Promise<void> {
  const [ours, theirs] = ["ours", "theirs"].map((side) =>
    vscode.Uri.from({ scheme: CLASH_SCHEME, path: `/${hunk.id}/${side}/${hunk.path}` }),
  );
  await vscode.commands.executeCommand("vscode.diff", ours, theirs, `${hunk.id}: yours ↔ proposed`);
}

/** VS Code's merge editor; where it has none, the file beside what was proposed, to be edited. */
async function merge(hunk: Hunk, proposal: Proposal): Promise<void> {
  const output = await current(proposal, hunk.path);
  const theirs = sideUri(proposal.id, hunk.path, "proposed");
  if (output === undefined) return void (await vscode.commands.executeCommand("vscode.open", theirs));
  try {
    await vscode.commands.executeCommand("_open.mergeEditor", {
      base: sideUri(proposal.id, hunk.path, "base"),
      input1: { uri: output, title: "Yours", description: "as it stands now" },
      input2: { uri: theirs, title: proposal.id, description: proposal.title },
      output,
    });
  } catch {
    await vscode.commands.executeCommand("vscode.diff", theirs, output, `${hunk.id}: proposed ↔ your file (edit on the right)`);
  }
}
