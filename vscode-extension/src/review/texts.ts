/** Sides of proposed files as read-only documents, read from the daemon and read again when they change. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import type { Store } from "../state/store";
import { pathOf } from "./files";

export const SIDE_SCHEME = "agentx-side";
export type Side = "base" | "proposed" | "result";

const CALM_MS = 120;

/** The document of one side; its name ends like the file's, so that it is coloured alike. */
export function sideUri(proposal: string, path: string, side: Side): vscode.Uri {
  const query = new URLSearchParams({ proposal, side }).toString();
  return vscode.Uri.from({ scheme: SIDE_SCHEME, path: `/${path}`, query });
}

/** Provides the documents of `agentx-side`. */
export class SideTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #closers: vscode.Disposable[];
  readonly #later = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly daemon: Daemon,
    store: Store,
  ) {
    this.#closers = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SIDE_SCHEME, this),
      store.onDidChangeProposals((ids) => this.#again(ids)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#typed(event.document)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const { proposal, side } = partsOf(uri);
    const params = { proposalId: proposal, path: uri.path.slice(1), side };
    const found = await this.daemon.request("agentx/proposal/text", params, token);
    return found.encoding === "binary" ? "This file is not text; it can only be accepted or rejected as a whole.\n" : found.text;
  }

  dispose(): void {
    for (const timer of this.#later.values()) clearTimeout(timer);
    for (const closer of this.#closers) closer.dispose();
  }

  /** Proposals changed; none named means all. */
  #again(ids: readonly string[]): void {
    for (const document of this.#shown()) {
      if (ids.length === 0 || ids.includes(partsOf(document.uri).proposal)) this.#soon(document.uri);
    }
  }

  /** What a file becomes with a proposal depends on what stands in it. */
  #typed(document: vscode.TextDocument): void {
    const path = document.uri.scheme === SIDE_SCHEME ? undefined : pathOf(document.uri);
    if (path === undefined) return;
    for (const shown of this.#shown()) {
      if (shown.uri.path === `/${path}` && partsOf(shown.uri).side === "result") this.#soon(shown.uri);
    }
  }

  #shown(): vscode.TextDocument[] {
    return vscode.workspace.textDocuments.filter((document) => document.uri.scheme === SIDE_SCHEME);
  }

  #soon(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#later.get(key));
    const tell = (): void => {
      this.#later.delete(key);
      this.#changed.fire(uri);
    };
    this.#later.set(key, setTimeout(tell, CALM_MS));
  }
}

/** `p1:path` of a side; undefined for other documents. */
export function targetOfSide(uri: vscode.Uri): string | undefined {
  return uri.scheme === SIDE_SCHEME ? `${partsOf(uri).proposal}:${uri.path.slice(1)}` : undefined;
}

function partsOf(uri: vscode.Uri): { readonly proposal: string; readonly side: Side } {
  const query = new URLSearchParams(uri.query);
  const side = query.get("side");
  const known = side === "base" || side === "result" ? side : "proposed";
  return { proposal: query.get("proposal") ?? "", side: known };
}
