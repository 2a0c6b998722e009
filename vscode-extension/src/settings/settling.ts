/** Settles, setting by setting, what VS Code's files and the daemon's say. */

import type * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { DaemonError, told } from "../daemon/errors";
import type { Memory } from "./memory";
import { daemonName, spelled, verdict } from "./merging";
import { type Offered, SCOPES, type Scope } from "./offered";

interface Difference {
  readonly offered: Offered;
  readonly scope: Scope;
  readonly wanted: unknown;
  readonly found: unknown;
}

export interface Person {
  /** Whether VS Code's values are to hold. */
  wants(text: string): Promise<boolean>;
  /** What became of a setting. */
  hears(text: string, name: string): Promise<void>;
}

type Wanted = (offered: Offered, scope: Scope, folder: vscode.WorkspaceFolder) => unknown;

export class Settling {
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly daemon: Pick<Daemon, "folder" | "log" | "request" | "state">,
    private readonly memory: Pick<Memory, "isNews" | "last" | "wrote">,
    private readonly offered: readonly Offered[],
    private readonly wantedOf: Wanted,
    private readonly person: Person,
  ) {}

  /** One after the other; what cannot be done now is done at the next connection. */
  settle(isChanging: (offered: Offered) => boolean): Promise<void> {
    this.#queue = this.#queue.then(() => this.#settleAll(isChanging)).catch(this.#failed);
    return this.#queue;
  }

  readonly #failed = (error: unknown): void => this.daemon.log.warn(`settings: ${told(error)}`);

  async #settleAll(isChanging: (offered: Offered) => boolean): Promise<void> {
    const folder = this.daemon.folder;
    if (folder === undefined || this.daemon.state !== "running") return;
    const { written } = await this.daemon.request("agentx/setting/get", {});
    const differences: Difference[] = [];
    for (const offered of this.offered) {
      for (const scope of SCOPES) {
        const found = written[scope]?.[daemonName(offered.name)];
        const one = { offered, scope, wanted: this.wantedOf(offered, scope, folder), found };
        if (await this.#settleOne(one, isChanging(offered))) differences.push(one);
      }
    }
    if (differences.length > 0) void this.#tell(differences).catch(this.#failed);
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
      if (isNews || isChanging) void this.person.hears(`AgentX did not take agentx.${offered.name}: ${told(error)}`, offered.name);
    }
  }

  async #tell(differences: readonly Difference[]): Promise<void> {
    const words = differences.map(({ offered, scope, wanted, found }) => {
      const there = found === undefined ? "was taken out of" : `is ${short(found)} in`;
      return `${offered.name} (${scope}) is ${short(wanted)} in VS Code and ${there} AgentX's own settings`;
    });
    const isWanted = await this.person.wants(`AgentX: ${words.join("; ")}. It was set elsewhere, so it stays.`);
    if (isWanted) for (const one of differences) await this.#write(one, true);
  }
}

function short(value: unknown): string {
  const text = spelled(value) ?? "";
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
