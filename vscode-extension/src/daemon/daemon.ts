import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type Notifications, PROTOCOL_VERSION, type Requests } from "../protocol.gen";
import { Backoff } from "./backoff";
import { makeClient } from "./client";
import { DaemonError, lost, translated } from "./errors";
import { locate, surroundings } from "./locate";
import { Shim } from "./shim";
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

/** Why the daemon does not run, and what a person can do. */
export interface Problem {
  readonly message: string;
  readonly nextStep: string;
}

type Method = keyof Requests;
type Name = keyof Notifications;
type Handler = (params: unknown) => void;

/** One link to the daemon with what waits on it. */
interface Connection {
  readonly client: LanguageClient;
  readonly shim: Shim;
  readonly waiting: Map<(error: DaemonError) => void, string>;
  isOver: boolean;
  sinceMs: number;
}

const MOST_ATTEMPTS = 8;

/** Owns the language client: finds `agentxd`, starts it, and connects again when it went away. */
export class Daemon implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<DaemonState>();
  readonly onDidChangeState = this.#changed.event;
  readonly #handlers = new Map<Name, Set<Handler>>();
  readonly #backoff = new Backoff();
  #state: DaemonState = "idle";
  #problem: Problem = { message: "", nextStep: "" };
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

  /** Version and program of what runs; empty before the first start. */
  get version(): string {
    return this.#version;
  }

  get program(): string {
    return this.#program;
  }

  /** The folder that the daemon works for: the first one on a disk; the others have none. */
  get folder(): vscode.WorkspaceFolder | undefined {
    return vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === "file");
  }

  /** Ask and wait. Rejects with a DaemonError, also when the daemon goes away meanwhile. */
  request<M extends Method>(
    method: M,
    params: Requests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]["result"]> {
    const connection = this.#connection;
    if (this.#state !== "running" || connection === undefined) return Promise.reject(this.#absent(method));
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        connection.waiting.delete(fail);
        reject(connection.isOver && !(error instanceof DaemonError) ? lost(method) : translated(method, error));
      };
      connection.waiting.set(fail, method);
      const client = connection.client; // with an undefined token it would send the params as a list
      const answer: Promise<Requests[M]["result"]> =
        token === undefined ? client.sendRequest(method, params) : client.sendRequest(method, params, token);
      answer.then((result) => {
        connection.waiting.delete(fail);
        resolve(result);
      }, fail);
    });
  }

  /** Hear a notification, over every reconnection. */
  onNotification<M extends Name>(method: M, handler: (params: Notifications[M]) => void): vscode.Disposable {
    const handlers = this.#handlers.get(method) ?? new Set();
    const own = handler as Handler; // what the daemon sends under a name has that name's type
    this.#handlers.set(method, handlers.add(own));
    return { dispose: () => void handlers.delete(own) };
  }

  /** Start or attach; returns when it runs or cannot. Never rejects: `state` and `problem` tell. */
  start(): Promise<void> {
    if (this.#state === "running") return Promise.resolve();
    this.#starting ??= this.#connect("starting").finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** End the daemon and start it anew. Rejects where tasks run and nobody forces it. */
  async restart(isForced = false): Promise<void> {
    if (this.#state === "running") {
      const answer = await this.request("agentx/daemon/stop", { reason: "restart", isForced });
      if (!answer.isStopping) throw new DaemonError("wrong_state", answer.reason, "Wait for the tasks, or cancel them.");
    }
    await this.stop();
    this.#backoff.reset();
    await this.start();
  }

  /** Leave the daemon; it goes on for other clients. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#starting;
    const connection = this.#connection;
    if (connection !== undefined) await this.#drop(connection);
    this.#become("idle");
  }

  dispose(): void {
    void this.stop().finally(() => this.#changed.dispose());
  }

  async #connect(state: "starting" | "reconnecting"): Promise<void> {
    clearTimeout(this.#timer);
    const folder = this.folder;
    if (folder === undefined) return this.#become("idle");
    if (!vscode.workspace.isTrusted) return this.#become("untrusted");
    this.#become(state);
    const root = folder.uri.fsPath;
    const setting = vscode.workspace.getConfiguration("agentx", folder).get<string>("client.path", "").trim();
    const found = await locate(surroundings(setting, root));
    if (!("program" in found)) return this.#become("missing", missing(setting, found.looked));
    this.#program = found.program;
    this.log.info(`${found.program} lsp in ${root} (found by: ${found.from})`);
    await this.#link(new Shim(found.program, root), folder, state);
  }

  async #link(shim: Shim, folder: vscode.WorkspaceFolder, state: "starting" | "reconnecting"): Promise<void> {
    const made: { connection?: Connection } = {};
    const client = await makeClient(shim, folder, this.log, () => {
      if (made.connection !== undefined) this.#ended(made.connection);
    });
    const connection: Connection = { client, shim, waiting: new Map(), isOver: false, sinceMs: Date.now() };
    made.connection = connection;
    this.#connection = connection;
    for (const method of ["agentx/event/published", "agentx/part/streamed", "agentx/proposal/changed"] as const) {
      client.onNotification(method, (params: unknown) => {
        for (const handler of [...(this.#handlers.get(method) ?? [])]) handler(params);
      });
    }
    try {
      await client.start();
    } catch (error) {
      await this.#drop(connection);
      const said = shim.said.message ? shim.said : { message: String(error), nextStep: "" };
      this.log.error(said.message);
      if (state === "reconnecting" && this.#backoff.attempts < MOST_ATTEMPTS) return this.#later();
      return this.#become("failed", { message: said.message, nextStep: said.nextStep });
    }
    await this.#greeted(connection);
  }

  async #greeted(connection: Connection): Promise<void> {
    const { capabilities, serverInfo } = connection.client.initializeResult ?? {};
    const spoken = announced(capabilities?.experimental);
    const match = compare(PROTOCOL_VERSION, spoken);
    this.#version = serverInfo?.version ?? "";
    if (match === "mismatched") {
      await this.#drop(connection);
      return this.#become("mismatched", mismatched(spoken, this.#version));
    }
    if (match !== "same") this.log.warn(`the daemon speaks protocol ${spoken}, this extension ${PROTOCOL_VERSION}`);
    if (connection.isOver) return this.#later();
    connection.sinceMs = Date.now();
    this.#become("running");
  }

  /** The link broke without our wish: everybody who waits is told, then it is tried again. */
  #ended(connection: Connection): void {
    if (connection.isOver) return;
    const wasRunning = this.#state === "running" && this.#connection === connection;
    this.#tell(connection);
    if (!wasRunning) return; // its start fails, and tells
    this.#connection = undefined;
    this.#backoff.held(Date.now() - connection.sinceMs);
    this.log.warn("the daemon went away; connecting again");
    this.#later();
  }

  #later(): void {
    const pause = this.#backoff.next();
    this.#become("reconnecting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#starting ??= this.#connect("reconnecting").finally(() => {
        this.#starting = undefined;
      });
    }, pause);
  }

  #tell(connection: Connection): void {
    connection.isOver = true;
    for (const [fail, method] of [...connection.waiting]) fail(lost(method));
  }

  async #drop(connection: Connection): Promise<void> {
    this.#tell(connection);
    if (this.#connection === connection) this.#connection = undefined;
    try {
      await connection.client.dispose(2_000);
    } catch (error) {
      this.log.debug(`leaving: ${String(error)}`); // it is over already
    }
    connection.shim.kill();
  }

  #become(state: DaemonState, problem: Problem = { message: "", nextStep: "" }): void {
    this.#problem = problem;
    if (state === "running") this.log.info(`connected to agentxd ${this.#version}`);
    else if (problem.message) this.log.error(`${state}: ${problem.message} ${problem.nextStep}`);
    if (this.#state === state && !problem.message) return;
    this.#state = state;
    this.#changed.fire(state);
  }

  #absent(method: string): DaemonError {
    const { message, nextStep } = this.#problem;
    if (message) return new DaemonError("not_running", message, nextStep);
    const words = `The AgentX daemon is not there (${this.#state}), so ${method} was not sent.`;
    return new DaemonError("not_running", words, "Try again in a moment, or run “AgentX: Restart the Daemon”.");
  }
}

function missing(setting: string, looked: readonly string[]): Problem {
  if (setting) {
    return {
      message: `There is no program ${looked[0] ?? setting}, which the setting agentx.client.path names.`,
      nextStep: "Correct or empty the setting.",
    };
  }
  return {
    message: "agentxd, the daemon that does AgentX's work, was not found in this workspace's .venv or on PATH.",
    nextStep: "Install it, or set agentx.client.path.",
  };
}

function mismatched(spoken: string, version: string): Problem {
  if (!spoken) {
    return {
      message: "What answered as agentxd is no AgentX daemon.",
      nextStep: "Look at the setting agentx.client.path.",
    };
  }
  return {
    message: `agentxd ${version} speaks protocol ${spoken}; this extension speaks ${PROTOCOL_VERSION}.`,
    nextStep:
      Number.parseInt(spoken, 10) < Number.parseInt(PROTOCOL_VERSION, 10)
        ? "Update agentxd, stop the running daemon with “agentxd stop”, and restart it here."
        : "Update this extension.",
  };
}
