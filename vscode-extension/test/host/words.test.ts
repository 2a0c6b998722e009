import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { Backoff } from "../../src/daemon/backoff";
import { translated } from "../../src/daemon/errors";
import { candidates, locate } from "../../src/daemon/locate";
import { compare } from "../../src/daemon/version";
import type { DaemonState } from "../../src/daemon/daemon";
import { accessible, type Facts, money, shownText } from "../../src/status_text";
import { agentx, assert } from "./support";

const REST: Facts = {
  state: "running",
  problem: { message: "", nextStep: "" },
  version: "0.1.0",
  folder: "parcel",
  nFolders: 1,
  nRunning: 0,
  nHunks: 0,
  nQuestions: 0,
  costs: undefined,
  index: undefined,
};

function made(folder: string, mode = 0o755): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "agentxd");
  writeFileSync(file, "#!/bin/sh\n", { mode });
  return file;
}

suite("finding agentxd", () => {
  test("the workspace's environment comes before PATH, and PATH before the home folder", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "agentx-host-"));
    const at = { setting: "", root: path.join(folder, "w"), searchPath: path.join(folder, "bin"), home: path.join(folder, "h") };
    assert.deepEqual(
      candidates(at).map(([, from]) => from),
      ["workspace", "workspace", "path", "home"],
    );
    assert.ok("looked" in (await locate(at)));
    const places = [path.join(at.home, ".local/bin"), at.searchPath, path.join(at.root, "venv/bin"), path.join(at.root, ".venv/bin")];
    for (const place of places) {
      const program = made(place);
      const found = await locate(at);
      assert.ok("program" in found);
      assert.equal(found.program, program);
    }
  });

  test("what is named but cannot be run is not taken", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "agentx-host-"));
    const at = { setting: "", root: folder, searchPath: path.join(folder, "bin"), home: folder };
    made(at.searchPath, 0o644);
    mkdirSync(path.join(folder, ".venv/bin/agentxd"), { recursive: true });
    assert.ok("looked" in (await locate(at)));
  });

  test("the setting stands alone, relative to the folder, with the home folder as ~", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "agentx-host-"));
    made(path.join(folder, "bin"));
    const at = { setting: "tools/agentxd", root: folder, searchPath: path.join(folder, "bin"), home: folder };
    assert.deepEqual(await locate(at), { looked: [path.join(folder, "tools/agentxd")] });
    assert.deepEqual(candidates({ ...at, setting: "~/bin/agentxd" }), [[path.join(folder, "bin/agentxd"), "setting"]]);
  });

  test("a folder of PATH that is not absolute is not looked into", () => {
    const found = candidates({ setting: "", root: "/w", searchPath: `.${path.delimiter}${path.delimiter}/bin`, home: "/h" });
    assert.deepEqual(found.map(([file]) => file).slice(2), ["/bin/agentxd", "/h/.local/bin/agentxd"]);
  });
});

suite("versions, pauses, errors", () => {
  test("the first number of the protocol must be the same", () => {
    const cases = [
      ["1.0", "1.0", "same"],
      ["1.0", "1.3", "daemonNewer"],
      ["1.4", "1.3", "daemonOlder"],
      ["1.0", "2.0", "mismatched"],
      ["1.0", "", "mismatched"],
      ["1.0", "1", "mismatched"],
    ] as const;
    for (const [ours, daemon, match] of cases) assert.equal(compare(ours, daemon), match, `${ours} and ${daemon}`);
  });

  test("pauses double up to a limit, and are short again after a connection that held", () => {
    const backoff = new Backoff();
    const pauses = Array.from({ length: 8 }, () => backoff.next());
    assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000, 8000, 15000, 15000]);
    backoff.held(1_000);
    assert.equal(backoff.next(), 15_000);
    backoff.held(60_000);
    assert.equal(backoff.next(), 250);
  });

  test("an error keeps the daemon's name for it and its next step", () => {
    const answer = Object.assign(new Error("no such task"), { data: { code: "not_found", nextStep: "List them." } });
    const { code, message, nextStep } = translated("agentx/task/get", answer);
    assert.deepEqual([code, message, nextStep], ["not_found", "no such task", "List them."]);
    assert.equal(translated("agentx/task/get", "odd").code, "internal");
  });
});

suite("status bar and commands", () => {
  test("every state has words and an icon", () => {
    const states: DaemonState[] = ["idle", "untrusted", "missing", "starting", "running", "reconnecting", "mismatched", "failed"];
    for (const state of states) {
      assert.match(shownText({ ...REST, state }), /^\$\([\w~-]+\) AgentX/, state);
      assert.ok(accessible({ ...REST, state }).length > "AgentX. ".length, state);
    }
  });

  test("agents, questions, hunks, cost and index are told", () => {
    const costs = { rows: [], todayCostMicros: 1_234_000, dayCeilingMicros: 5_000_000 };
    const facts = { ...REST, nRunning: 2, nQuestions: 1, nHunks: 3, costs };
    assert.equal(shownText(facts), "$(sync~spin) AgentX 2  $(bell) 1  $(diff) 3  $1.23");
    assert.match(accessible(facts), /2 agents work.*1 question waits for you.*3 hunks wait.*\$1\.23 of \$5\.00 today/);
    assert.deepEqual([0, 4_000, 10_000].map(money), ["$0.00", "<$0.01", "$0.01"]);
  });

  test("of several folders it is told which one the daemon works for", () => {
    assert.match(accessible({ ...REST, nFolders: 2 }), /parcel, the first folder/);
  });

  test("every command that is offered exists", async () => {
    await agentx();
    const extension = vscode.extensions.getExtension("agentx.agentx");
    const offered: readonly { command: string }[] = extension?.packageJSON.contributes.commands;
    const there = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(offered.map(({ command }) => command).filter((command) => !there.has(command)), []);
  });
});
