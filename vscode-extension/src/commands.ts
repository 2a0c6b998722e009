import * as vscode from "vscode";
import type { Daemon } from "./daemon/daemon";
import type { Store } from "./state/store";

/** Commands that belong to no view. */
export function registerCommands(context: vscode.ExtensionContext, daemon: Daemon, _store: Store): void {
  context.subscriptions.push(vscode.commands.registerCommand("agentx.log.open", () => daemon.log.show()));
}
