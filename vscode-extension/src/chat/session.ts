/** The session that a chat shows: its conversation and its head, asked for and then followed. */

import type { Daemon } from "../daemon/daemon";
import type { EventRecord, Session, StreamedNotification } from "../protocol.gen";
import type { Store } from "../state/store";
import { cost } from "../webviews/format";
import { Conversation } from "./conversation";
import { remembered } from "./history";
import type { Change } from "./items";
import { type Head, QUEUE_MODES } from "./messages";

/** Records after which the session's own facts may be other ones. */
const TURNING: ReadonlySet<string> = new Set([
  "SessionStarted",
  "SessionChanged",
  "PromptReceived",
  "TaskCreated",
  "TaskStarted",
  "TaskEnded",
  "TaskPaused",
  "TaskResumed",
  "MessageAdded",
]);

/** Everything of one session. Before the first prompt it has no id yet. */
export class ShownSession {
  conversation: Conversation;
  #facts: Session | undefined;

  private constructor(
    readonly id: string,
    conversation: Conversation,
    facts: Session | undefined,
  ) {
    this.conversation = conversation;
    this.#facts = facts;
  }

  static fresh(): ShownSession {
    return new ShownSession("", new Conversation(""), undefined);
  }

  /** Ask the daemon. What is published meanwhile must be given to `take` afterwards. */
  static async load(daemon: Daemon, id: string): Promise<ShownSession> {
    const session = await daemon.request("agentx/session/get", { sessionId: id });
    const { runningTaskId, taskIds } = session.session;
    const taskId = runningTaskId || taskIds.at(-1);
    const [newest, { tasks }, { approvals }] = await Promise.all([
      taskId ? daemon.request("agentx/task/get", { taskId }) : undefined,
      daemon.request("agentx/task/list", {}),
      daemon.request("agentx/approval/list", { isWaitingOnly: true }),
    ]);
    const own = new Set(taskIds);
    const turns = tasks.filter((task) => own.has(task.id));
    return new ShownSession(id, remembered({ session, newest, tasks: turns, approvals }), session.session);
  }

  get isRunning(): boolean {
    return Boolean(this.#facts?.runningTaskId);
  }

  /** Ask for the facts alone, without the transcript. */
  async refresh(store: Store): Promise<void> {
    if (this.id) this.#facts = (await store.sessions()).find((session) => session.id === this.id) ?? this.#facts;
  }

  take(record: EventRecord): Change {
    return this.conversation.take(record);
  }

  stream(piece: StreamedNotification): Change {
    return this.conversation.stream(piece);
  }

  /** Whether a record may have changed the head. */
  isTurning(record: EventRecord): boolean {
    const { session, task } = record.data;
    const isOwn = session === this.id || (typeof task === "string" && this.conversation.has(task));
    return this.id !== "" && isOwn && TURNING.has(record.type);
  }

  head(store: Store, model: string): Head {
    const facts = this.#facts;
    if (!facts) return { ...NEW_HEAD, model };
    const running = store.task(facts.runningTaskId);
    const isStill = !running || running.pausedAtMs > 0;
    return {
      sessionId: facts.id,
      title: facts.title,
      state: facts.state,
      runningTaskId: facts.runningTaskId,
      runningSinceMs: isStill ? 0 : running.startedMs + running.pausedMs,
      queueMode: QUEUE_MODES.find((mode) => mode === facts.queueMode) ?? "steer",
      model: model || [facts.provider, facts.model].filter(Boolean).join("/"),
      waiting: facts.waiting.map(({ id, text }) => ({ id, text })),
      cost: facts.costMicros ? cost(facts.costMicros) : "",
    };
  }

  /** Provider and model of the next turn, as far as the session names them. */
  get model(): { readonly provider: string; readonly model: string } {
    return { provider: this.#facts?.provider ?? "", model: this.#facts?.model ?? "" };
  }
}

const NEW_HEAD: Head = {
  sessionId: "",
  title: "",
  state: "new",
  runningTaskId: "",
  runningSinceMs: 0,
  queueMode: "steer",
  model: "",
  waiting: [],
  cost: "",
};
