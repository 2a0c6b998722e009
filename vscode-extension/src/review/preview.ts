/** The whole of one hunk, shown between the lines of the file, with its actions: a thread of one comment. */

import * as vscode from "vscode";
import type { Hunk, Proposal } from "../protocol.gen";
import type { Store } from "../state/store";
import { isOpen, proposalOf, sizeOf, verdictOf } from "./hunks";
import { conflictOf, diffOf, plain } from "./pages";
import type { Place, Places } from "./places";

/** What a title button of the thread hands to its command. */
interface HunkThread extends vscode.CommentThread {
  targets: readonly string[];
}

/** Shows at most one hunk at a time; it goes when the hunk is decided, here or elsewhere. */
export class Preview implements vscode.Disposable {
  #controller: vscode.CommentController | undefined;
  #thread: HunkThread | undefined;
  readonly #closers: vscode.Disposable[];

  constructor(
    private readonly store: Store,
    private readonly places: Places,
  ) {
    this.#closers = [
      store.onDidChangeProposals(() => this.#refresh()),
      places.onDidChange(({ uri }) => this.#follow(uri)),
    ];
  }

  /** Id of the hunk that is shown; empty for none. */
  get shown(): string {
    return this.#thread?.targets[0] ?? "";
  }

  /** Show this hunk where it stands. */
  show(uri: vscode.Uri, place: Place): void {
    this.hide();
    this.#controller ??= vscode.comments.createCommentController("agentx.review", "AgentX");
    const thread = this.#controller.createCommentThread(uri, rangeOf(place), [this.#comment(place.hunk)]);
    const own: HunkThread = Object.assign(thread, { targets: [place.hunk.id] });
    own.canReply = false;
    own.label = `${place.hunk.id} · ${sizeOf(place.hunk)}`;
    own.contextValue = `hunk.${place.hunk.state}`;
    own.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    this.#thread = own;
    void vscode.commands.executeCommand("setContext", "agentx.isPreviewShown", true);
  }

  hide(): void {
    this.#thread?.dispose();
    this.#thread = undefined;
    void vscode.commands.executeCommand("setContext", "agentx.isPreviewShown", false);
  }

  dispose(): void {
    this.hide();
    this.#controller?.dispose();
    for (const closer of this.#closers) closer.dispose();
  }

  #comment(hunk: Hunk): vscode.Comment {
    const proposal = this.store.proposal(proposalOf(hunk.id));
    return {
      author: { name: proposal?.title ?? hunk.proposalId },
      body: bodyOf(hunk, proposal),
      mode: vscode.CommentMode.Preview,
      contextValue: `hunk.${hunk.state}`,
      label: hunk.state,
    };
  }

  #refresh(): void {
    const hunk = this.store.proposal(proposalOf(this.shown))?.hunks.find((found) => found.id === this.shown);
    if (this.#thread === undefined) return;
    if (hunk === undefined || !isOpen(hunk)) return this.hide();
    this.#thread.comments = [this.#comment(hunk)];
    this.#thread.contextValue = `hunk.${hunk.state}`;
  }

  #follow(uri: vscode.Uri): void {
    if (this.#thread?.uri.toString() !== uri.toString()) return;
    const place = this.places.of(uri).find((found) => found.hunk.id === this.shown);
    if (place === undefined) return;
    const range = rangeOf(place);
    if (this.#thread.range?.isEqual(range) !== true) this.#thread.range = range;
  }
}

function bodyOf(hunk: Hunk, proposal: Proposal | undefined): vscode.MarkdownString {
  const evidence = proposal === undefined ? "" : `$(beaker) ${plain(verdictOf(proposal).text)}\n\n`;
  const text = new vscode.MarkdownString(evidence + (hunk.state === "conflicted" ? conflictOf(hunk) : diffOf(hunk, 200)));
  text.supportThemeIcons = true;
  return text;
}

function rangeOf(place: Place): vscode.Range {
  const last = Math.max(place.start, place.end - 1);
  const line = place.end > place.start ? last : Math.max(0, place.start - 1);
  return new vscode.Range(place.end > place.start ? place.start : line, 0, line, 0);
}
