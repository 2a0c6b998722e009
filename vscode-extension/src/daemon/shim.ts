import { type ChildProcess, spawn } from "node:child_process";

const TAIL_CHARS = 4_000;

/** The process `agentxd lsp`: pumps bytes between us and the daemon, and tells why it could not. */
export class Shim {
  readonly process: ChildProcess;
  #said = "";

  constructor(program: string, root: string) {
    this.process = spawn(program, ["lsp"], { cwd: root, stdio: "pipe", env: process.env });
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-TAIL_CHARS);
    });
    this.process.on("error", (error) => {
      this.#said += error.message;
    });
  }

  /** What it wrote before it ended: a sentence, and below it what to do. */
  get said(): { readonly message: string; readonly nextStep: string } {
    const at = this.#said.lastIndexOf("agentxd: ");
    const text = at < 0 ? this.#said : this.#said.slice(at + "agentxd: ".length);
    const [message = "", ...rest] = text.trim().split("\n");
    return { message: message.trim(), nextStep: at < 0 ? "" : rest.join(" ").trim() };
  }

  kill(): void {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill();
  }
}
