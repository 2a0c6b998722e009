import * as vscode from "vscode";
import { registerApprovals } from "./approvals";
import { registerCanvas } from "./canvas";
import { registerChat } from "./chat";
import { registerCommands } from "./commands";
import { Daemon } from "./daemon/daemon";
import { registerProposals } from "./proposals";
import { registerReview } from "./review";
import { registerSettings } from "./settings";
import { registerContextKeys } from "./state/context";
import { Store } from "./state/store";
import { registerStatus } from "./status";
import { registerTasks } from "./tasks";

/** What tests and other extensions get from `activate()`. */
export interface Api {
  readonly daemon: Daemon;
  readonly store: Store;
}

const FEATURES = [
  registerContextKeys,
  registerCommands,
  registerStatus,
  registerSettings,
  registerTasks,
  registerProposals,
  registerReview,
  registerApprovals,
  registerChat,
  registerCanvas,
] as const;

/** Wires everything and returns at once; the daemon starts beside it. */
export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel("AgentX", { log: true });
  const daemon = new Daemon(log);
  const store = new Store(daemon);
  context.subscriptions.push(log, store, daemon);
  for (const register of FEATURES) register(context, daemon, store);
  if (startsDaemon(daemon)) setImmediate(() => void daemon.start());
  return { daemon, store };
}

function startsDaemon(daemon: Daemon): boolean {
  return vscode.workspace.getConfiguration("agentx", daemon.folder).get<boolean>("client.startsDaemon", true);
}
