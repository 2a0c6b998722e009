import * as assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Api } from "../../src/extension";
import type { Proposal, RunGoalParams, Task } from "../../src/protocol.gen";

export { assert };

const LIMIT_MS = 45_000;
const STEP_MS = 15;

/** The extension as everybody else sees it, with its daemon running and its state there. */
export async function agentx(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>("agentx.agentx");
  assert.ok(extension, "the extension is not installed");
  const api = await extension.activate();
  await until(() => api.daemon.state === "running" && api.store.isWhole, () => `running; it is ${api.daemon.state}`);
  return api;
}

/** What `look` finds, as soon as it is something. Fails with what was waited for. */
export async function until<T>(look: () => T | Promise<T>, what: string | (() => string)): Promise<NonNullable<T>> {
  const last = Date.now() + LIMIT_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > last) assert.fail(`never seen: ${typeof what === "string" ? what : what()}`);
    await new Promise((done) => setTimeout(done, STEP_MS));
  }
}

/** The folder that is open. */
export function root(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail("no folder is open");
}

export function uri(file: string): vscode.Uri {
  return vscode.Uri.file(path.join(root(), file));
}

export async function open(file: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri(file)), { preview: false });
}

/** Close all editors without asking, and without saving. */
export async function closeEditors(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty || document.uri.scheme !== "file") continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

export interface Step {
  readonly text?: string;
  readonly calls?: readonly Call[];
}

let nScripts = 0;

/** A conversation that the scripted provider plays, as a file. */
export function script(...steps: readonly Step[]): string {
  nScripts += 1;
  const file = path.join(os.tmpdir(), `agentx-host-${process.pid}-${nScripts}.json`);
  writeFileSync(file, JSON.stringify({ steps: [...steps, { text: "done" }] }));
  return file;
}

/** Run a goal by a conversation; the task as it is at its end. */
export async function play(api: Api, goal: string, steps: readonly Step[], more: Partial<RunGoalParams> = {}): Promise<Task> {
  const { taskId } = await begin(api, goal, steps, more);
  return until(
    () => {
      const task = api.store.task(taskId);
      return task?.isSettled ? task : undefined;
    },
    () => `the end of ${taskId}; it is ${api.store.task(taskId)?.state}`,
  );
}

/** Begin it only. */
export async function begin(
  api: Api,
  goal: string,
  steps: readonly Step[],
  more: Partial<RunGoalParams> = {},
): Promise<{ readonly taskId: string; readonly sessionId: string }> {
  return api.daemon.request("agentx/goal/run", { goal, provider: "scripted", script: script(...steps), ...more });
}

/** A finished task that proposes these contents, by path; its proposal. */
export async function propose(api: Api, contents: Record<string, string>, goal = "a scripted change"): Promise<Proposal> {
  const calls = Object.entries(contents).map(([file, content]) => ({
    name: "write",
    arguments: { path: file, content },
  }));
  const task = await play(api, goal, [{ calls }]);
  const id = task.proposalIds.at(-1) ?? assert.fail(`${task.id} proposes nothing: ${task.state} ${task.reason}`);
  return until(() => api.store.proposal(id), `the proposal ${id}`);
}

/** Say something that stands in the test's output, a measurement above all. */
export function note(context: Mocha.Context, text: string): void {
  const test = context.test ?? assert.fail("outside a test");
  const notes: unknown = Reflect.get(test, "notes");
  Reflect.set(test, "notes", [...(Array.isArray(notes) ? notes : []), text]);
}
