import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import type { EventRecord } from "../protocol.gen";
import type { Store } from "../state/store";
import { type Attached, withAttached } from "./attachments";
import type { Item } from "./items";
import type { FromPage, Head, QueueMode, ToPage } from "./messages";
import { pickModel } from "./models";
import { Page } from "./page";
import { troubleFrom, troubleOf } from "./trouble";
import { ShownSession } from "./session";

const HEAD_MS = 60;

type Model = { readonly provider: string; readonly model: string };

/** One chat: which session it shows, what it follows, and what a person asks of it. */
export class ChatController implements vscode.Disposable {
  #shown = ShownSession.fresh();
  readonly #page: Page;
  #attached: readonly Attached[] = [];
  /** For the next prompt, where a person chose one and no session holds it yet. */
  #model: Model = { provider: "", model: "" };
  #modelLabel = "";
  /** Records that came while a session was being loaded. */
  #backlog: EventRecord[] | undefined;
  #headTimer: NodeJS.Timeout | undefined;
  readonly #disposables: vscode.Disposable[];

  constructor(
    private readonly daemon: Daemon,
    private readonly store: Store,
    /** Told which session is shown, to be shown again after a restart. */
    private readonly remember: (sessionId: string) => void,
  ) {
    this.#page = new Page((id) => store.proposal(id));
    this.#disposables = [
      store.onDidRecord((records) => this.#take(records)),
      store.onDidStream((piece) => this.#page.streamed(this.#shown.stream(piece))),
      store.onDidChangeTasks((ids) => (ids.length ? this.#tellHead() : void this.#reload())),
      store.onDidChangeProposals((ids) => this.#page.proposalsChanged(ids)),
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
    this.#page.flush();
    clearTimeout(this.#headTimer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** A page is there and drew nothing yet; undefined: it went away. */
  connect(post: ((message: ToPage) => void) | undefined): void {
    this.#page.connect(post);
    if (post) this.#reset();
  }

  focus(): void {
    this.#page.say({ type: "focus" });
  }

  attach(added: readonly Attached[]): void {
    this.#attached = added;
    this.#page.attached(added);
  }

  get attached(): readonly Attached[] {
    return this.#attached;
  }

  /** Show a session; without an id, one that begins with the next prompt. */
  async open(sessionId: string): Promise<void> {
    if (!sessionId) {
      this.#backlog = undefined; // what is being loaded is not wanted any more
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
        this.#page.earlier(message.before);
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
    this.#page.say({ type: "trouble", trouble: troubleFrom(error) });
  }

  async #send(text: string, queueMode: QueueMode | ""): Promise<void> {
    const whole = withAttached(text, this.#attached);
    try {
      const params = { text: whole, sessionId: this.#shown.id, queueMode, ...this.#model };
      const said = await this.daemon.request("agentx/session/prompt", params);
      this.#model = { provider: "", model: "" };
      this.attach([]);
      this.#page.say({ type: "sent", isSent: true });
      if (!this.#shown.id) await this.#load(said.sessionId);
    } catch (error) {
      this.#page.say({ type: "sent", isSent: false });
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
    this.#setContext();
    this.#modelLabel = "";
    this.#reset();
    this.#loadCards();
  }

  #reset(): void {
    this.#page.reset(this.#shown.conversation, this.#head());
    this.#page.attached(this.#attached);
    this.#tellDaemon();
  }

  #take(records: readonly EventRecord[]): void {
    this.#backlog?.push(...records);
    if (!this.#shown.id) return;
    this.#page.changed(records.map((record) => this.#shown.take(record)));
    if (records.some((record) => this.#shown.isTurning(record))) this.#headSoon();
  }

  /** Proposals that were decided in the past are not in the store yet. */
  #loadCards(): void {
    const isMissing = this.items.some((item) => item.kind === "proposal" && !this.store.proposal(item.proposalId));
    if (isMissing) this.store.loadDecided().catch((error: unknown) => this.fail(error));
  }

  /** The session's facts may be other ones: ask once for all that comes together. */
  #headSoon(): void {
    this.#headTimer ??= setTimeout(() => {
      this.#headTimer = undefined;
      this.#shown.refresh(this.store).then(
        () => this.#tellHead(),
        (error: unknown) => this.daemon.log.warn(`chat: ${String(error)}`),
      );
    }, HEAD_MS);
  }

  #head(): Head {
    return this.#shown.head(this.store, this.#modelLabel);
  }

  #tellHead(): void {
    this.#setContext();
    this.#page.say({ type: "head", head: this.#head() });
  }

  /** For the keys and menus of the editor. */
  #setContext(): void {
    void vscode.commands.executeCommand("setContext", "agentx.isChatRunning", this.#shown.isRunning);
  }

  #tellDaemon(): void {
    this.#page.say({ type: "daemon", isRunning: this.daemon.state === "running", trouble: troubleOf(this.daemon) });
  }
}
