import * as vscode from "vscode";
import { pickAction } from "./actions";
import type { Daemon } from "./daemon/daemon";
import { DaemonError, told } from "./daemon/errors";
import { registerTroubles } from "./daemon/troubles";
import { showDoctor } from "./doctor";
import { runGoal } from "./goal";
import { unlinked } from "./links";
import type { Store } from "./state/store";

/** Commands that belong to no view, and what is said when the daemon is not there. */
export function registerCommands(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  const add = (name: string, run: (...args: readonly unknown[]) => unknown): void => {
    context.subscriptions.push(vscode.commands.registerCommand(name, guarded(run)));
  };
  add("agentx.goal.run", (goal) => runGoal(daemon, store, goal));
  add("agentx.daemon.restart", () => restart(daemon));
  add("agentx.log.open", () => daemon.log.show());
  add("agentx.doctor", () => showDoctor(daemon));
  add("agentx.actions.pick", () => pickAction(daemon, store));
  add("agentx.settings.open", () => open("workbench.action.openSettings", "@ext:agentx.agentx"));
  add("agentx.walkthrough.open", () => open("workbench.action.openWalkthrough", "agentx.agentx#agentx.first", false));
  registerTroubles(context, daemon);
}

function open(command: string, ...args: readonly unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(command, ...args);
}

/** Whatever fails is told to the person who asked, with what they can do. */
function guarded(run: (...args: readonly unknown[]) => unknown): (...args: readonly unknown[]) => Promise<unknown> {
  return async (...args) => {
    try {
      return await run(...args);
    } catch (error) {
      void vscode.window.showErrorMessage(unlinked(`AgentX: ${told(error)}`));
      return undefined;
    }
  };
}

async function restart(daemon: Daemon): Promise<void> {
  try {
    await daemon.restart();
  } catch (error) {
    if (!(error instanceof DaemonError) || error.code !== "wrong_state") throw error;
    const yes = "Cancel Them and Restart";
    const chosen = await vscode.window.showWarningMessage(
      "Agents are at work. Restart all the same?",
      { modal: true, detail: `${error.message} What they have done so far is lost; the log keeps what they did.` },
      yes,
    );
    if (chosen === yes) await daemon.restart(true);
  }
}
