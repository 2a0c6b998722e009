/** Where open hunks stand in the documents that are open, at every keystroke. */

import * as vscode from "vscode";
import type { Hunk } from "../protocol.gen";
import type { Store } from "../state/store";
import { pathOf } from "./files";
import { fromTop, isOpen } from "./hunks";

/** Lines from 0; the end is the line after the last one, and the start itself for an insertion before it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Place extends Span {
  readonly hunk: Hunk;
}

/**
 * The daemon tells the places after each change that it has seen (as diagnostics); until then they are
 * moved along with what is typed.
 */
export class Places implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** Hunks of this document came, went or moved. */
  readonly onDidChange = this.#changed.event;
  readonly #told = new Map<string, Map<string, Span>>();
  readonly #closers: vscode.Disposable[];

  constructor(private readonly store: Store) {
    this.#closers = [
      this.#changed,
      store.onDidChangeProposals(() => this.#all()),
      vscode.languages.onDidChangeDiagnostics((event) => event.uris.forEach((uri) => this.#hear(uri))),
      vscode.workspace.onDidChangeTextDocument((event) => this.#typed(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#told.delete(document.uri.toString())),
    ];
  }

  /** The open hunks of a document, from top to bottom. */
  of(uri: vscode.Uri): readonly Place[] {
    const path = pathOf(uri);
    if (path === undefined) return [];
    const told = this.#told.get(uri.toString());
    return fromTop(this.store.hunksOf(path).filter(isOpen))
      .map((hunk) => ({ hunk, ...(told?.get(hunk.id) ?? { start: hunk.startLine, end: hunk.endLine }) }))
      .sort((one, other) => one.start - other.start);
  }

  /** The hunks that these lines touch; for an insertion that is the line above it, too, where nothing else is. */
  at(uri: vscode.Uri, lines: readonly Span[]): readonly Place[] {
    const places = this.of(uri);
    const exact = places.filter((place) => lines.some((span) => touches(place, span, 0)));
    return exact.length > 0 ? exact : places.filter((place) => lines.some((span) => touches(place, span, 1)));
  }

  dispose(): void {
    for (const closer of this.#closers) closer.dispose();
  }

  #all(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (pathOf(document.uri) !== undefined) this.#changed.fire(document.uri);
    }
  }

  #hear(uri: vscode.Uri): void {
    if (pathOf(uri) === undefined) return;
    const found = new Map<string, Span>();
    for (const diagnostic of vscode.languages.getDiagnostics(uri)) {
      const name = diagnostic.source === "agentx" ? hunkOf(diagnostic) : "";
      if (name) found.set(name, spanOf(diagnostic.range));
    }
    if (found.size === 0 && !this.#told.has(uri.toString())) return;
    this.#told.set(uri.toString(), found);
    this.#changed.fire(uri);
  }

  #typed(event: vscode.TextDocumentChangeEvent): void {
    const key = event.document.uri.toString();
    const places = event.contentChanges.length > 0 ? this.of(event.document.uri) : [];
    if (places.length === 0) return;
    const moved = new Map(places.map((place) => [place.hunk.id, moveAll(place, event.contentChanges)]));
    this.#told.set(key, moved);
    this.#changed.fire(event.document.uri);
  }
}

/** A span after changes of the text; VS Code tells them from the bottom to the top. */
export function moveAll(span: Span, changes: readonly vscode.TextDocumentContentChangeEvent[]): Span {
  return changes.reduce<Span>((now, change) => move(now, change.range, change.text), span);
}

function move(span: Span, range: vscode.Range, text: string): Span {
  const shift = text.split("\n").length - 1 - (range.end.line - range.start.line);
  const isAbove = range.end.line < span.start || (range.end.line === span.start && range.end.character === 0);
  if (isAbove) return { start: Math.max(0, span.start + shift), end: Math.max(0, span.end + shift) };
  if (range.start.line >= span.end) return span;
  const start = Math.min(span.start, range.start.line + (range.start.character > 0 ? 1 : 0));
  return { start: Math.min(span.start, Math.max(start, range.start.line)), end: Math.max(span.start, span.end + shift) };
}

function touches(place: Span, span: Span, reach: number): boolean {
  const last = Math.max(place.start, place.end - 1);
  return place.start - reach <= span.end && span.start <= last + (place.end > place.start ? 0 : reach);
}

/** `p1.2`, from what the daemon sends along, else from the message, which begins with it. */
function hunkOf(diagnostic: vscode.Diagnostic): string {
  const data = "data" in diagnostic ? (diagnostic.data as { hunkId?: unknown } | undefined) : undefined;
  if (typeof data?.hunkId === "string") return data.hunkId;
  return /^p\d+\.\d+/.exec(diagnostic.message)?.[0] ?? "";
}

function spanOf(range: vscode.Range): Span {
  const end = range.end.character > 0 ? range.end.line + 1 : range.end.line;
  return { start: range.start.line, end: Math.max(range.start.line, end) };
}
