import * as vscode from "vscode";
import { unlinked } from "../links";
import type { Daemon } from "./daemon";
import { registerInstalling } from "./installing";

/** What can be done about a state in which nothing works, as buttons. */
const ACTIONS: Readonly<Record<string, string>> = {
  "Install…": "agentx.daemon.install",
  "Open Settings": "agentx.settings.open",
  "Try Again": "agentx.daemon.restart",
  "Open the Log": "agentx.log.open",
};
const OFFERED: Readonly<Record<string, readonly string[]>> = {
  missing: ["Install…", "Open Settings", "Try Again"],
  mismatched: ["Try Again", "Open Settings", "Open the Log"],
  failed: ["Try Again", "Open the Log"],
};

/** Tells once what is wrong, with what can be done; looks again when something changed that may have been the cause. */
export function registerTroubles(context: vscode.ExtensionContext, daemon: Daemon): void {
  let told = "";
  const again = async (): Promise<void> => {
    await daemon.stop();
    await daemon.start();
  };
  context.subscriptions.push(
    daemon.onDidChangeState((state) => {
      if (state === "running") told = "";
      const { message, nextStep } = daemon.problem;
      if (!message || told === message) return;
      told = message;
      void ask(`${message} ${nextStep}`, OFFERED[state] ?? []);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => daemon.start()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("agentx.client.path", daemon.folder)) void again();
    }),
  );
  registerInstalling(context, daemon);
}

async function ask(text: string, offered: readonly string[]): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(unlinked(text), ...offered);
  const command = chosen === undefined ? undefined : ACTIONS[chosen];
  if (command !== undefined) await vscode.commands.executeCommand(command);
}
