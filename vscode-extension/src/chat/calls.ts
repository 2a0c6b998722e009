/** A tool call in a few words: what it is about, and how it went. */

import { short } from "../webviews/format";

type Arguments = Readonly<Record<string, unknown>>;

const CHANGED_FILE = /^\*\*\* (?:Update|Add|Delete) File: (.+)$|^\+\+\+ (?:b\/)?(.+)$|^(.+)\n<{5,} SEARCH/gm;

/** The arguments of a call as an object; none where they are not one. */
export function argumentsOf(text: string): Arguments {
  try {
    const value: unknown = JSON.parse(text);
    return isArguments(value) ? value : {};
  } catch {
    return {};
  }
}

export function isArguments(value: unknown): value is Arguments {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a call is about, on one line: its command, path, pattern, question or files. */
export function subjectOf(given: Arguments): string {
  for (const name of ["command", "path", "pattern", "query", "name", "question"]) {
    const value = given[name];
    if (typeof value === "string") return short(value);
  }
  const plan = given["plan"];
  if (typeof plan === "string") return short(plan.trim().split("\n", 1)[0] ?? "");
  for (const name of ["patch", "diff", "blocks"]) {
    const value = given[name];
    if (typeof value === "string") return short(filesOf(value).join(", ") || value);
  }
  return Object.keys(given).length ? short(JSON.stringify(given)) : "";
}

function filesOf(text: string): string[] {
  const found = [...text.replaceAll("\r\n", "\n").matchAll(CHANGED_FILE)];
  const names = found.map((match) => (match[1] ?? match[2] ?? match[3] ?? "").split("\t", 1)[0] ?? "");
  return [...new Set(names.map((name) => name.trim()).filter((name) => name && name !== "/dev/null"))];
}

/** How a call went where that is not just well: an error's first line, an exit code. */
export function endingOf(tool: string, output: string, isError: boolean): string {
  const first = output.trim().split("\n", 1)[0] ?? "";
  if (isError) return short(first);
  return tool === "run" ? (/^exit code (?!0\b)-?\d+/.exec(first)?.[0] ?? "") : "";
}
