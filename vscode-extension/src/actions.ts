import * as vscode from "vscode";
import type { Daemon } from "./daemon/daemon";
import type { Store } from "./state/store";

interface Action extends vscode.QuickPickItem {
  readonly command?: string;
}

/** What can be done now, as a list; the status bar opens it. */
export async function pickAction(daemon: Daemon, store: Store): Promise<void> {
  const chosen = await vscode.window.showQuickPick(actions(daemon, store), {
    title: "AgentX",
    placeHolder: daemon.problem.message || "What to do",
    matchOnDescription: true,
  });
  if (chosen?.command !== undefined) await vscode.commands.executeCommand(chosen.command);
}

function actions(daemon: Daemon, store: Store): readonly Action[] {
  const rest = [
    separator("Daemon"),
    action("$(pulse) Look at Every Part (Doctor)", "agentx.doctor"),
    action("$(output) Open the Log", "agentx.log.open"),
    action("$(refresh) Restart the Daemon", "agentx.daemon.restart", daemon.version),
    action("$(settings-gear) Open Settings", "agentx.settings.open"),
    action("$(book) Open the Walkthrough", "agentx.walkthrough.open"),
  ];
  if (daemon.state === "missing") return [action("$(cloud-download) Install agentxd…", "agentx.daemon.install"), ...rest];
  if (daemon.state !== "running") return rest;
  return [...waiting(store), ...work(), ...rest];
}

/** What waits for a person comes first. */
function waiting(store: Store): readonly Action[] {
  const nApprovals = store.approvals().length;
  const nHunks = store.openHunks().length;
  const found: Action[] = [];
  if (nApprovals > 0) found.push(action("$(bell) Answer a Question", "agentx.approval.pick", `${nApprovals} waiting`));
  if (nHunks > 0) found.push(action("$(diff) Go to the Next Hunk", "agentx.hunk.next", `${nHunks} open`));
  return found.length > 0 ? [separator("Waits for you"), ...found] : [];
}

function work(): readonly Action[] {
  return [
    separator("Work"),
    action("$(play) Run a Goal…", "agentx.goal.run"),
    action("$(comment-discussion) Open Chat", "agentx.chat.open"),
    action("$(checklist) Show Tasks", "agentx.tasks.focus"),
    action("$(git-pull-request) Show Proposals", "agentx.proposals.focus"),
    action("$(type-hierarchy) Open the Canvas", "agentx.canvas.open"),
    action("$(search) Review What Is Not Committed", "agentx.review.run"),
  ];
}

function action(label: string, command: string, description = ""): Action {
  return { label, command, description };
}

function separator(label: string): Action {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
