import * as vscode from "vscode";
import type { Daemon } from "./daemon/daemon";
import { unlinked } from "./links";
import type { Task } from "./protocol.gen";
import type { Store } from "./state/store";

/** Ask for a goal and let an agent work on it; the daemon reports its progress, which can be cancelled. */
export async function runGoal(daemon: Daemon, store: Store, given: unknown): Promise<string | undefined> {
  const goal = typeof given === "string" ? given : await askGoal();
  if (!goal?.trim()) return undefined;
  await daemon.start();
  const { taskId } = await daemon.request("agentx/goal/run", { goal: goal.trim() });
  tellEnd(store, taskId);
  return taskId;
}

function askGoal(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "AgentX: run a goal",
    prompt: "An agent works on a copy. No file changes before you accept what it proposes.",
    placeHolder: "fix the failing test in rates",
    ignoreFocusOut: true,
  });
}

/** One message when the task is done: what waits for a decision, or why there is nothing. */
function tellEnd(store: Store, taskId: string): void {
  const listener = store.onDidChangeTasks(() => {
    const task = store.task(taskId);
    if (!task?.isSettled) return;
    listener.dispose();
    void tell(store, task);
  });
}

async function tell(store: Store, task: Task): Promise<void> {
  const goal = unlinked(task.goal.length > 60 ? `${task.goal.slice(0, 59)}…` : task.goal);
  const nHunks = task.proposalIds.flatMap((id) => store.proposal(id)?.hunks ?? []).length;
  if (task.proposalIds.length > 0) {
    const review = "Review";
    const count = nHunks === 1 ? "1 hunk waits" : nHunks > 0 ? `${nHunks} hunks wait` : "a proposal waits";
    const chosen = await vscode.window.showInformationMessage(`“${goal}”: ${count} for your decision.`, review);
    if (chosen === review) await vscode.commands.executeCommand("agentx.proposals.focus");
    return;
  }
  const words = unlinked([task.reason || task.state.replaceAll("_", " "), task.nextStep].filter(Boolean).join(" "));
  const isCalm = task.state === "completed" || task.state === "no_change" || task.state === "cancelled";
  if (isCalm) void vscode.window.showInformationMessage(`“${goal}”: ${words}`);
  else void vscode.window.showWarningMessage(`“${goal}”: ${words}`);
}
