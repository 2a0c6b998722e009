import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import type { Session } from "../protocol.gen";
import type { Store } from "../state/store";
import { ago, cost, counted } from "../webviews/format";
import { openProposal } from "../webviews/opening";
import { pageOf } from "../webviews/page";
import { taskLook } from "../webviews/states";
import type { Attaching } from "./attaching";
import type { ChatController } from "./controller";
import { type FromPage, linkTarget, readFromPage, type SessionRow } from "./messages";

/** The chat's page in the side bar. */
export class ChatView implements vscode.WebviewViewProvider {
  #view: vscode.WebviewView | undefined;
  #isFocusWanted = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly daemon: Daemon,
    private readonly store: Store,
    private readonly chat: ChatController,
    private readonly attaching: Attaching,
  ) {}

  resolveWebviewView(view: vscode.WebviewView): void {
    const folder = vscode.Uri.joinPath(this.context.extensionUri, "dist", "webview");
    const { webview } = view;
    const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    this.#view = view;
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    webview.onDidReceiveMessage((message: unknown) => this.#hear(message));
    view.onDidDispose(() => {
      this.#view = undefined;
      this.chat.connect(undefined);
    });
    webview.html = pageOf({ title: "AgentX chat", script: uri("chat.js"), style: uri("chat.css"), source: webview.cspSource });
  }

  /** Bring the chat to the front, ready to type. */
  async focus(): Promise<void> {
    this.#isFocusWanted = true;
    await vscode.commands.executeCommand("agentx.chat.focus");
    if (this.#view?.visible) this.chat.focus();
  }

  async listSessions(): Promise<void> {
    const sessions = await this.store.sessions();
    const rows = [...sessions].sort((one, other) => other.lastMs - one.lastMs).map((session) => rowOf(session, Date.now()));
    await this.#view?.webview.postMessage({ type: "sessions", sessions: rows });
  }

  #hear(value: unknown): void {
    const message = readFromPage(value);
    if (!message) return this.daemon.log.warn("chat: the page said something that is not understood");
    this.#obey(message).catch((error: unknown) => this.chat.fail(error));
  }

  async #obey(message: FromPage): Promise<void> {
    if (await this.chat.obey(message)) return;
    switch (message.type) {
      case "ready":
        return this.#begin(message.sessionId);
      case "listSessions":
        return this.listSessions();
      case "attach":
        await this.attaching.pick();
        return this.chat.focus();
      case "openProposal":
        return openProposal(this.store, message.proposalId);
      case "openHunk":
        return void (await vscode.commands.executeCommand("agentx.hunk.reveal", message.hunkId));
      case "accept":
      case "reject":
        for (const id of message.ids) await vscode.commands.executeCommand(`agentx.hunk.${message.type}`, id);
        return;
      case "openTranscript":
        return void (await vscode.commands.executeCommand("agentx.task.openTranscript", message.taskId));
      case "openLink":
        return this.#follow(message.url);
      case "openFile":
        return this.#openFile(message.path, message.line);
      case "copy":
        return vscode.env.clipboard.writeText(message.text);
      default:
        return;
    }
  }

  /** The page is new, or was made anew: it shows the session that it showed before. */
  async #begin(sessionId: string): Promise<void> {
    const wanted = this.chat.sessionId || sessionId;
    this.chat.connect((message) => void this.#view?.webview.postMessage(message));
    if (wanted && wanted !== this.chat.sessionId && this.daemon.state === "running") {
      await this.chat.open(wanted).catch((error: unknown) => this.daemon.log.warn(`chat: ${told(error)}`));
    }
    if (this.#isFocusWanted) this.chat.focus();
    this.#isFocusWanted = false;
  }

  /** The web only through the editor, which asks; a file only below the root. */
  async #follow(url: string): Promise<void> {
    const target = linkTarget(url);
    if (!target) throw new Error(`This link leads nowhere that may be opened: ${url.slice(0, 200)}`);
    if ("web" in target) await vscode.env.openExternal(vscode.Uri.parse(target.web, true));
    else await this.#openFile(target.path, target.line);
  }

  async #openFile(path: string, line: number): Promise<void> {
    const folder = this.daemon.folder;
    if (!folder) return;
    const selection = new vscode.Range(line, 0, line, 0);
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, path), { selection, preview: true });
  }
}

function rowOf(session: Session, now: number): SessionRow {
  const isQuiet = session.state === "idle";
  const look = taskLook(session.state);
  const facts = [
    isQuiet ? "" : look.words,
    ago(session.lastMs, now),
    counted(session.taskIds.length, "turn"),
    session.costMicros ? cost(session.costMicros) : "",
    session.openHunkIds.length ? `${counted(session.openHunkIds.length, "hunk")} to review` : "",
  ];
  const mood = isQuiet ? (session.openHunkIds.length ? "open" : "idle") : look.mood;
  return { id: session.id, title: session.title || session.id, description: facts.filter(Boolean).join(" · "), mood };
}
