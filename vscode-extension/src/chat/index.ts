import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import type { Store } from "../state/store";
import { Attaching } from "./attaching";
import { ChatController } from "./controller";
import { ChatView } from "./view";

const LAST_SESSION = "agentx.chat.session";

/** The chat view with its commands. */
export function registerChat(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  const chat = new ChatController(daemon, store, (id) => void context.workspaceState.update(LAST_SESSION, id));
  const attaching = new Attaching(daemon, chat);
  const view = new ChatView(context, daemon, store, chat, attaching);
  const last = context.workspaceState.get<string>(LAST_SESSION, "");
  const first = store.onDidChangeTasks(() => {
    first.dispose();
    if (last && !chat.sessionId) chat.open(last).catch((error: unknown) => daemon.log.warn(`chat: ${String(error)}`));
  });
  const commands: Readonly<Record<string, (target?: unknown) => Promise<void>>> = {
    "agentx.chat.open": async (target) => {
      await view.focus();
      if (typeof target === "string" && target) await chat.open(target);
    },
    "agentx.chat.new": async () => {
      await chat.open("");
      await view.focus();
    },
    "agentx.chat.sessions": async () => {
      await view.focus();
      await view.listSessions();
    },
    "agentx.chat.stop": () => chat.stop(),
    "agentx.chat.chooseModel": () => chat.chooseModel(),
    "agentx.chat.attachSelection": async () => {
      attaching.selection();
      await view.focus();
    },
    "agentx.chat.attachFile": async (target) => {
      const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
      if (uri) attaching.file(uri);
      await view.focus();
    },
  };
  context.subscriptions.push(
    chat,
    first,
    vscode.window.registerWebviewViewProvider("agentx.chat", view),
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(name, (target?: unknown) => run(target).catch((error: unknown) => chat.fail(error))),
    ),
  );
}
