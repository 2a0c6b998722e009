/** Shows in the file itself what is proposed: lines that would go, and the lines that would come. */

import * as vscode from "vscode";
import type { Hunk } from "../protocol.gen";
import { headlineOf, linesOf, sizeOf } from "./hunks";
import type { Place, Places } from "./places";

const CALM_MS = 16;
const MOST_COLUMNS = 140;
/** Of one hunk so many lines have their new line behind them. */
const MOST_LINES = 100;

interface Drawn {
  readonly removed: vscode.DecorationOptions[];
  readonly coming: vscode.DecorationOptions[];
  readonly insertion: vscode.DecorationOptions[];
  readonly conflict: vscode.DecorationOptions[];
}

/** Draws into every editor that is visible, as soon as hunks move. */
export class Decorations implements vscode.Disposable {
  readonly #removed = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("diffEditor.removedLineBackground"),
    overviewRulerColor: new vscode.ThemeColor("agentx.hunkRuler"),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #coming = vscode.window.createTextEditorDecorationType({});
  readonly #insertion = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderStyle: "dashed",
    borderColor: new vscode.ThemeColor("agentx.hunkRuler"),
    borderWidth: "0 0 1px 0",
    overviewRulerColor: new vscode.ThemeColor("agentx.hunkRuler"),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });
  readonly #conflict = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("merge.currentContentBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.warningForeground"),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
  readonly #closers: vscode.Disposable[];
  #later: NodeJS.Timeout | undefined;
  #isOn = true;

  constructor(private readonly places: Places) {
    this.#closers = [
      this.#removed,
      this.#coming,
      this.#insertion,
      this.#conflict,
      places.onDidChange(({ isTyped }) => {
        if (!isTyped) this.#soon(); // else the editor moves what is drawn along with its text
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#soon()),
    ];
    this.#soon();
  }

  /** Whether what is proposed is shown between the lines. */
  set isOn(isOn: boolean) {
    this.#isOn = isOn;
    this.#soon();
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  dispose(): void {
    clearTimeout(this.#later);
    for (const closer of this.#closers) closer.dispose();
  }

  #soon(): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      for (const editor of vscode.window.visibleTextEditors) this.#draw(editor);
    }, CALM_MS);
  }

  #draw(editor: vscode.TextEditor): void {
    const places = this.#isOn ? this.places.of(editor.document.uri) : [];
    const drawn = drawingOf(places, editor.document.lineCount);
    editor.setDecorations(this.#removed, drawn.removed);
    editor.setDecorations(this.#coming, drawn.coming);
    editor.setDecorations(this.#insertion, drawn.insertion);
    editor.setDecorations(this.#conflict, drawn.conflict);
  }
}

/** What is drawn for the hunks of one document. */
export function drawingOf(places: readonly Place[], lineCount: number): Drawn {
  const drawn: Drawn = { removed: [], coming: [], insertion: [], conflict: [] };
  for (const place of places) {
    if (place.hunk.state === "conflicted") drawn.conflict.push(conflicted(place, lineCount));
    else if (place.end > place.start) {
      const { ground, behind } = replaced(place, lineCount);
      drawn.removed.push(ground);
      drawn.coming.push(...behind);
    }
    else drawn.insertion.push(inserted(place, lineCount));
  }
  return drawn;
}

function conflicted(place: Place, lineCount: number): vscode.DecorationOptions {
  const text = ` ⚠ ${place.hunk.id} conflicts: ${place.hunk.reason}`;
  return { range: lines(place.start, Math.max(place.start, place.end - 1), lineCount), ...ghost(text, "warning") };
}

/** The ground of the lines that would go, and behind each the line that would come in its place. */
function replaced(place: Place, lineCount: number): { ground: vscode.DecorationOptions; behind: vscode.DecorationOptions[] } {
  const n = Math.max(1, Math.min(place.end, lineCount) - place.start);
  const old = place.hunk.kind === "text" ? linesOf(place.hunk.oldText) : [];
  const shown = Math.min(n, MOST_LINES);
  const texts = place.hunk.kind === "text" ? sideBySide(old, linesOf(place.hunk.newText), shown) : [aboutFile(place.hunk)];
  const behind = texts.flatMap((text, at) =>
    text ? [{ range: lines(place.start + at, place.start + at, lineCount), ...ghost(text, "added") }] : [],
  );
  return { ground: { range: lines(place.start, place.start + n - 1, lineCount) }, behind };
}

function inserted(place: Place, lineCount: number): vscode.DecorationOptions {
  const at = Math.min(Math.max(0, place.start - 1), Math.max(0, lineCount - 1));
  const text = place.hunk.kind === "text" ? comingOf(linesOf(place.hunk.newText)) : aboutFile(place.hunk);
  return { range: lines(at, at, lineCount), ...ghost(text, "added") };
}

/** For each of n lines, what would stand in its place; the last one tells of those that are more. */
export function sideBySide(old: readonly string[], coming: readonly string[], n: number): string[] {
  return Array.from({ length: n }, (_, at) => {
    if (at === n - 1 && coming.length > n) return comingOf(coming.slice(at));
    const line = coming[at];
    if (line === undefined) return coming.length === 0 && at === 0 ? " − taken away" : "";
    return line === old[at] ? "" : ` → ${line.trim()}`;
  });
}

function comingOf(lines: readonly string[]): string {
  const first = lines.find((line) => line.trim())?.trim() ?? "(blank)";
  return ` + ${first}${lines.length > 1 ? `  (+${lines.length - 1} more)` : ""}`;
}

function aboutFile(hunk: Hunk): string {
  return ` ● the whole file: ${headlineOf(hunk)} (${sizeOf(hunk)})`;
}

function ghost(text: string, kind: "added" | "warning"): Pick<vscode.DecorationOptions, "renderOptions"> {
  const shown = text.length > MOST_COLUMNS ? `${text.slice(0, MOST_COLUMNS)}…` : text;
  const color = new vscode.ThemeColor(kind === "added" ? "agentx.hunkAdded" : "editorWarning.foreground");
  const contentText = shown.replace(/\t/g, " ");
  return { renderOptions: { after: { contentText, color, margin: "0 0 0 2em", fontStyle: "italic" } } };
}

function lines(first: number, last: number, lineCount: number): vscode.Range {
  const end = Math.max(0, Math.min(last, lineCount - 1));
  return new vscode.Range(Math.min(first, end), 0, end, Number.MAX_SAFE_INTEGER);
}
