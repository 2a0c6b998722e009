import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { DaemonError } from "../daemon/errors";
import type { EventRecord, StreamedNotification } from "../protocol.gen";
import type { Store } from "../state/store";
import { type Attached, labelOf, withAttached } from "./attachments";
import { cardOf } from "./cards";
import type { Change, Item } from "./items";
import type { Card, FromPage, QueueMode, ToPage, Trouble } from "./messages";
import { pickModel } from "./models";
import { ShownSession } from "./session";

/** Items that a page begins with, and that each "earlier" brings. */
const PAGE = 150;
/** Pieces that stream are sent together after so long. */
const STREAM_MS = 30;
const HEAD_MS = 60;

type Model = { readonly provider: string; readonly model: string };

/** One chat: which session it shows, what it follows, and what a person asks of it. */
export class ChatController implements vscode.Disposable {
  #shown = ShownSession.fresh();
  #post: ((message: ToPage) => void) | undefined;
  readonly #posted = new Set<string>();
  readonly #pieces = new Map<string, string>();
  #attached: readonly Attached[] = [];
  /** For the next prompt, where a person chose one and no session holds it yet. */
  #model: Model = { provider: "", model: "" };
  #modelLabel = "";
  /** Records that came while a session was being loaded. */
  #backlog: EventRecord[] | undefined;
  #streamTimer: NodeJS.Timeout | undefined;
  #headTimer: NodeJS.Timeout | undefined;
  readonly #disposables: vscode.Disposable[];

  constructor(
    private readonly daemon: Daemon,
    private readonly store: Store,
    /** Told which session is shown, to be shown again after a restart. */
    private readonly remember: (sessionId: string) => void,
  ) {
    this.#disposables = [
      store.onDidRecord((records) => this.#take(records)),
      store.onDidStream((piece) => this.#stream(piece)),
      store.onDidChangeTasks((ids) => (ids.length ? this.#headSoon() : void this.#reload())),
      store.onDidChangeProposals((ids) => this.#cardsChanged(ids)),
      daemon.onDidChangeState(() => this.#tellDaemon()),
    ];
  }

  get sessionId(): string {
    return this.#shown.id;
  }

  get items(): readonly Item[] {
    return this.#shown.conversation.items;
  }

  dispose(): void {
    clearTimeout(this.#streamTimer);
    clearTimeout(this.#headTimer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** A page is there and drew nothing yet; undefined: it went away. */
  connect(post: ((message: ToPage) => void) | undefined): void {
    this.#post = post;
    if (post) this.#reset();
  }

  focus(): void {
    this.#post?.({ type: "focus" });
  }

  attach(added: readonly Attached[]): void {
    this.#attached = added;
    this.#post?.({ type: "attachments", attachments: added.map((one) => ({ label: labelOf(one) })) });
  }

  get attached(): readonly Attached[] {
    return this.#attached;
  }

  /** Show a session; without an id, one that begins with the next prompt. */
  async open(sessionId: string): Promise<void> {
    if (!sessionId) {
      this.#shown = ShownSession.fresh();
      this.#settled();
      return;
    }
    await this.#load(sessionId);
  }

  /** What the page asks for and needs nothing of the editor. False: somebody else must do it. */
  async obey(message: FromPage): Promise<boolean> {
    switch (message.type) {
      case "send":
        await this.#send(message.text, message.queueMode);
        return true;
      case "stop":
        await this.stop();
        return true;
      case "resume":
        await this.#resume();
        return true;
      case "setMode":
        await this.daemon.request("agentx/session/set", { sessionId: this.#shown.id, queueMode: message.queueMode });
        return true;
      case "new":
        await this.open("");
        return true;
      case "open":
        await this.open(message.sessionId);
        return true;
      case "earlier":
        this.#earlier(message.before);
        return true;
      case "detach":
        this.attach(this.#attached.filter((_, place) => place !== message.place));
        return true;
      case "decide":
        await this.daemon.request("agentx/approval/decide", { approvalId: message.approvalId, decision: message.decision });
        return true;
      case "chooseModel":
        await this.chooseModel();
        return true;
      case "restart":
        await this.daemon.restart();
        return true;
      default:
        return false;
    }
  }

  /** End the turn under way; its work becomes a proposal. */
  async stop(): Promise<void> {
    if (this.#shown.isRunning) await this.daemon.request("agentx/session/stop", { sessionId: this.#shown.id });
  }

  async chooseModel(): Promise<void> {
    const chosen = await pickModel(this.daemon);
    if (!chosen) return;
    this.#model = chosen;
    this.#modelLabel = [chosen.provider, chosen.model].filter(Boolean).join("/");
    if (this.#shown.id) {
      await this.daemon.request("agentx/session/set", { sessionId: this.#shown.id, ...chosen });
      await this.#shown.refresh(this.store);
    }
    this.#tellHead();
  }

  /** Something went wrong with what a person asked for: it is told where it was asked. */
  fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const nextStep = error instanceof DaemonError ? error.nextStep : "";
    this.#post?.({ type: "trouble", trouble: { message, nextStep } });
  }

  async #send(text: string, queueMode: QueueMode | ""): Promise<void> {
    const whole = withAttached(text, this.#attached);
    try {
      const params = { text: whole, sessionId: this.#shown.id, queueMode, ...this.#model };
      const said = await this.daemon.request("agentx/session/prompt", params);
      this.#model = { provider: "", model: "" };
      this.attach([]);
      this.#post?.({ type: "sent", isSent: true });
      if (!this.#shown.id) await this.#load(said.sessionId);
    } catch (error) {
      this.#post?.({ type: "sent", isSent: false });
      throw error;
    }
  }

  async #resume(): Promise<void> {
    const sessionId = this.#shown.id;
    const { runningTaskId, state } = this.#shown.head(this.store, "");
    if (state === "paused") await this.daemon.request("agentx/task/resume", { taskId: runningTaskId });
    else await this.daemon.request("agentx/session/resume", { sessionId });
  }

  /** After a reconnection: what was missed is in the log. */
  async #reload(): Promise<void> {
    if (!this.#shown.id) return this.#tellDaemon();
    await this.#load(this.#shown.id).catch((error: unknown) => this.fail(error));
  }

  async #load(sessionId: string): Promise<void> {
    const backlog: EventRecord[] = [];
    this.#backlog = backlog;
    try {
      const shown = await ShownSession.load(this.daemon, sessionId);
      if (this.#backlog !== backlog) return; // another one was asked for meanwhile
      for (const record of backlog) shown.take(record);
      this.#shown = shown;
      this.#settled();
    } finally {
      if (this.#backlog === backlog) this.#backlog = undefined;
    }
  }

  #settled(): void {
    this.remember(this.#shown.id);
    this.#modelLabel = "";
    this.#reset();
    this.#loadCards();
  }

  #reset(): void {
    const { items } = this;
    const first = Math.max(0, items.length - PAGE);
    this.#posted.clear();
    for (const item of items) this.#posted.add(item.id);
    this.#pieces.clear();
    const page = items.slice(first);
    this.#post?.({ type: "reset", head: this.#head(), items: page, cards: this.#cards(page), nEarlier: first });
    this.attach(this.#attached);
    this.#tellDaemon();
  }

  #earlier(before: string): void {
    const { items } = this;
    const end = items.findIndex((item) => item.id === before);
    if (end < 0) return;
    const first = Math.max(0, end - PAGE);
    const page = items.slice(first, end);
    this.#post?.({ type: "earlier", items: page, cards: this.#cards(page), nEarlier: first });
  }

  #take(records: readonly EventRecord[]): void {
    this.#backlog?.push(...records);
    if (!this.#shown.id) return;
    this.#flush();
    this.#tell(records.map((record) => this.#shown.take(record)));
    if (records.some((record) => this.#shown.isTurning(record))) this.#headSoon(true);
  }

  #stream(piece: StreamedNotification): void {
    const change = this.#shown.stream(piece);
    if (change.grown) {
      const { id, text } = change.grown;
      this.#pieces.set(id, (this.#pieces.get(id) ?? "") + text);
      this.#streamTimer ??= setTimeout(() => this.#flush(), STREAM_MS);
    } else if (change.changed.length || change.removed.length) {
      this.#flush();
      this.#tell([change]);
    }
  }

  #flush(): void {
    clearTimeout(this.#streamTimer);
    this.#streamTimer = undefined;
    for (const [id, text] of this.#pieces) this.#post?.({ type: "grown", id, text });
    this.#pieces.clear();
  }

  /** Each item once, as it is now, however many records changed it. */
  #tell(changes: readonly Change[]): void {
    const removed = changes.flatMap((change) => change.removed).filter((id) => !this.#shown.conversation.item(id));
    const touched = [...new Set(changes.flatMap((change) => change.changed))].flatMap((id) => this.#shown.conversation.item(id) ?? []);
    if (!touched.length && !removed.length) return;
    for (const id of removed) this.#posted.delete(id);
    const added = touched.filter((item) => !this.#posted.has(item.id));
    const changed = touched.filter((item) => this.#posted.has(item.id));
    for (const item of added) this.#posted.add(item.id);
    this.#post?.({ type: "items", added, changed, removed });
    const cards = this.#cards(added);
    if (cards.length) this.#post?.({ type: "cards", cards });
  }

  #cards(items: readonly Item[]): Card[] {
    return items.flatMap((item) => {
      const proposal = item.kind === "proposal" ? this.store.proposal(item.proposalId) : undefined;
      return proposal ? [cardOf(proposal)] : [];
    });
  }

  #cardsChanged(ids: readonly string[]): void {
    const own = this.items.filter((item) => item.kind === "proposal" && (!ids.length || ids.includes(item.proposalId)));
    const cards = this.#cards(own);
    if (cards.length) this.#post?.({ type: "cards", cards });
  }

  /** Proposals that were decided in the past are not in the store yet. */
  #loadCards(): void {
    const isMissing = this.items.some((item) => item.kind === "proposal" && !this.store.proposal(item.proposalId));
    if (isMissing) this.store.loadDecided().catch((error: unknown) => this.fail(error));
  }

  #headSoon(isAsked = false): void {
    if (!this.#shown.id) return;
    if (!isAsked) return this.#tellHead();
    this.#headTimer ??= setTimeout(() => {
      this.#headTimer = undefined;
      this.#shown.refresh(this.store).then(
        () => this.#tellHead(),
        (error: unknown) => this.daemon.log.warn(`chat: ${String(error)}`),
      );
    }, HEAD_MS);
  }

  #head(): Extract<ToPage, { type: "head" }>["head"] {
    return this.#shown.head(this.store, this.#modelLabel);
  }

  #tellHead(): void {
    void vscode.commands.executeCommand("setContext", "agentx.isChatRunning", this.#shown.isRunning);
    this.#post?.({ type: "head", head: this.#head() });
  }

  #tellDaemon(): void {
    this.#post?.({ type: "daemon", isRunning: this.daemon.state === "running", trouble: this.#daemonTrouble() });
  }

  #daemonTrouble(): Trouble | null {
    const { state, problem } = this.daemon;
    if (state === "running" || state === "idle" || state === "starting") return null;
    if (state === "reconnecting") return { message: "The daemon went away. It is being started again.", nextStep: "What was said and done is in its log." };
    if (state === "untrusted") return { message: "This folder is not trusted yet.", nextStep: "Trust it, and agents can work here." };
    return problem;
  }
}
