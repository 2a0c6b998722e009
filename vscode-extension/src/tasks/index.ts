import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import { unlinked } from "../links";
import type { Store } from "../state/store";
import { openProposal } from "../webviews/opening";
import { short } from "../webviews/format";
import { Transcripts } from "./transcripts";
import { type Row, TasksTree } from "./tree";

const TICK_MS = 1000;
const TAKE_OVER = "Take Over";
const CANCEL = "Cancel the Task";

/** The tasks view with its commands. */
export function registerTasks(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  const tree = new TasksTree(store);
  const view = vscode.window.createTreeView("agentx.tasks", { treeDataProvider: tree, showCollapseAll: true });
  const clock = new Clock(() => tree.tick());
  const settle = (): void => {
    tree.refresh();
    const live = store.tasks().filter((task) => task.state === "running" || task.state === "waiting").length;
    view.badge = live ? { value: live, tooltip: `${live} under way` } : undefined;
    if (view.visible) clock.start();
  };
  const transcripts = new Transcripts(context, daemon, store);
  const commands = deeds(daemon, store, transcripts);
  context.subscriptions.push(
    view,
    clock,
    store.onDidChangeTasks(settle),
    view.onDidChangeVisibility(({ visible }) => (visible ? clock.start() : clock.dispose())),
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(name, (target?: Row | string) => onTask(store, target, run)),
    ),
  );
}

type Deed = (taskId: string) => Promise<void>;

function deeds(daemon: Daemon, store: Store, transcripts: Transcripts): Readonly<Record<string, Deed>> {
  return {
    "agentx.task.pause": async (taskId) => void (await daemon.request("agentx/task/pause", { taskId })),
    "agentx.task.resume": async (taskId) => void (await daemon.request("agentx/task/resume", { taskId })),
    "agentx.task.cancel": async (taskId) => {
      const detail = "What it has done so far is dropped. Take it over instead to keep that as a proposal.";
      const answer = await vscode.window.showWarningMessage(`Cancel ${taskId}?`, { modal: true, detail }, CANCEL, TAKE_OVER);
      if (answer === CANCEL) await daemon.request("agentx/task/cancel", { taskId });
      if (answer === TAKE_OVER) await daemon.request("agentx/task/takeOver", { taskId });
    },
    "agentx.task.takeOver": async (taskId) => {
      await daemon.request("agentx/task/takeOver", { taskId });
      vscode.window.setStatusBarMessage(`AgentX: ${taskId} stops; its work so far becomes a proposal`, 5000);
    },
    "agentx.task.openTranscript": (taskId) => transcripts.open(taskId),
    "agentx.task.openChat": async (taskId) => {
      await vscode.commands.executeCommand("agentx.chat.open", store.task(taskId)?.sessionId);
    },
    "agentx.task.openProposal": async (taskId) => {
      const proposalId = store.task(taskId)?.proposalIds.at(-1);
      if (proposalId) await openProposal(store, proposalId);
    },
  };
}

/** From a row, from an id, or from the palette: then it is asked which task. */
async function onTask(store: Store, target: Row | string | undefined, run: Deed): Promise<void> {
  const taskId = typeof target === "string" ? target : (target?.id ?? (await picked(store)));
  if (!taskId) return;
  try {
    await run(taskId);
  } catch (error) {
    void vscode.window.showErrorMessage(unlinked(`AgentX: ${told(error)}`));
  }
}

async function picked(store: Store): Promise<string | undefined> {
  const items = store
    .tasks()
    .map((task) => ({ label: task.id, description: task.state, detail: short(task.goal) }))
    .reverse();
  return (await vscode.window.showQuickPick(items, { title: "Which task?", matchOnDetail: true }))?.label;
}

/** Ticks while there is something to show. */
class Clock implements vscode.Disposable {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly tick: () => boolean) {}

  start(): void {
    this.#timer ??= setInterval(() => {
      if (!this.tick()) this.dispose();
    }, TICK_MS);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
