/** Questions to a person: notifications, a place in the status bar, and commands to answer. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { counted } from "../review/hunks";
import type { Store } from "../state/store";
import { Asking } from "./asking";
import { Notifying } from "./notifying";
import { QuestionsTree } from "./tree";
import { brief, optionNamed } from "./words";

/** Called once at activation. */
export function registerApprovals(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  const asking = new Asking(daemon, store);
  const status = vscode.window.createStatusBarItem("agentx.approvals", vscode.StatusBarAlignment.Left, 49);
  status.name = "AgentX: Questions";
  status.command = "agentx.approval.pick";
  const look = (): void => showWaiting(status, store);
  context.subscriptions.push(
    asking,
    status,
    new Notifying(store),
    new QuestionsTree(store),
    store.onDidChangeApprovals(look),
    vscode.commands.registerCommand("agentx.approval.pick", (first?: unknown) => asking.pick(idOf(first))),
    vscode.commands.registerCommand("agentx.approval.show", (first?: unknown) => asking.show(idOf(first) ?? "")),
    vscode.commands.registerCommand("agentx.approval.decide", (first?: unknown, decision?: unknown) => {
      const id = idOf(first);
      if (id !== undefined && typeof decision === "string") return asking.decide(id, decision);
      return asking.pick(id);
    }),
    ...["once", "always", "deny", "never"].map((decision) =>
      vscode.commands.registerCommand(`agentx.approval.${decision}`, (first?: unknown) => {
        const approval = store.approvals().find((found) => found.id === idOf(first));
        const option = approval && optionNamed(approval, decision);
        return option === undefined ? asking.pick(approval?.id) : asking.decide(approval?.id ?? "", option);
      }),
    ),
  );
  look();
}

/** In the status bar for as long as somebody is asked. */
function showWaiting(status: vscode.StatusBarItem, store: Store): void {
  const waiting = store.approvals();
  void vscode.commands.executeCommand("setContext", "agentx.hasQuestions", waiting.length > 0);
  if (waiting.length === 0) return status.hide();
  status.text = `$(question) ${counted(waiting.length, "question")}`;
  status.tooltip = waiting.map((approval) => `${approval.id}: ${brief(approval)}`).join("\n");
  status.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
  status.accessibilityInformation = { label: `AgentX: ${counted(waiting.length, "question")} of agents wait for your answer` };
  status.show();
}

function idOf(first: unknown): string | undefined {
  if (typeof first === "string") return first;
  const isRow = typeof first === "object" && first !== null && "approvalId" in first;
  return isRow && typeof first.approvalId === "string" ? first.approvalId : undefined;
}
