import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import type {
  Approval,
  EventRecord,
  Hunk,
  Proposal,
  Session,
  StreamedNotification,
  Task,
} from "../protocol.gen";
import { Freshener } from "./freshener";

const OPEN_STATES: ReadonlySet<Hunk["state"]> = new Set(["proposed", "edited", "conflicted"]);

/** What the log tells, live: kept over reconnections, and made anew from a snapshot after each. */
export class Store implements vscode.Disposable {
  readonly #tasksChanged = new vscode.EventEmitter<readonly string[]>();
  readonly #proposalsChanged = new vscode.EventEmitter<readonly string[]>();
  readonly #approvalsChanged = new vscode.EventEmitter<readonly string[]>();
  readonly #streamed = new vscode.EventEmitter<StreamedNotification>();
  readonly #recorded = new vscode.EventEmitter<readonly EventRecord[]>();
  /** Ids of what changed; empty: everything. */
  readonly onDidChangeTasks = this.#tasksChanged.event;
  readonly onDidChangeProposals = this.#proposalsChanged.event;
  readonly onDidChangeApprovals = this.#approvalsChanged.event;
  readonly onDidStream = this.#streamed.event;
  /** Records of the log as they come, in order. */
  readonly onDidRecord = this.#recorded.event;

  #tasks: ReadonlyMap<string, Task> = new Map();
  #proposals = new Map<string, Proposal>();
  #approvals: ReadonlyMap<string, Approval> = new Map();
  #lastSeq = 0;
  #isWhole = false;
  readonly #disposables: vscode.Disposable[];
  readonly #freshTasks: Freshener;
  readonly #freshApprovals: Freshener;
  readonly #freshProposals: Freshener;

  constructor(private readonly daemon: Daemon) {
    const failed = (error: unknown): void => daemon.log.warn(`state: ${told(error)}`);
    this.#freshTasks = new Freshener((ids) => this.#loadTasks(ids), failed);
    this.#freshApprovals = new Freshener((ids) => this.#loadApprovals(ids), failed);
    this.#freshProposals = new Freshener((ids) => this.#loadProposals(ids), failed);
    this.#disposables = [
      daemon.onDidChangeState((state) => {
        if (state === "running") this.#subscribe().catch(failed);
      }),
      daemon.onNotification("agentx/event/published", ({ records }) => this.#take(records)),
      daemon.onNotification("agentx/part/streamed", (part) => this.#streamed.fire(part)),
      daemon.onNotification("agentx/proposal/changed", ({ proposalIds }) => this.#freshProposals.want(proposalIds)),
      daemon.onNotification("agentx/task/settled", ({ taskIds }) => this.#freshTasks.want(taskIds)),
      this.#tasksChanged,
      this.#proposalsChanged,
      this.#approvalsChanged,
      this.#streamed,
      this.#recorded,
    ];
  }

  /** Oldest first. */
  tasks(): readonly Task[] {
    return [...this.#tasks.values()];
  }

  task(id: string): Task | undefined {
    return this.#tasks.get(id);
  }

  /** Those with something to decide, and those that changed since; `loadDecided` brings the others. Oldest first. */
  proposals(): readonly Proposal[] {
    return [...this.#proposals.values()].sort((one, other) => one.createdMs - other.createdMs);
  }

  proposal(id: string): Proposal | undefined {
    return this.#proposals.get(id);
  }

  /** Hunks of a file, relative to the root, in every proposal that is held here; by their lines. */
  hunksOf(path: string): readonly Hunk[] {
    return this.proposals()
      .flatMap((proposal) => proposal.hunks.filter((hunk) => hunk.path === path))
      .sort((one, other) => one.startLine - other.startLine);
  }

  /** Hunks that wait for a decision. */
  openHunks(): readonly Hunk[] {
    return this.proposals().flatMap((proposal) => proposal.hunks.filter((hunk) => OPEN_STATES.has(hunk.state)));
  }

  /** Those that wait for a person; oldest first. */
  approvals(): readonly Approval[] {
    return [...this.#approvals.values()];
  }

  async sessions(): Promise<readonly Session[]> {
    return (await this.daemon.request("agentx/session/list", {})).sessions;
  }

  /** Newest record of the log that this store has seen. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** False until the first snapshot came: what is empty then is not known yet. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Also hold the proposals that were decided in the past. */
  async loadDecided(): Promise<void> {
    const { proposals } = await this.daemon.request("agentx/proposal/list", { isOpenOnly: false });
    for (const proposal of proposals) this.#proposals.set(proposal.id, proposal);
    this.#proposalsChanged.fire([]);
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #subscribe(): Promise<void> {
    const { lastSeq, snapshot } = await this.daemon.request("agentx/event/subscribe", {
      hasSnapshot: true,
      hasParts: true,
    });
    // At once: what is heard while the proposals are on their way is newer than the snapshot.
    this.#lastSeq = Math.max(this.#lastSeq, lastSeq);
    this.#tasks = new Map((snapshot?.tasks ?? []).map((task) => [task.id, task]));
    this.#approvals = new Map((snapshot?.approvals ?? []).map((approval) => [approval.id, approval]));
    const before = this.#proposals;
    this.#proposals = new Map(before);
    const { proposals } = await this.daemon.request("agentx/proposal/list", { isOpenOnly: true });
    const newer = [...this.#proposals].filter(([id, proposal]) => before.get(id) !== proposal);
    this.#proposals = new Map([...proposals.map((proposal) => [proposal.id, proposal] as const), ...newer]);
    this.#freshProposals.want([...before.keys()].filter((id) => !this.#proposals.has(id)));
    this.#isWhole = true;
    this.#tasksChanged.fire([]);
    this.#proposalsChanged.fire([]);
    this.#approvalsChanged.fire([]);
  }

  #take(records: readonly EventRecord[]): void {
    this.#lastSeq = records.at(-1)?.seq ?? this.#lastSeq;
    for (const { type, data } of records) {
      const task = data["task"];
      if (typeof task === "string" && task) this.#freshTasks.want([task]);
      if (type === "ApprovalRequested" || type === "ApprovalDecided") this.#freshApprovals.want([]);
      if (type === "ProposalCreated" && typeof data["proposal"] === "string") {
        this.#freshProposals.want([data["proposal"]]);
      }
    }
    this.#recorded.fire(records);
  }

  async #loadTasks(ids: readonly string[]): Promise<void> {
    const { tasks } = await this.daemon.request("agentx/task/list", {});
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    this.#tasksChanged.fire(ids);
  }

  async #loadApprovals(_ids: readonly string[]): Promise<void> {
    const { approvals } = await this.daemon.request("agentx/approval/list", { isWaitingOnly: true });
    const before = this.#approvals;
    this.#approvals = new Map(approvals.map((approval) => [approval.id, approval]));
    const ids = new Set([...before.keys(), ...this.#approvals.keys()]);
    const changed = [...ids].filter((id) => before.has(id) !== this.#approvals.has(id));
    if (changed.length > 0) this.#approvalsChanged.fire(changed);
  }

  async #loadProposals(ids: readonly string[]): Promise<void> {
    const asked = await Promise.allSettled(
      ids.map((proposalId) => this.daemon.request("agentx/proposal/get", { proposalId })),
    );
    const found = asked.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value.proposal] : []));
    for (const proposal of found) this.#proposals.set(proposal.id, proposal);
    if (found.length > 0) this.#proposalsChanged.fire(found.map((proposal) => proposal.id));
    const failed = asked.find((answer) => answer.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}
