/** What tests of the review share: files of their own, proposals for them, and what the editor shows. */

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import type { Api } from "../../src/extension";
import type { Hunk, Proposal } from "../../src/protocol.gen";
import { assert, begin, propose, root, until } from "./support";

/** Lines `line 1` and so on, each with its line feed. */
export function numbered(n: number, changed: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: n }, (_, at) => `${changed[at + 1] ?? `line ${at + 1}`}\n`).join("");
}

/** A file of its own for a test, on the disk. */
export function fresh(name: string, text: string): string {
  const file = path.join(root(), name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return name;
}

export function onDisk(name: string): string {
  return readFileSync(path.join(root(), name), "utf8");
}

/** A hunk as the store has it now. */
export function hunkOf(api: Api, id: string): Hunk {
  const found = api.store.proposal(id.split(".", 1)[0] ?? "")?.hunks.find((hunk) => hunk.id === id);
  return found ?? assert.fail(`there is no ${id}`);
}

export async function untilState(api: Api, id: string, ...states: Hunk["state"][]): Promise<Hunk> {
  await until(() => states.includes(hunkOf(api, id).state), () => `${id} ${states.join(" or ")}; it is ${hunkOf(api, id).state}`);
  return hunkOf(api, id);
}

/** A numbered file in which these lines are proposed to change: one hunk each where they stand apart. */
export async function proposeLines(
  api: Api,
  name: string,
  n: number,
  changed: Readonly<Record<number, string>>,
): Promise<Proposal> {
  fresh(name, numbered(n));
  return propose(api, { [name]: numbered(n, changed) }, `change ${name}`);
}

/** The same for a large file: its task is asked for, as what follows its end takes a while and is told to nobody. */
export async function proposeMany(api: Api, name: string, n: number, changed: Readonly<Record<number, string>>): Promise<Proposal> {
  fresh(name, numbered(n));
  const calls = [{ name: "write", arguments: { path: name, content: numbered(n, changed) } }];
  const { taskId } = await begin(api, `change ${name}`, [{ calls }]);
  const task = await until(async () => {
    const found = (await api.daemon.request("agentx/task/get", { taskId })).task;
    return found.isSettled ? found : undefined;
  }, `the end of ${taskId}`);
  const id = task.proposalIds.at(-1) ?? assert.fail(`${task.state} ${task.reason}`);
  return until(() => api.store.proposal(id), `the proposal ${id}`);
}

/** The lenses of a document: command, what it names, its line. */
export async function lenses(uri: vscode.Uri): Promise<readonly { command: string; name: string; line: number; title: string }[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 500);
  return found.flatMap((lens) =>
    lens.command === undefined
      ? []
      : [{ command: lens.command.command, name: String(lens.command.arguments?.[0]), line: lens.range.start.line, title: lens.command.title }],
  );
}

export async function lensLine(uri: vscode.Uri, id: string): Promise<number | undefined> {
  const found = await lenses(uri);
  return found.find((lens) => lens.command === "agentx.hunk.accept" && lens.name === id)?.line;
}

/** `agentxd …` in a terminal, as another client of the same daemon. */
export async function cli(api: Api, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(api.daemon.program, words, { cwd: root() });
  return stdout;
}

/** Type as a person does: one character after the other, where the cursor is. */
export async function type(text: string): Promise<void> {
  for (const sign of text) await vscode.commands.executeCommand("type", { text: sign });
}

/** The middle and the worst of measurements, in milliseconds. */
export function spread(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
  return `median ${at(0.5)} ms, 95% ${at(0.95)} ms, worst ${at(1)} ms of ${sorted.length}`;
}
