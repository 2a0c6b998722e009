/** Files and selections that go with a prompt, as text that any model and any client can read. Pure. */

import { fenced } from "../tasks/transcript_text";
import { counted } from "../webviews/format";

export interface Attached {
  /** Relative to the root of the workspace. */
  readonly path: string;
  readonly language: string;
  /** 0-based first line and the line after the last; undefined for the whole file. */
  readonly lines: readonly [number, number] | undefined;
  /** The selected text; empty for a whole file, which the agent reads itself. */
  readonly text: string;
}

const BEGIN = "\n\nAttached:\n";
/** Characters of one selection; what is longer is read from the file by the agent. */
const MOST_TEXT = 20_000;

/** What is sent: the words of the person, then what is attached. */
export function withAttached(text: string, attached: readonly Attached[]): string {
  if (!attached.length) return text;
  return text.trimEnd() + BEGIN + attached.map(entry).join("\n");
}

function entry(one: Attached): string {
  const name = `- \`${one.path}\`${one.lines ? `, ${linesOf(one.lines)}` : ""}`;
  return one.text && one.text.length <= MOST_TEXT ? `${name}\n\n${fenced(one.text, one.language)}\n` : name;
}

function linesOf([start, end]: readonly [number, number]): string {
  return end - start <= 1 ? `line ${start + 1}` : `lines ${start + 1} to ${end}`;
}

/** For a chip: the file's name, and which lines. */
export function labelOf({ path, lines }: Attached): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!lines) return name;
  const [start, end] = lines;
  return end - start <= 1 ? `${name}:${start + 1}` : `${name}:${start + 1}-${end}`;
}

/** A prompt as it is shown: the words, and apart from them what was attached. */
export function split(text: string): { readonly words: string; readonly attached: string; readonly title: string } {
  const at = text.indexOf(`${BEGIN}- \``);
  if (at < 0) return { words: text, attached: "", title: "" };
  const attached = text.slice(at + BEGIN.length);
  const count = withoutBlocks(attached).filter((line) => line.startsWith("- `")).length;
  return { words: text.slice(0, at), attached, title: counted(count, "attachment") };
}

function withoutBlocks(text: string): string[] {
  let fence = "";
  return text.split("\n").filter((line) => {
    const found = /^`{3,}/.exec(line)?.[0] ?? "";
    if (!fence && found) fence = found;
    else if (fence && line === fence) fence = "";
    else return !fence;
    return false;
  });
}

/** The same thing attached twice is attached once. */
export function added(attached: readonly Attached[], one: Attached): readonly Attached[] {
  const isSame = (other: Attached): boolean => labelOf(other) === labelOf(one) && other.path === one.path;
  return [...attached.filter((other) => !isSame(other)), one];
}
