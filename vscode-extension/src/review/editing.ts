/** The proposed lines of a hunk as a document that can be edited; saving it edits the hunk. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import type { Hunk } from "../protocol.gen";
import type { Store } from "../state/store";
import { isOpen } from "./hunks";

export const HUNK_SCHEME = "agentx-hunk";
export const OLD_SCHEME = "agentx-hunk-old";

/** `agentx-hunk:/p1.2/path/of/the/file.py`: its ending tells the language. */
export function hunkUri(hunk: Hunk, scheme = HUNK_SCHEME): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${hunk.id}/${hunk.path}` });
}

/** Reads hunks of the store, and asks for the long texts that are left out there. */
export class HunkReader {
  constructor(
    private readonly daemon: Daemon,
    private readonly store: Store,
  ) {}

  /** With all its texts. Throws for one that is not there. */
  async read(id: string): Promise<Hunk> {
    const proposalId = id.split(".", 1)[0] ?? "";
    const known = this.store.proposal(proposalId)?.hunks.find((hunk) => hunk.id === id);
    if (known !== undefined && !known.isTextLeftOut) return known;
    const { proposal } = await this.daemon.request("agentx/proposal/get", { proposalId });
    const found = proposal.hunks.find((hunk) => hunk.id === id);
    if (found === undefined) throw vscode.FileSystemError.FileNotFound(`There is no hunk ${id}.`);
    return found;
  }
}

/** The file system of `agentx-hunk`: files are hunks. Nothing can be made, moved or taken away there. */
export class HunkFiles implements vscode.FileSystemProvider, vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #times = new Map<string, number>();
  readonly #texts = new Map<string, string>();
  readonly #closers: vscode.Disposable[];

  constructor(
    private readonly daemon: Daemon,
    private readonly reader: HunkReader,
    store: Store,
  ) {
    this.#closers = [
      this.#changed,
      vscode.workspace.registerFileSystemProvider(HUNK_SCHEME, this, { isCaseSensitive: true }),
      vscode.workspace.registerTextDocumentContentProvider(OLD_SCHEME, this),
      store.onDidChangeProposals(() => void this.#look(store)),
    ];
  }

  watch(): vscode.Disposable {
    return { dispose: () => undefined }; // the store tells of changes anyway
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (uri.path.split("/").length < 3) return { type: vscode.FileType.Directory, ctime: 1, mtime: 1, size: 0 };
    const hunk = await this.reader.read(idOf(uri));
    const time = this.#times.get(hunk.id) ?? 1;
    const size = Buffer.byteLength(hunk.newText);
    const stat = { type: vscode.FileType.File, ctime: 1, mtime: time, size };
    return canBeEdited(hunk) ? stat : { ...stat, permissions: vscode.FilePermission.Readonly };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const hunk = await this.reader.read(idOf(uri));
    this.#texts.set(hunk.id, hunk.newText);
    return Buffer.from(hunk.newText);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const hunkId = idOf(uri);
    const newText = Buffer.from(content).toString();
    try {
      const { hunk } = await this.daemon.request("agentx/hunk/edit", { hunkId, newText });
      this.#texts.set(hunkId, hunk.newText);
      this.#touch(hunkId);
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(told(error));
    }
  }

  /** The lines that the hunk replaces, for the other side of the diff. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return (await this.reader.read(idOf(uri))).oldText;
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  dispose(): void {
    for (const closer of this.#closers) closer.dispose();
  }

  #touch(id: string): void {
    this.#times.set(id, Math.max(Date.now(), (this.#times.get(id) ?? 1) + 1));
  }

  /** What was edited elsewhere while it is open here is read again. */
  async #look(store: Store): Promise<void> {
    for (const [id, text] of this.#texts) {
      const hunk = store.proposal(id.split(".", 1)[0] ?? "")?.hunks.find((found) => found.id === id);
      if (hunk === undefined || hunk.isTextLeftOut || hunk.newText === text) continue;
      this.#texts.set(id, hunk.newText);
      this.#touch(id);
      this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri: hunkUri(hunk) }]);
    }
  }
}

/** Opens the editable document beside what the hunk replaces. */
export async function openEditor(reader: HunkReader, id: string): Promise<void> {
  const hunk = await reader.read(id);
  if (!canBeEdited(hunk)) {
    void vscode.window.showWarningMessage(`AgentX: ${id} cannot be edited: ${whyNot(hunk)}.`);
    return;
  }
  const title = `${id} ${hunk.path.slice(hunk.path.lastIndexOf("/") + 1)} (edit on the right, save to keep it)`;
  await vscode.commands.executeCommand("vscode.diff", hunkUri(hunk, OLD_SCHEME), hunkUri(hunk), title, { preview: false });
}

function canBeEdited(hunk: Hunk): boolean {
  return isOpen(hunk) && hunk.encoding !== "binary" && (hunk.kind === "text" || hunk.kind === "whole");
}

function whyNot(hunk: Hunk): string {
  if (!isOpen(hunk)) return `it is ${hunk.state} already`;
  return hunk.encoding === "binary" ? "it is not text" : `it is a ${hunk.kind}, not lines`;
}

function idOf(uri: vscode.Uri): string {
  return uri.path.split("/", 2)[1] ?? "";
}
