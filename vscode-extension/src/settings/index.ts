/** Brings what a person sets in VS Code's settings to the daemon, whose files hold for every editor. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { DaemonError, told } from "../daemon/errors";
import { unlinked } from "../links";
import { Memory } from "./memory";
import { daemonName, spelled, verdict } from "./merging";
import { type Offered, offeredBy, SCOPES, type Scope, wantedOf } from "./offered";

interface Difference {
  readonly offered: Offered;
  readonly scope: Scope;
  readonly wanted: unknown;
  readonly found: unknown;
}

/** Called once at activation. */
export function registerSettings(context: vscode.ExtensionContext, daemon: Daemon): void {
  const settings = new Settings(daemon, new Memory(context), offeredBy(context.extension.packageJSON));
  context.subscriptions.push(
    daemon.onDidChangeState((state) => {
      if (state === "running") settings.settle(() => false);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("agentx", daemon.folder)) {
        settings.settle(({ name }) => event.affectsConfiguration(`agentx.${name}`, daemon.folder));
      }
    }),
  );
}

class Settings {
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly daemon: Daemon,
    private readonly memory: Memory,
    private readonly offered: readonly Offered[],
  ) {}

  /** One after the other; what cannot be done now is done at the next connection. */
  settle(isChanging: (offered: Offered) => boolean): void {
    this.#queue = this.#queue
      .then(() => this.#settleAll(isChanging))
      .catch((error: unknown) => this.daemon.log.warn(`settings: ${told(error)}`));
  }

  async #settleAll(isChanging: (offered: Offered) => boolean): Promise<void> {
    const folder = this.daemon.folder;
    if (folder === undefined || this.daemon.state !== "running") return;
    const { written } = await this.daemon.request("agentx/setting/get", {});
    const differences: Difference[] = [];
    for (const offered of this.offered) {
      for (const scope of SCOPES) {
        const found = written[scope]?.[daemonName(offered.name)];
        const one = { offered, scope, wanted: wantedOf(offered, scope, folder), found };
        if (await this.#settleOne(one, isChanging(offered))) differences.push(one);
      }
    }
    if (differences.length > 0) void this.#tell(differences);
  }

  /** Whether a person is to say what holds. A workspace's files change with its branch, so nobody chose there. */
  async #settleOne(one: Difference, isChanging: boolean): Promise<boolean> {
    const { offered, scope, wanted, found } = one;
    const last = this.memory.last(scope, offered.name);
    switch (verdict({ wanted, found, last, isChosen: isChanging && scope === "user" })) {
      case "keep":
        if (wanted === undefined) await this.memory.wrote(scope, offered.name, undefined);
        return false; // a value that is the same by chance is not VS Code's to take out
      case "write":
      case "takeOut":
        await this.#write(one, isChanging);
        return false;
      case "told":
        return this.memory.isNews(scope, offered.name, `${spelled(wanted)} ${spelled(found)}`);
    }
  }

  async #write({ offered, scope, wanted }: Difference, isChanging: boolean): Promise<void> {
    try {
      await this.daemon.request("agentx/setting/set", { key: daemonName(offered.name), value: wanted ?? null, scope });
      await this.memory.wrote(scope, offered.name, wanted);
    } catch (error) {
      if (this.daemon.state !== "running" || (error instanceof DaemonError && error.code === "connection_lost")) throw error;
      const isNews = await this.memory.isNews(scope, offered.name, `${spelled(wanted)} ${told(error)}`);
      if (isNews || isChanging) void refused(offered, told(error));
    }
  }

  async #tell(differences: readonly Difference[]): Promise<void> {
    const words = differences.map(({ offered, scope, wanted, found }) => {
      const there = found === undefined ? "was taken out of" : `is ${short(found)} in`;
      return `${offered.name} (${scope}) is ${short(wanted)} in VS Code and ${there} AgentX's own settings`;
    });
    const use = "Use VS Code's";
    const text = `AgentX: ${words.join("; ")}. It was set elsewhere, so it stays.`;
    const chosen = await vscode.window.showWarningMessage(unlinked(text), use, "Keep");
    if (chosen === use) for (const one of differences) await this.#write(one, true);
  }
}

function short(value: unknown): string {
  const text = spelled(value) ?? "";
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

async function refused({ name }: Offered, why: string): Promise<void> {
  const open = "Open Settings";
  const chosen = await vscode.window.showWarningMessage(unlinked(`AgentX did not take agentx.${name}: ${why}`), open);
  if (chosen === open) await vscode.commands.executeCommand("workbench.action.openSettings", `agentx.${name}`);
}
