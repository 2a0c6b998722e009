import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import type { Store } from "../state/store";
import { transcriptText } from "./transcript_text";

const SCHEME = "agentx-transcript";

/** Transcripts as documents that cannot be written; they grow while their task runs. */
export class Transcripts implements vscode.TextDocumentContentProvider {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(
    context: vscode.ExtensionContext,
    private readonly daemon: Daemon,
    store: Store,
  ) {
    context.subscriptions.push(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      store.onDidChangeTasks((ids) => this.#refresh(ids)),
      this.#changed,
    );
  }

  /** Show a task's transcript in an editor. */
  async open(taskId: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(taskId));
    await vscode.languages.setTextDocumentLanguage(document, "markdown");
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      return transcriptText(await this.daemon.request("agentx/task/get", { taskId: uri.query }));
    } catch (error) {
      return `${told(error)}\n`;
    }
  }

  #refresh(ids: readonly string[]): void {
    for (const document of vscode.workspace.textDocuments) {
      const isOurs = document.uri.scheme === SCHEME;
      if (isOurs && (!ids.length || ids.includes(document.uri.query))) this.#changed.fire(document.uri);
    }
  }
}

function uriOf(taskId: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${taskId} transcript.md`, query: taskId });
}
