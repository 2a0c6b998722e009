import { appendFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import Mocha from "mocha";
import * as vscode from "vscode";
import { activation } from "./activation";

/** Outcomes are written to a file; nothing else is told. */
class Quiet extends Mocha.reporters.Base {
  override epilogue(): void {}
}

interface Outcome {
  readonly file: string;
  readonly title: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly durationMs: number;
  readonly error: string;
  readonly notes: readonly string[];
}

/** What VS Code calls in the extension host: runs every *.test.js beside this file, and writes each outcome as a line. */
export async function run(): Promise<void> {
  const target = process.env["AGENTX_HOST_RESULT"];
  if (!target) throw new Error("AGENTX_HOST_RESULT does not say where the result goes");
  const tell = (line: object): void => appendFileSync(target, `${JSON.stringify(line)}\n`);
  let problem = "";
  try {
    await runFiles(tell);
  } catch (error) {
    problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  await vscode.extensions.getExtension("agentx.agentx")?.activate(); // so that there is something to measure
  tell({ isEnd: true, problem, activation: activation() });
}

async function runFiles(tell: (line: object) => void): Promise<void> {
  const only = (process.env["AGENTX_HOST_FILES"] ?? "").split(",").filter(Boolean);
  const mocha = new Mocha({ ui: "tdd", timeout: 60_000, reporter: Quiet });
  for (const name of readdirSync(__dirname).sort()) {
    if (!name.endsWith(".test.js")) continue;
    const file = name.replace(/\.js$/, ".ts");
    if (only.length > 0 && !only.includes(file)) continue;
    mocha.addFile(path.join(__dirname, name));
  }
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    runner.on("pass", (test) => tell(outcome(test)));
    runner.on("pending", (test) => tell(outcome(test)));
    runner.on("fail", (test, error: unknown) => tell(outcome(test, error)));
  });
}

function outcome(test: Mocha.Runnable, error?: unknown): Outcome {
  return {
    file: path.basename(test.file ?? "").replace(/\.js$/, ".ts"),
    title: test.title,
    state: error ? "failed" : test.state === "passed" ? "passed" : "skipped",
    durationMs: test.duration ?? 0,
    error: error instanceof Error ? (error.stack ?? error.message) : error ? String(error) : "",
    notes: noted(test),
  };
}

/** What a test said by `note`, measurements above all. */
function noted(test: Mocha.Runnable): readonly string[] {
  const notes: unknown = Reflect.get(test, "notes");
  return Array.isArray(notes) ? notes.map(String) : [];
}
