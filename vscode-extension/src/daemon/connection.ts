import type * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Notifications, Requests } from "../protocol.gen";
import { makeClient } from "./client";
import { DaemonError, lost, translated } from "./errors";
import { Shim } from "./shim";

const LEAVE_MS = 2_000;
/** So long a daemon may take to greet; one that hangs would hold every later attempt up. */
const START_MS = 60_000;
const NOTIFICATIONS = [
  "agentx/event/published",
  "agentx/index/changed",
  "agentx/part/streamed",
  "agentx/proposal/changed",
  "agentx/task/settled",
] as const satisfies readonly (keyof Notifications)[];

/** What a connection tells its owner. */
export interface Owner {
  /** The link broke, and nobody here wanted it. Called once, after everybody who waited was told. */
  broke(connection: Connection): void;
  heard(method: keyof Notifications, params: unknown): void;
}

/** One link to the daemon, from its start to its end, with the requests that wait on it. */
export class Connection {
  readonly #waiting = new Map<(error: unknown) => void, string>();
  readonly #sinceMs = Date.now();
  #isOver = false;
  #hasStarted = false;

  private constructor(
    private readonly client: LanguageClient,
    private readonly shim: Shim,
    private readonly owner: Owner,
  ) {
    for (const method of NOTIFICATIONS) {
      client.onNotification(method, (params: unknown) => owner.heard(method, params));
    }
  }

  /** Not started yet. */
  static async make(
    program: string,
    folder: vscode.WorkspaceFolder,
    log: vscode.LogOutputChannel,
    owner: Owner,
  ): Promise<Connection> {
    const shim = new Shim(program, folder.uri.fsPath);
    let made: Connection | undefined;
    const client = await makeClient(shim, folder, log, () => made?.ended());
    made = new Connection(client, shim, owner);
    return made;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Milliseconds since it was made. */
  get ageMs(): number {
    return Date.now() - this.#sinceMs;
  }

  /** What the shim said before it ended. */
  get said(): { readonly message: string; readonly nextStep: string } {
    return this.shim.said;
  }

  get greeting(): LanguageClient["initializeResult"] {
    return this.client.initializeResult;
  }

  /** Rejects where the daemon cannot be reached or refuses. */
  async start(): Promise<void> {
    const timer = setTimeout(() => this.shim.kill(), START_MS);
    try {
      await this.client.start();
    } finally {
      clearTimeout(timer);
    }
    if (this.#isOver) throw new Error("the daemon went away at once");
    this.#hasStarted = true;
  }

  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token: vscode.CancellationToken | undefined,
  ): Promise<Requests[M]["result"]> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#waiting.delete(fail);
        reject(this.#isOver && !(error instanceof DaemonError) ? lost(method) : translated(method, error));
      };
      this.#waiting.set(fail, method);
      // A token that is undefined would be sent as a second param.
      const answer = token
        ? this.client.sendRequest<Requests[M]["result"]>(method, params, token)
        : this.client.sendRequest<Requests[M]["result"]>(method, params);
      answer.then((result) => {
        this.#waiting.delete(fail);
        resolve(result);
      }, fail);
    });
  }

  /** Leave; who still waits is told that the connection is over. */
  async leave(log: vscode.LogOutputChannel): Promise<void> {
    this.tell();
    try {
      await this.client.dispose(LEAVE_MS);
    } catch (error) {
      log.debug(`leaving: ${String(error)}`); // it is over already
    }
    this.shim.kill();
  }

  private ended(): void {
    if (this.#isOver) return;
    this.tell();
    if (this.#hasStarted) this.owner.broke(this); // else `start` rejects, and tells
  }

  private tell(): void {
    this.#isOver = true;
    for (const [fail, method] of [...this.#waiting]) fail(lost(method));
  }
}
