/** The review in the file: lenses, decorations, preview, decisions, and the way from hunk to hunk. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import { unlinked } from "../links";
import type { Store } from "../state/store";
import { Conflicts } from "./conflicts";
import { Deciding, type Verb, showOutcome } from "./deciding";
import { Decorations } from "./decorations";
import { pathOf } from "./files";
import { HunkFiles, HunkReader, openEditor } from "./editing";
import { Hovers } from "./hovers";
import { nextStop, reveal, stopsOf } from "./navigating";
import { Places } from "./places";
import { Preview } from "./preview";
import { hunkIds, targetsOf, underCursor } from "./targets";
import { Pages } from "./telling";

const CURSOR_CALM_MS = 50;
const PREVIEW_KEY = "agentx.review.isPreviewOff";

/** Called once at activation. */
export function registerReview(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  const desk = new Desk(context, daemon, store);
  const commands: Record<string, (first?: unknown, all?: unknown) => unknown> = {
    "agentx.hunk.accept": (first, all) => desk.decide("accept", first, all),
    "agentx.hunk.acceptVerified": (first, all) => desk.decide("accept", first, all, true),
    "agentx.hunk.reject": (first, all) => desk.decide("reject", first, all),
    "agentx.hunk.rejectWithReason": (first, all) => desk.rejectWithReason(first, all),
    "agentx.hunk.undo": (first, all) => desk.decide("undo", first, all),
    "agentx.hunk.undoLast": () => desk.undoLast(),
    "agentx.hunk.acceptFile": () => desk.decideFile("accept"),
    "agentx.hunk.rejectFile": () => desk.decideFile("reject"),
    "agentx.hunk.edit": (first) => desk.withHunk(first, (id) => openEditor(desk.reader, id)),
    "agentx.hunk.why": (first) => desk.withHunk(first, (id) => desk.pages.openWhy(id)),
    "agentx.hunk.evidence": (first) => desk.withHunk(first, (id) => desk.pages.openEvidence(id)),
    "agentx.hunk.resolve": (first) => desk.withHunk(first, (id) => desk.resolve(id)),
    "agentx.hunk.preview": (first) => desk.withHunk(first, (id) => desk.preview_(id)),
    "agentx.hunk.hidePreview": () => desk.preview.hide(),
    "agentx.hunk.reveal": (first) => desk.withHunk(first, (id) => desk.reveal(id)),
    "agentx.hunk.next": () => desk.go(1),
    "agentx.hunk.previous": () => desk.go(-1),
    "agentx.review.toggleInline": () => desk.toggleInline(),
    "agentx.evidence.open": (first) => desk.withHunk(first, (id) => desk.pages.openOutput(id)),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  }
}

/** Everything that the commands of the review work with. */
class Desk {
  readonly reader: HunkReader;
  readonly pages: Pages;
  readonly preview: Preview;
  readonly #places: Places;
  readonly #deciding: Deciding;
  readonly #conflicts: Conflicts;
  readonly #decorations: Decorations;
  #later: NodeJS.Timeout | undefined;
  #last = "";

  constructor(
    private readonly context: vscode.ExtensionContext,
    daemon: Daemon,
    private readonly store: Store,
  ) {
    this.reader = new HunkReader(daemon, store);
    this.pages = new Pages(daemon, store, this.reader);
    this.#places = new Places(store);
    this.preview = new Preview(store, this.#places);
    this.#deciding = new Deciding(daemon, store);
    this.#conflicts = new Conflicts(store, this.reader, this.#deciding);
    this.#decorations = new Decorations(this.#places);
    this.#decorations.isOn = context.workspaceState.get<boolean>(PREVIEW_KEY) !== true;
    const files = new HunkFiles(daemon, this.reader, store);
    context.subscriptions.push(
      files, this.pages, this.#places, this.preview, this.#deciding, this.#conflicts, this.#decorations,
      vscode.languages.registerHoverProvider({ scheme: "file" }, new Hovers(this.#places, this.reader)),
      this.#deciding.onDidDecide((outcome) => void showOutcome(outcome, (hunk) => this.resolve(hunk.id))),
      vscode.window.onDidChangeTextEditorSelection(() => this.#cursorSoon()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#cursorSoon()),
      this.#places.onDidChange(() => this.#cursorSoon()),
    ); // prettier-ignore
  }

  /** Accept, reject or undo what was named, else what the cursor or the selection touches. */
  async decide(verb: Verb, first: unknown, all: unknown, isVerified = false): Promise<void> {
    const named = targetsOf(first, all);
    const targets = named.length > 0 || verb === "undo" ? named : underCursor(this.#places, this.store).map((place) => place.hunk.id);
    if (targets.length === 0 && verb === "undo") return this.undoLast();
    if (targets.length === 0) return void this.#nothingHere();
    const step = this.preview.shown && hunkIds(this.store, targets).includes(this.preview.shown) && verb !== "undo";
    const outcome = await this.#deciding.decide(verb, targets, isVerified);
    if (step && outcome.isGood) this.preview.hide();
  }

  async rejectWithReason(first: unknown, all: unknown): Promise<void> {
    const named = targetsOf(first, all);
    const targets = named.length > 0 ? named : underCursor(this.#places, this.store).map((place) => place.hunk.id);
    if (targets.length === 0) return void this.#nothingHere();
    const reason = await vscode.window.showInputBox({ title: `Why is ${targets.join(", ")} rejected?`, placeHolder: "The agent is told when the session goes on" });
    if (reason !== undefined) await this.#deciding.decide("reject", targets, false, reason);
  }

  async undoLast(): Promise<void> {
    await this.#deciding.undoLast();
  }

  /** Everything open in the file that is shown. */
  async decideFile(verb: Verb): Promise<void> {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const ids = uri === undefined ? [] : this.#places.of(uri).map((place) => place.hunk.id);
    if (ids.length === 0) return void vscode.window.showInformationMessage("AgentX: nothing is proposed for this file.");
    await this.#deciding.decide(verb, ids);
  }

  /** Run something on the first hunk that was named or that the cursor touches; tells what goes wrong. */
  async withHunk(first: unknown, run: (id: string) => unknown): Promise<void> {
    const id = targetsOf(first, undefined)[0] ?? underCursor(this.#places, this.store)[0]?.hunk.id ?? this.preview.shown;
    if (!id) return void this.#nothingHere();
    try {
      await run(id);
    } catch (error) {
      void vscode.window.showErrorMessage(unlinked(`AgentX: ${told(error)}`));
    }
  }

  async resolve(id: string): Promise<void> {
    await this.#conflicts.resolve(id);
  }

  /** Show the hunk whole where it stands; a second time hides it. */
  async preview_(id: string): Promise<void> {
    if (this.preview.shown === id) return this.preview.hide();
    await this.reveal(id);
  }

  async reveal(id: string): Promise<void> {
    this.#last = id;
    const found = await reveal(this.store, this.#places, id);
    if (found === undefined) return;
    const hunk = await this.reader.read(id);
    this.preview.show(found.uri, { ...found.place, hunk });
  }

  /** To the next open hunk, over all files. */
  async go(step: 1 | -1): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const from = editor && { uri: editor.document.uri.toString(), line: editor.selection.active.line };
    const isAside = editor !== undefined && pathOf(editor.document.uri) === undefined; // a diff, or an edit of a hunk
    const stop = nextStop(stopsOf(this.store, this.#places), from, step, isAside ? this.#last : this.#shownHere());
    if (stop === undefined) return void vscode.window.setStatusBarMessage("$(check-all) AgentX: no hunk waits for you", 4_000);
    await this.withHunk(stop.hunk.id, (id) => this.reveal(id));
  }

  async toggleInline(): Promise<void> {
    this.#decorations.isOn = !this.#decorations.isOn;
    await this.context.workspaceState.update(PREVIEW_KEY, !this.#decorations.isOn);
  }

  /** The hunk of the preview counts as the place where one is only while the cursor is on it. */
  #shownHere(): string {
    return underCursor(this.#places, this.store).some((place) => place.hunk.id === this.preview.shown) ? this.preview.shown : "";
  }

  #nothingHere(): void {
    const next = "Go to the next one";
    void vscode.window.showInformationMessage("AgentX: no hunk is at the cursor.", next).then((answer) => {
      if (answer === next) void this.go(1);
    });
  }

  #cursorSoon(): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      const here = underCursor(this.#places, this.store);
      void vscode.commands.executeCommand("setContext", "agentx.isOnHunk", here.length > 0);
      void vscode.commands.executeCommand("setContext", "agentx.isOnConflict", here.some((place) => place.hunk.state === "conflicted"));
    }, CURSOR_CALM_MS);
  }
}
