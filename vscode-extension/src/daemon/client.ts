import type * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { asksByItself } from "../approvals/capability";
import { middleware } from "./middleware";
import type { Shim } from "./shim";

/** A language client over a shim's pipes; `closed` is called once when the link ends. */
export async function makeClient(
  shim: Shim,
  folder: vscode.WorkspaceFolder,
  log: vscode.LogOutputChannel,
  closed: () => void,
): Promise<LanguageClient> {
  const { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn } = await import("../languageclient");
  const client = new LanguageClient("agentx", "AgentX", async () => shim.process, {
    documentSelector: [{ scheme: "file" }],
    workspaceFolder: folder,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    middleware,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        closed();
        return { action: CloseAction.DoNotRestart, handled: true, message: "The daemon's connection ended." };
      },
    },
  });
  client.registerFeature(asksByItself());
  return client;
}
