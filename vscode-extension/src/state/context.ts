import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import type { Store } from "./store";

/** Keys for `when` clauses: agentx.daemonState, agentx.hasOpenHunks. */
export function registerContextKeys(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  const setState = (): void => set("agentx.daemonState", daemon.state);
  const setHunks = (): void => set("agentx.hasOpenHunks", store.openHunks().length > 0);
  context.subscriptions.push(daemon.onDidChangeState(setState), store.onDidChangeProposals(setHunks));
  setState();
  setHunks();
}

function set(key: string, value: string | boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
