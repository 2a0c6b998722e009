import * as vscode from "vscode";
import type { Daemon } from "./daemon/daemon";
import { told } from "./daemon/errors";
import type { GetUsageResult, IndexResult } from "./protocol.gen";
import { Freshener } from "./state/freshener";
import type { Store } from "./state/store";
import { accessible, type Facts, shownText, tooltip } from "./status_text";

const INDEX_MS = 100;
const COSTS: ReadonlySet<string> = new Set(["StepCompleted", "StepFailed", "TaskEnded"]);

/** One entry of the status bar: state, agents at work, cost of today, progress of the index. */
export function registerStatus(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  context.subscriptions.push(new StatusEntry(daemon, store));
}

class StatusEntry implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("agentx.status", vscode.StatusBarAlignment.Left, 10);
  readonly #usage: Freshener;
  readonly #disposables: vscode.Disposable[];
  #costs: GetUsageResult | undefined;
  #index: IndexResult | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly daemon: Daemon,
    private readonly store: Store,
  ) {
    this.#item.name = "AgentX";
    this.#item.command = "agentx.actions.pick";
    this.#usage = new Freshener(
      () => this.#askUsage(),
      (error) => daemon.log.debug(told(error)),
    );
    const show = (): void => this.#show();
    this.#disposables = [
      this.#item,
      daemon.onDidChangeState((state) => {
        if (state === "running") this.#begin();
        show();
      }),
      daemon.onNotification("agentx/index/changed", (index) => this.#hearIndex(index)),
      store.onDidChangeTasks(show),
      store.onDidChangeProposals(show),
      store.onDidChangeApprovals(show),
      store.onDidRecord((records) => {
        if (records.some(({ type }) => COSTS.has(type))) this.#usage.want([]);
      }),
    ];
    show();
    this.#item.show();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #begin(): void {
    this.#usage.want([]);
    void this.#askIndex();
  }

  async #askUsage(): Promise<void> {
    this.#costs = await this.daemon.request("agentx/usage/get", { nDays: 1 });
    this.#show();
  }

  /** How it is at the start; from then on the daemon tells. */
  async #askIndex(): Promise<void> {
    try {
      this.#hearIndex(await this.daemon.request("agentx/index/status", {}));
    } catch (error) {
      this.daemon.log.debug(told(error));
    }
  }

  /** Shown together with what comes right behind it. */
  #hearIndex(index: IndexResult): void {
    this.#index = index;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#show();
    }, INDEX_MS);
  }

  #show(): void {
    const facts = this.#facts();
    this.#item.text = shownText(facts);
    this.#item.tooltip = new vscode.MarkdownString(tooltip(facts), true);
    this.#item.accessibilityInformation = { label: accessible(facts), role: "button" };
    this.#item.backgroundColor = background(facts);
  }

  #facts(): Facts {
    return {
      state: this.daemon.state,
      problem: this.daemon.problem,
      version: this.daemon.version,
      folder: this.daemon.folder?.name ?? "",
      nFolders: vscode.workspace.workspaceFolders?.length ?? 0,
      nRunning: this.store.tasks().filter(({ state }) => state === "running" || state === "waiting").length,
      nHunks: this.store.openHunks().length,
      nQuestions: this.store.approvals().length,
      costs: this.#costs,
      index: this.#index,
    };
  }
}

function background(facts: Facts): vscode.ThemeColor | undefined {
  if (facts.problem.message) return new vscode.ThemeColor("statusBarItem.errorBackground");
  const isWarning = facts.state === "reconnecting" || facts.nQuestions > 0;
  return isWarning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
}
