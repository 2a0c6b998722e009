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

/** A document whose hunks came, went or moved; `isTyped` where they only moved along with its text. */
export interface PlacesChange {
  readonly uri: vscode.Uri;
  readonly isTyped: boolean;
}

/**
 * The daemon tells the places after each change that it has seen (as diagnostics); until then they are
 * moved along with what is typed.
 */
export class Places implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<PlacesChange>();
  readonly onDidChange = this.#changed.event;
  readonly #told = new Map<string, ReadonlyMap<string, Span>>();
  readonly #known = new Map<string, readonly Place[]>();
  readonly #closers: vscode.Disposable[];

  constructor(private readonly store: Store) {
    this.#closers = [
      this.#changed,
      store.onDidChangeProposals(() => this.#all()),
      vscode.languages.onDidChangeDiagnostics((event) => event.uris.forEach((uri) => this.#hear(uri))),
      vscode.workspace.onDidChangeTextDocument((event) => this.#typed(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document.uri)),
    ];
  }

  /** The open hunks of a document, from top to bottom. */
  of(uri: vscode.Uri): readonly Place[] {
    const key = uri.toString();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const path = pathOf(uri);
    if (path === undefined) return [];
    const told = this.#told.get(key);
    const found = fromTop(this.store.hunksOf(path).filter(isOpen))
      .map((hunk) => ({ hunk, ...(told?.get(hunk.id) ?? { start: hunk.startLine, end: hunk.endLine }) }))
      .sort((one, other) => one.start - other.start);
    this.#known.set(key, found);
    return found;
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
    this.#known.clear();
    for (const document of vscode.workspace.textDocuments) {
      if (pathOf(document.uri) !== undefined) this.#changed.fire({ uri: document.uri, isTyped: false });
    }
  }

  #forget(uri: vscode.Uri): void {
    this.#told.delete(uri.toString());
    this.#known.delete(uri.toString());
  }

  /** What the daemon says; where it is what we have by following the typing, nothing happened. */
  #hear(uri: vscode.Uri): void {
    if (pathOf(uri) === undefined) return;
    const found = new Map<string, Span>();
    for (const diagnostic of vscode.languages.getDiagnostics(uri)) {
      const name = diagnostic.source === "agentx" ? hunkOf(diagnostic) : "";
      if (name) found.set(name, spanOf(diagnostic.range));
    }
    const before = this.#told.get(uri.toString());
    if (found.size === 0 && before === undefined) return;
    if (before !== undefined && isSame(before, found)) return;
    this.#told.set(uri.toString(), found);
    this.#known.delete(uri.toString());
    this.#changed.fire({ uri, isTyped: false });
  }

  #typed(event: vscode.TextDocumentChangeEvent): void {
    const uri = event.document.uri;
    const places = event.contentChanges.length > 0 ? this.of(uri) : [];
    if (places.length === 0) return;
    const moved = places.map((place) => ({ hunk: place.hunk, ...moveAll(place, event.contentChanges) }));
    this.#told.set(uri.toString(), new Map(moved.map(({ hunk, start, end }) => [hunk.id, { start, end }])));
    this.#known.set(uri.toString(), moved);
    this.#changed.fire({ uri, isTyped: true });
  }
}

function isSame(one: ReadonlyMap<string, Span>, other: ReadonlyMap<string, Span>): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([id, span]) => other.get(id)?.start === span.start && other.get(id)?.end === span.end);
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
  const isSwallowed = range.start.line < span.start && range.end.line > span.end;
  if (isSwallowed) return span; // as when a file is read anew: the daemon will tell
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
