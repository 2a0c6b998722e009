/** Brings what a person sets in VS Code's settings to the daemon, whose files hold for every editor. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { unlinked } from "../links";
import { Memory } from "./memory";
import { offeredBy, wantedOf } from "./offered";
import { type Person, Settling } from "./settling";

/** Called once at activation. */
export function registerSettings(context: vscode.ExtensionContext, daemon: Daemon): void {
  const settling = new Settling(daemon, new Memory(context), offeredBy(context.extension.packageJSON), wantedOf, PERSON);
  context.subscriptions.push(
    daemon.onDidChangeState((state) => {
      if (state === "running") void settling.settle(() => false);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("agentx", daemon.folder)) {
        void settling.settle(({ name }) => event.affectsConfiguration(`agentx.${name}`, daemon.folder));
      }
    }),
  );
}

const PERSON: Person = {
  async wants(text) {
    const use = "Use VS Code's";
    return (await vscode.window.showWarningMessage(unlinked(text), use, "Keep")) === use;
  },
  async hears(text, name) {
    const open = "Open Settings";
    const chosen = await vscode.window.showWarningMessage(unlinked(text), open);
    if (chosen === open) await vscode.commands.executeCommand("workbench.action.openSettings", `agentx.${name}`);
  },
};
