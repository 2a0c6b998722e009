const FIRST_MS = 250;
const LONGEST_MS = 15_000;
const CALM_MS = 30_000;

/** Pauses between attempts: doubled each time, and short again after a connection that held. */
export class Backoff {
  #attempts = 0;

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return pause;
  }

  /** A connection ended that had held so long. */
  held(milliseconds: number): void {
    if (milliseconds >= CALM_MS) this.#attempts = 0;
  }

  reset(): void {
    this.#attempts = 0;
  }

  get attempts(): number {
    return this.#attempts;
  }
}
