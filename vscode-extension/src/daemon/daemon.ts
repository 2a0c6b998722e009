import * as vscode from "vscode";
import { type Notifications, PROTOCOL_VERSION, type Requests } from "../protocol.gen";
import { Backoff } from "./backoff";
import { Connection } from "./connection";
import { DaemonError } from "./errors";
import { locate, surroundings } from "./locate";
import { mismatched, missing, NO_PROBLEM, type Problem } from "./problems";
import { announced, compare } from "./version";

export type DaemonState =
  | "idle"
  | "untrusted"
  | "missing"
  | "starting"
  | "running"
  | "reconnecting"
  | "mismatched"
  | "failed";

type Handler = (params: unknown) => void;
type Attempt = "starting" | "reconnecting";

const MOST_ATTEMPTS = 8;

/** Owns the language client: finds `agentxd`, starts it, and connects again when it went away. */
export class Daemon implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<DaemonState>();
  readonly onDidChangeState = this.#changed.event;
  readonly #handlers = new Map<keyof Notifications, Set<Handler>>();
  readonly #backoff = new Backoff();
  #state: DaemonState = "idle";
  #problem: Problem = NO_PROBLEM;
  #connection: Connection | undefined;
  #starting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #version = "";
  #program = "";

  constructor(readonly log: vscode.LogOutputChannel) {}

  get state(): DaemonState {
    return this.#state;
  }

  /** Of the states missing, mismatched and failed; empty otherwise. */
  get problem(): Problem {
    return this.#problem;
  }

  /** Of the daemon that runs or ran last; empty before the first start. */
  get version(): string {
    return this.#version;
  }

  /** The `agentxd` that was found last; empty before the first start. */
  get program(): string {
    return this.#program;
  }

  /** The folder that the daemon works for: the first one on a disk; the others have none. */
  get folder(): vscode.WorkspaceFolder | undefined {
    return vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === "file");
  }

  /** Ask and wait. Rejects with a DaemonError, also when the daemon goes away meanwhile. */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]["result"]> {
    const connection = this.#connection;
    if (this.#state !== "running" || connection === undefined) return Promise.reject(this.#absent(method));
    return connection.request(method, params, token);
  }

  /** Hear a notification, over every reconnection. */
  onNotification<M extends keyof Notifications>(
    method: M,
    handler: (params: Notifications[M]) => void,
  ): vscode.Disposable {
    const handlers = this.#handlers.get(method) ?? new Set();
    const own = handler as Handler; // what the daemon sends under a name has that name's type
    this.#handlers.set(method, handlers.add(own));
    return { dispose: () => void handlers.delete(own) };
  }

  /** Start or attach; returns when it runs or cannot. Never rejects: `state` and `problem` tell. */
  start(): Promise<void> {
    return this.#state === "running" ? Promise.resolve() : this.#attempt("starting");
  }

  /** End the daemon and start it anew. Rejects where tasks run and nobody forces it. */
  async restart(isForced = false): Promise<void> {
    if (this.#state === "running") {
      const answer = await this.request("agentx/daemon/stop", { reason: "restart", isForced });
      if (!answer.isStopping) throw new DaemonError("wrong_state", answer.reason, "Wait for the tasks, or cancel them.");
    }
    await this.stop();
    await this.#attempt("reconnecting"); // the old one may still be on its way out
  }

  /** Leave the daemon; it goes on for other clients. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#starting;
    clearTimeout(this.#timer);
    await this.#drop(this.#connection);
    this.#backoff.reset();
    this.#become("idle");
  }

  dispose(): void {
    void this.stop().finally(() => this.#changed.dispose());
  }

  #attempt(attempt: Attempt): Promise<void> {
    clearTimeout(this.#timer);
    this.#starting ??= this.#connect(attempt)
      .catch((error: unknown) => this.#broken(error))
      .finally(() => {
        this.#starting = undefined;
      });
    return this.#starting;
  }

  async #connect(attempt: Attempt): Promise<void> {
    const folder = this.folder;
    if (folder === undefined) return this.#become("idle");
    if (!vscode.workspace.isTrusted) return this.#become("untrusted");
    this.#become(attempt);
    const root = folder.uri.fsPath;
    const setting = vscode.workspace.getConfiguration("agentx", folder).get<string>("client.path", "").trim();
    const found = await locate(surroundings(setting, root));
    if (!("program" in found)) return this.#become("missing", missing(setting, found.looked));
    this.#program = found.program;
    this.log.info(`${found.program} lsp in ${root} (found by: ${found.from})`);
    const connection = await Connection.make(found.program, folder, this.log, {
      broke: (broken) => this.#broke(broken),
      heard: (method, params) => this.#heard(method, params),
    });
    this.#connection = connection;
    try {
      await connection.start();
    } catch (error) {
      await this.#drop(connection);
      return this.#failed(attempt, connection, error);
    }
    await this.#greeted(connection);
  }

  async #greeted(connection: Connection): Promise<void> {
    const { capabilities, serverInfo } = connection.greeting ?? {};
    const spoken = announced(capabilities?.experimental);
    const match = compare(PROTOCOL_VERSION, spoken);
    this.#version = serverInfo?.version ?? "";
    if (match === "mismatched") {
      await this.#drop(connection);
      return this.#become("mismatched", mismatched(spoken, this.#version));
    }
    if (connection.isOver) return; // told already, and tried again
    if (match !== "same") this.log.warn(`the daemon speaks protocol ${spoken}, this extension ${PROTOCOL_VERSION}`);
    this.#become("running");
  }

  #failed(attempt: Attempt, connection: Connection, error: unknown): void {
    const { message, nextStep } = connection.said;
    this.log.error(`${this.#program} lsp: ${message || String(error)}`);
    if (attempt === "reconnecting" && this.#backoff.attempts < MOST_ATTEMPTS) return this.#later();
    this.#become("failed", {
      message: message || `agentxd could not be started: ${String(error)}`,
      nextStep: nextStep || "Look at the log, then try again.",
    });
  }

  /** A fault of this extension: told like every other reason why there is no daemon. */
  #broken(error: unknown): void {
    this.log.error(error instanceof Error ? error : String(error));
    this.#become("failed", { message: `The extension failed: ${String(error)}`, nextStep: "Look at the log." });
  }

  #broke(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#backoff.held(connection.ageMs);
    this.log.warn("the daemon went away; connecting again");
    this.#later();
  }

  #later(): void {
    this.#become("reconnecting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#attempt("reconnecting"), this.#backoff.next());
  }

  #heard(method: keyof Notifications, params: unknown): void {
    for (const handler of [...(this.#handlers.get(method) ?? [])]) handler(params);
  }

  async #drop(connection: Connection | undefined): Promise<void> {
    if (this.#connection === connection) this.#connection = undefined;
    await connection?.leave(this.log);
  }

  #become(state: DaemonState, problem: Problem = NO_PROBLEM): void {
    const isSame = this.#state === state && this.#problem.message === problem.message;
    this.#state = state;
    this.#problem = problem;
    if (isSame) return;
    if (state === "running") this.log.info(`connected to agentxd ${this.#version}`);
    if (problem.message) this.log.error(`${state}: ${problem.message} ${problem.nextStep}`);
    this.#changed.fire(state);
  }

  #absent(method: string): DaemonError {
    const { message, nextStep } = this.#problem;
    if (message) return new DaemonError("not_running", message, nextStep);
    const words = `The AgentX daemon is not there (${this.#state}), so ${method} was not sent.`;
    return new DaemonError("not_running", words, "Try again in a moment, or run “AgentX: Restart the Daemon”.");
  }
}
