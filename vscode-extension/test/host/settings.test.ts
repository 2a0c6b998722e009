import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { DaemonError } from "../../src/daemon/errors";
import type { Api } from "../../src/extension";
import { isSame, type Verdict, verdict } from "../../src/settings/merging";
import { Memory } from "../../src/settings/memory";
import { Settling } from "../../src/settings/settling";
import { agentx, assert, root, until } from "./support";

const USER = vscode.ConfigurationTarget.Global;
const PROJECT = vscode.ConfigurationTarget.Workspace;

suite("settings of the daemon", () => {
  let api: Api;
  suiteSetup(async () => {
    api = await agentx();
  });

  suiteTeardown(async () => {
    for (const name of ["budgetSteps", "budgetSeconds", "reviewSeconds", "provider"]) await set(name, undefined, USER);
    await daemonSet("budget_seconds", null).catch(() => undefined); // VS Code took it out already
    await untilWritten("user", "budget_steps", undefined);
    await untilWritten("user", "review_seconds", undefined);
    rmSync(path.join(root(), ".agent/settings.json"), { force: true });
  });

  async function set(name: string, value: unknown, target: vscode.ConfigurationTarget): Promise<void> {
    await vscode.workspace.getConfiguration("agentx", api.daemon.folder).update(name, value, target);
  }

  async function daemonSet(key: string, value: unknown): Promise<void> {
    await api.daemon.request("agentx/setting/set", { key, value, scope: "user" });
  }

  async function written(scope: string): Promise<Record<string, unknown>> {
    return (await api.daemon.request("agentx/setting/get", {})).written[scope] ?? assert.fail(scope);
  }

  async function untilWritten(scope: string, key: string, value: unknown): Promise<void> {
    await until(async () => isSame((await written(scope))[key], value), `${key} of ${scope} to be ${JSON.stringify(value)}`);
  }

  test("what is set for the user goes to the user's file, and out of it again", async () => {
    await set("budgetSteps", 77, USER);
    await untilWritten("user", "budget_steps", 77);
    assert.equal((await api.daemon.request("agentx/setting/get", {})).settings.budgetSteps, 77);
    await set("budgetSteps", undefined, USER);
    await untilWritten("user", "budget_steps", undefined);
  });

  test("what is set for the workspace goes to the project's file, and out of it again", async () => {
    await set("permissionDeny", ["run(rm *)"], PROJECT);
    await untilWritten("project", "permission_deny", ["run(rm *)"]);
    await set("permissionDeny", undefined, PROJECT);
    await untilWritten("project", "permission_deny", undefined);
  });

  test("a repository's file loosens nothing", async () => {
    const file = path.join(root(), ".vscode/settings.json");
    mkdirSync(path.dirname(file), { recursive: true });
    const before = await written("user");
    const loose = { "agentx.allowUnsafeSandbox": true, "agentx.permissionAllow": ["run"], "agentx.sandboxNetwork": true, "agentx.providerUrls": { x: "http://x.invalid" } };
    writeFileSync(file, JSON.stringify({ ...loose, "agentx.budgetSteps": 100_000 }));
    await untilWritten("project", "budget_steps", 100_000);
    assert.deepEqual(Object.keys(await written("project")), ["budget_steps"]);
    assert.deepEqual(await written("user"), before);
    const { settings } = await api.daemon.request("agentx/setting/get", {});
    assert.equal(settings.budgetSteps, 200, "a repository can only lower it");
    assert.equal(settings.allowUnsafeSandbox, false);
    rmSync(file);
    await untilWritten("project", "budget_steps", undefined);
  });

  test("what was set elsewhere stays when VS Code connects; what is absent there is written", async () => {
    await daemonSet("budget_seconds", 60);
    await api.daemon.stop();
    await set("budgetSeconds", 90, USER);
    await set("reviewSeconds", 33, USER);
    await api.daemon.start();
    await untilWritten("user", "review_seconds", 33);
    assert.equal((await written("user"))["budget_seconds"], 60);
    await set("budgetSeconds", 80, USER); // now a person chose it
    await untilWritten("user", "budget_seconds", 80);
  });

  test("what the daemon refuses is not written", async () => {
    await set("provider", "nobody-has-this", USER);
    await set("budgetSteps", 5, USER);
    await untilWritten("user", "budget_steps", 5);
    assert.equal((await written("user"))["provider"], undefined);
  });

  test("a person is told once of a difference and of a refusal, with what to do", async () => {
    const told: string[] = [];
    const sent: unknown[] = [];
    let isWanted = false;
    const kept = new Map<string, unknown>();
    const memento = { get: (key: string) => kept.get(key), update: async (key: string, value: unknown) => void kept.set(key, value), keys: () => [...kept.keys()], setKeysForSync: () => undefined };
    const memory = new Memory({ globalState: memento, workspaceState: memento } as unknown as vscode.ExtensionContext);
    const wanted: Record<string, unknown> = { provider: "nobody", budgetSteps: 9 };
    const request = async (method: string, params: { key: string }): Promise<unknown> => {
      if (method === "agentx/setting/get") return { written: { user: { budget_steps: 7 } } };
      sent.push(params);
      if (params.key === "provider") throw new DaemonError("invalid_request", "there is no such provider", "Use one of: ollama.");
      return {};
    };
    const daemon = { folder: api.daemon.folder, log: api.daemon.log, state: "running" as const, request: request as unknown as Api["daemon"]["request"] };
    const person = { wants: async (text: string) => told.push(text) > 0 && isWanted, hears: async (text: string) => void told.push(text) };
    const offered = Object.keys(wanted).map((name) => ({ name, isUserOnly: false }));
    const settling = new Settling(daemon, memory, offered, ({ name }, scope) => (scope === "user" ? wanted[name] : undefined), person);

    await settling.settle(() => false);
    await settling.settle(() => false);
    assert.deepEqual(told, [
      "AgentX did not take agentx.provider: there is no such provider Use one of: ollama.",
      "AgentX: budgetSteps (user) is 9 in VS Code and is 7 in AgentX's own settings. It was set elsewhere, so it stays.",
    ]);
    assert.ok(sent.every((params) => !isSame(params, { key: "budget_steps", value: 9, scope: "user" })));
    wanted["budgetSteps"] = 10;
    isWanted = true;
    await settling.settle(() => false);
    await until(() => sent.some((params) => isSame(params, { key: "budget_steps", value: 10, scope: "user" })), "what the person wants");
  });

  test("a value of somebody else is neither overwritten nor taken out", () => {
    const rows: readonly [wanted: unknown, found: unknown, last: unknown, isChosen: boolean, expected: Verdict][] = [
      [undefined, undefined, undefined, false, "keep"],
      [5, undefined, undefined, false, "write"],
      [5, 5, undefined, false, "keep"],
      [6, 5, 5, false, "write"],
      [6, 7, 5, false, "told"],
      [6, 7, undefined, false, "told"],
      [6, undefined, 6, false, "told"],
      [6, 7, 5, true, "write"],
      [undefined, 5, 5, false, "takeOut"],
      [undefined, 7, 5, true, "keep"],
      [undefined, 7, undefined, false, "keep"],
      [{ a: 1, b: [2] }, { b: [2], a: 1 }, undefined, false, "keep"],
    ];
    for (const [wanted, found, last, isChosen, expected] of rows) {
      assert.equal(verdict({ wanted, found, last, isChosen }), expected, JSON.stringify({ wanted, found, last, isChosen }));
    }
  });

  test("every setting that is offered is one of the daemon", async () => {
    const folder = vscode.extensions.getExtension("agentx.agentx")?.extensionPath ?? "";
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as { contributes: { configuration: { properties: object }[] } };
    const names = manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    const { settings } = await api.daemon.request("agentx/setting/get", {});
    const wanted = Object.keys(settings).map((name) => `agentx.${name}`);
    assert.deepEqual(names.filter((name) => !name.startsWith("agentx.client.")).sort(), wanted.sort());
  });
});
