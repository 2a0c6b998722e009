import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { type Attached, added } from "./attachments";
import type { ChatController } from "./controller";

/** Puts files and selections of editors beside the next prompt. */
export class Attaching {
  constructor(
    private readonly daemon: Daemon,
    private readonly chat: ChatController,
  ) {}

  /** What is selected in the editor that has, or had, the focus; the whole file where nothing is. */
  selection(): void {
    const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find((shown) => this.#pathOf(shown.document.uri));
    const path = editor && this.#pathOf(editor.document.uri);
    if (!editor || !path) {
      void vscode.window.showInformationMessage("AgentX: open a file of the workspace first.");
      return;
    }
    const { document, selection } = editor;
    this.#add({ path, language: document.languageId, ...rangeOf(document, selection) });
  }

  file(uri: vscode.Uri): void {
    const path = this.#pathOf(uri);
    if (path) this.#add({ path, language: "", lines: undefined, text: "" });
    else void vscode.window.showInformationMessage("AgentX: only files of this workspace can be attached.");
  }

  /** Ask which: the selection, an open file, or any file. */
  async pick(): Promise<void> {
    const choices: (vscode.QuickPickItem & { run: () => unknown })[] = [];
    const editor = vscode.window.activeTextEditor;
    const path = editor && this.#pathOf(editor.document.uri);
    if (editor && path) {
      const what = editor.selection.isEmpty ? "$(file) This file" : "$(list-selection) The selection";
      choices.push({ label: what, description: path, run: () => this.selection() });
    }
    for (const uri of openFiles()) {
      const name = this.#pathOf(uri);
      if (name && name !== path) choices.push({ label: `$(file) ${name}`, description: "open", run: () => this.file(uri) });
    }
    choices.push({ label: "$(search) Any file…", run: () => this.#any() });
    const choice = await vscode.window.showQuickPick(choices, { title: "Attach to the next prompt" });
    await choice?.run();
  }

  async #any(): Promise<void> {
    const defaultUri = this.daemon.folder?.uri;
    const uris = await vscode.window.showOpenDialog({ canSelectMany: true, openLabel: "Attach", ...(defaultUri && { defaultUri }) });
    for (const uri of uris ?? []) this.file(uri);
  }

  #add(one: Attached): void {
    this.chat.attach(added(this.chat.attached, one));
  }

  /** Relative to the root; undefined for what is not below it. */
  #pathOf(uri: vscode.Uri): string | undefined {
    const folder = this.daemon.folder;
    if (!folder || uri.scheme !== "file" || vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() !== folder.uri.toString()) return undefined;
    return uri.path.slice(folder.uri.path.replace(/\/$/, "").length + 1);
  }
}

function rangeOf(document: vscode.TextDocument, selection: vscode.Selection): Pick<Attached, "lines" | "text"> {
  if (selection.isEmpty) return { lines: undefined, text: "" };
  const last = selection.end.character === 0 && selection.end.line > selection.start.line ? selection.end.line - 1 : selection.end.line;
  const whole = new vscode.Range(selection.start.line, 0, last, document.lineAt(last).text.length);
  return { lines: [selection.start.line, last + 1], text: document.getText(whole) };
}

function openFiles(): vscode.Uri[] {
  const inputs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.input));
  return inputs.filter((input) => input instanceof vscode.TabInputText).map((input) => input.uri);
}
