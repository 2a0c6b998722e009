import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import { unlinked } from "../links";
import type { Store } from "../state/store";
import { openProposal } from "../webviews/opening";
import { pageOf } from "../webviews/page";
import { goalsOf, graphOf } from "./graph";
import { layoutOf } from "./layout";
import { readFromCanvas, scopeOf, type Scene, type ToCanvas } from "./messages";

const DRAW_MS = 80;

/** The canvas in an editor tab: what runs, what it came from, and what it made. */
export class CanvasPanel implements vscode.Disposable {
  #scope = "live";
  #timer: NodeJS.Timeout | undefined;
  #last = "";
  readonly #disposables: vscode.Disposable[];

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly daemon: Daemon,
    private readonly store: Store,
  ) {
    const folder = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    const { webview } = panel;
    const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    this.#disposables = [
      webview.onDidReceiveMessage((message: unknown) => this.#hear(message)),
      store.onDidChangeTasks(() => this.#drawSoon()),
      store.onDidChangeProposals(() => this.#drawSoon()),
      daemon.onDidChangeState(() => this.#drawSoon()),
      panel.onDidChangeViewState(() => this.#drawSoon()),
    ];
    webview.html = pageOf({ title: "AgentX canvas", script: uri("canvas.js"), style: uri("canvas.css"), source: webview.cspSource });
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** What is shown now. */
  scene(): Scene {
    const tasks = this.store.tasks();
    const graph = graphOf(tasks, this.store.proposals(), scopeOf(this.#scope));
    return { graph, layout: layoutOf(graph), goals: goalsOf(tasks), scope: this.#scope, isCurrent: this.daemon.state === "running" };
  }

  show(scope: string): void {
    this.#scope = scope || "live";
    if (this.#scope !== "live") this.store.loadDecided().catch((error: unknown) => this.daemon.log.warn(`canvas: ${told(error)}`));
    this.#draw();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #drawSoon(): void {
    this.#timer ??= setTimeout(() => this.#draw(), DRAW_MS);
  }

  #draw(isNew = false): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.panel.visible) return;
    const message: ToCanvas = { type: "scene", scene: this.scene() };
    const text = JSON.stringify(message);
    if (text === this.#last && !isNew) return;
    this.#last = text;
    void this.panel.webview.postMessage(message);
  }

  #hear(value: unknown): void {
    const message = readFromCanvas(value);
    switch (message?.type) {
      case "ready":
        this.show(message.scope);
        return this.#draw(true);
      case "scope":
        return this.show(message.scope);
      case "open":
        this.#open(message.id).catch((error: unknown) => void vscode.window.showErrorMessage(unlinked(`AgentX: ${told(error)}`)));
        return;
      case undefined:
        return this.daemon.log.warn("canvas: the page said something that is not understood");
    }
  }

  /** A goal opens as a chat, a task as its transcript, a proposal as its changes. */
  async #open(id: string): Promise<void> {
    if (this.store.task(id)) await vscode.commands.executeCommand("agentx.task.openTranscript", id);
    else if (this.store.tasks().some((task) => task.sessionId === id)) await vscode.commands.executeCommand("agentx.chat.open", id);
    else await openProposal(this.store, id);
  }
}
