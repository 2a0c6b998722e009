/** Asks a person, and gives the daemon the answer; the first answer of any client holds. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import { unlinked } from "../links";
import type { Approval } from "../protocol.gen";
import type { Store } from "../state/store";
import { brief, details, optionText, sentence } from "./words";

export const QUESTION_SCHEME = "agentx-question";

export class Asking implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #provider: vscode.Disposable;

  constructor(
    private readonly daemon: Daemon,
    private readonly store: Store,
  ) {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(QUESTION_SCHEME, this);
  }

  /** Everything about a question that waits. */
  provideTextDocumentContent(uri: vscode.Uri): string {
    const id = uri.path.slice(1).replace(/\.txt$/, "");
    const approval = this.store.approvals().find((found) => found.id === id);
    return approval === undefined ? `${id} was answered.\n` : details(approval, this.store.task(approval.taskId), Date.now());
  }

  /** Give an answer. What another client was quicker with is told. */
  async decide(approvalId: string, decision: string): Promise<void> {
    try {
      const { approval } = await this.daemon.request("agentx/approval/decide", { approvalId, decision });
      vscode.window.setStatusBarMessage(`$(check) AgentX: ${approval.id} answered: ${approval.decision}`, 5_000);
    } catch (error) {
      void vscode.window.showWarningMessage(`AgentX: ${unlinked(told(error))}`);
    }
  }

  /** Ask for an answer with the keyboard: which question where several wait, then what. */
  async pick(id?: string): Promise<void> {
    const waiting = this.store.approvals();
    const approval = waiting.find((found) => found.id === id) ?? (waiting.length === 1 ? waiting[0] : await which(waiting));
    if (approval === undefined) return;
    const look = "$(info) Show all of it";
    const rows: (vscode.QuickPickItem & { readonly option?: string })[] = [
      ...approval.options.map((option) => answerRow(approval, option)),
      { label: "", kind: vscode.QuickPickItemKind.Separator },
      { label: look, ...(approval.note ? { detail: approval.note } : {}) },
    ];
    const chosen = await this.#whileWaiting(approval, (token) =>
      vscode.window.showQuickPick(rows, { title: sentence(approval), placeHolder: "Your answer", ignoreFocusOut: true }, token),
    );
    if (chosen?.label === look) return this.show(approval.id);
    if (chosen?.option !== undefined) await this.decide(approval.id, chosen.option);
  }

  /** The whole question as a document. */
  async show(id: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: QUESTION_SCHEME, path: `/${id}.txt` }));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#provider.dispose();
  }

  /** A pick that goes away when somebody answers elsewhere. */
  async #whileWaiting<T>(approval: Approval, ask: (token: vscode.CancellationToken) => Thenable<T>): Promise<T> {
    const source = new vscode.CancellationTokenSource();
    const listener = this.store.onDidChangeApprovals(() => {
      if (!this.store.approvals().some((found) => found.id === approval.id)) source.cancel();
    });
    try {
      return await ask(source.token);
    } finally {
      listener.dispose();
      source.dispose();
    }
  }
}

function answerRow(approval: Approval, option: string): vscode.QuickPickItem & { readonly option: string } {
  const { title, detail } = optionText(approval, option);
  return { label: title, option, ...(detail ? { detail } : {}) };
}

async function which(waiting: readonly Approval[]): Promise<Approval | undefined> {
  if (waiting.length === 0) {
    void vscode.window.showInformationMessage("AgentX: no question waits for you.");
    return undefined;
  }
  const rows = waiting.map((approval) => ({
    label: brief(approval),
    description: `${approval.id} · ${approval.taskId}`,
    detail: approval.why,
    approval,
  }));
  return (await vscode.window.showQuickPick(rows, { title: `${waiting.length} questions wait for you` }))?.approval;
}
