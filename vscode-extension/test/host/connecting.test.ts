import * as vscode from "vscode";
import type { Daemon, DaemonState } from "../../src/daemon/daemon";
import { DaemonError } from "../../src/daemon/errors";
import type { Api } from "../../src/extension";
import { failing, greeter } from "./programs";
import { agentx, assert, propose, until } from "./support";

async function usePath(program: string | undefined): Promise<void> {
  const settings = vscode.workspace.getConfiguration("agentx");
  await settings.update("client.path", program, vscode.ConfigurationTarget.Workspace);
}

async function untilState(daemon: Daemon, state: DaemonState): Promise<void> {
  await until(() => daemon.state === state, () => `${state}; it is ${daemon.state}: ${daemon.problem.message}`);
}

/** What the store tells of work that is done, as one text; what runs is interrupted by the daemon's end. */
function picture({ store }: Api): string {
  const tasks = store.tasks().filter((task) => task.isSettled && task.state !== "interrupted");
  const hunks = store.openHunks().map(({ id, state, newText }) => [id, state, newText]);
  return JSON.stringify([tasks.map(({ id, state, goal }) => [id, state, goal]), hunks]);
}

async function pidOf(daemon: Daemon): Promise<number> {
  return (await daemon.request("agentx/daemon/status", {})).pid;
}

suite("connecting", () => {
  let api: Api;
  suiteSetup(async () => {
    api = await agentx();
  });
  teardown(async () => {
    await usePath(undefined);
    if (api.daemon.state !== "running") await api.daemon.start();
    await untilState(api.daemon, "running");
  });

  test("after kill -9 the same state comes back from the log", async () => {
    await propose(api, { "killed.txt": "one\ntwo\n" });
    const before = picture(api);
    const pid = await pidOf(api.daemon);
    process.kill(pid, "SIGKILL");
    await untilState(api.daemon, "reconnecting");
    assert.equal(picture(api), before, "what is shown meanwhile");
    let nSnapshots = 0;
    const listener = api.store.onDidChangeTasks((ids) => {
      if (ids.length === 0) nSnapshots += 1;
    });
    await untilState(api.daemon, "running");
    await until(() => nSnapshots > 0, "a snapshot");
    listener.dispose();
    assert.equal(picture(api), before);
    assert.notEqual(await pidOf(api.daemon), pid);
    await propose(api, { "killed2.txt": "and it goes on\n" });
  });

  test("a request that is on its way when the daemon dies gets a clear error", async () => {
    const pid = await pidOf(api.daemon);
    process.kill(pid, "SIGSTOP");
    const asked = api.daemon.request("agentx/task/list", {}).then(
      () => assert.fail("it was answered"),
      (error: unknown) => error,
    );
    process.kill(pid, "SIGKILL");
    const error = await asked;
    assert.ok(error instanceof Error);
    assert.equal(Reflect.get(error, "code"), "connection_lost");
    assert.match(error.message, /went away during agentx\/task\/list/);
    assert.ok(Reflect.get(error, "nextStep"));
  });

  test("a request while there is no daemon is refused at once", async () => {
    await api.daemon.stop();
    assert.equal(api.daemon.state, "idle");
    await assert.rejects(api.daemon.request("agentx/task/list", {}), { code: "not_running" });
  });

  test("a restart brings another process and the same state", async () => {
    const before = picture(api);
    const pid = await pidOf(api.daemon);
    await api.daemon.restart();
    await untilState(api.daemon, "running");
    assert.notEqual(await pidOf(api.daemon), pid);
    await until(() => picture(api) === before, "the same state");
  });

  test("an agentxd that is not there is told, with the setting that names it", async () => {
    await usePath("/nowhere/agentxd");
    await untilState(api.daemon, "missing");
    assert.match(api.daemon.problem.message, /\/nowhere\/agentxd.*agentx\.client\.path/);
    assert.ok(api.daemon.problem.nextStep);
  });

  test("another protocol is told, with what to update", async () => {
    await usePath(greeter({ agentx: { protocolVersion: "0.9" } }));
    await untilState(api.daemon, "mismatched");
    assert.match(api.daemon.problem.message, /agentxd 9\.9\.9 speaks protocol 0\.9; this extension speaks 1\.\d/);
    assert.match(api.daemon.problem.nextStep, /Update agentxd/);
    await usePath(greeter({ agentx: { protocolVersion: "2.0" } }));
    await until(() => /protocol 2\.0/.test(api.daemon.problem.message), "the newer daemon");
    assert.match(api.daemon.problem.nextStep, /Update this extension/);
  });

  test("a newer daemon of the same major version is taken", async () => {
    await usePath(greeter({ agentx: { protocolVersion: "1.99" } }));
    await until(() => api.daemon.version === "9.9.9", "the newer daemon");
    await untilState(api.daemon, "running");
  });

  test("a language server that is no daemon of ours is told", async () => {
    await usePath(greeter({}));
    await untilState(api.daemon, "mismatched");
    assert.match(api.daemon.problem.message, /no AgentX daemon/);
  });

  test("what agentxd says when it cannot start is told, with its next step", async () => {
    await usePath(failing("agentxd: the log is locked by another machine\n  Unmount it there.\n"));
    await untilState(api.daemon, "failed");
    assert.deepEqual(api.daemon.problem, {
      message: "the log is locked by another machine",
      nextStep: "Unmount it there.",
    });
    await assert.rejects(api.daemon.request("agentx/task/list", {}), (error: Error) => {
      assert.equal(Reflect.get(error, "nextStep"), "Unmount it there.");
      return !(error instanceof DaemonError) || error.code === "not_running"; // the bundle has its own class
    });
  });
});
