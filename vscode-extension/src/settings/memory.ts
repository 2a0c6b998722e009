/** What was written to the daemon's files, and of what a person was told; kept by VS Code. */

import * as os from "node:os";
import type * as vscode from "vscode";
import type { Scope } from "./offered";
import { spelled } from "./merging";

interface Kept {
  readonly last: Readonly<Record<string, string>>;
  readonly told: Readonly<Record<string, string>>;
}

export class Memory {
  /** The user's file is another one on each machine. */
  readonly #key = `agentx.settings:${os.hostname()}:${os.homedir()}`;

  constructor(private readonly context: Pick<vscode.ExtensionContext, "globalState" | "workspaceState">) {}

  last(scope: Scope, name: string): unknown {
    const text = this.#kept(scope).last[name];
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  /** VS Code's value stands in the daemon's file; undefined: none of VS Code's does. */
  async wrote(scope: Scope, name: string, value: unknown): Promise<void> {
    const kept = this.#kept(scope);
    if (kept.last[name] === spelled(value)) return;
    await this.#keep(scope, { ...kept, last: put(kept.last, name, spelled(value)) });
  }

  /** Whether this is news. */
  async isNews(scope: Scope, name: string, news: string): Promise<boolean> {
    const kept = this.#kept(scope);
    if (kept.told[name] === news) return false;
    await this.#keep(scope, { ...kept, told: put(kept.told, name, news) });
    return true;
  }

  #kept(scope: Scope): Kept {
    return this.#place(scope).get<Kept>(this.#key) ?? { last: {}, told: {} };
  }

  async #keep(scope: Scope, kept: Kept): Promise<void> {
    await this.#place(scope).update(this.#key, kept);
  }

  #place(scope: Scope): vscode.Memento {
    return scope === "user" ? this.context.globalState : this.context.workspaceState;
  }
}

function put(all: Readonly<Record<string, string>>, name: string, value: string | undefined): Record<string, string> {
  const rest = Object.entries(all).filter(([found]) => found !== name);
  return Object.fromEntries(value === undefined ? rest : [...rest, [name, value]]);
}
