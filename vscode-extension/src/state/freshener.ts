const PAUSE_MS = 40;

/** Asks again for what changed: what comes while an answer is on its way is asked for together. */
export class Freshener {
  readonly #wanted = new Set<string>();
  #isWanted = false;
  #isRunning = false;

  constructor(
    private readonly load: (ids: readonly string[]) => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** These changed; none: it is not known which. */
  want(ids: readonly string[]): void {
    for (const id of ids) this.#wanted.add(id);
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted) {
      const ids = [...this.#wanted];
      this.#wanted.clear();
      this.#isWanted = false;
      await this.load(ids).catch(this.failed);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    this.#isRunning = false;
  }
}
