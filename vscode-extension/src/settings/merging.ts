/** What becomes of one setting that VS Code and the daemon may both have; undefined: there it is not set. */

export interface Sides {
  /** What VS Code's settings say. */
  readonly wanted: unknown;
  /** What stands in the daemon's file. */
  readonly found: unknown;
  /** What VS Code wrote there last. */
  readonly last: unknown;
  /** The person changes it in this moment. */
  readonly isChosen: boolean;
}

/** keep: nothing is to be done. told: both were changed, and a person is to say which holds. */
export type Verdict = "keep" | "write" | "takeOut" | "told";

/** A value that was set elsewhere is never overwritten by one that merely stands in a file. */
export function verdict({ wanted, found, last, isChosen }: Sides): Verdict {
  if (isSame(wanted, found)) return "keep";
  if (wanted === undefined) return isSame(found, last) ? "takeOut" : "keep";
  return isChosen || isSame(found, last) ? "write" : "told";
}

export function isSame(one: unknown, other: unknown): boolean {
  return spelled(one) === spelled(other);
}

/** As JSON whose keys are in order; undefined of undefined. */
export function spelled(value: unknown): string | undefined {
  return JSON.stringify(value, (_, found: unknown) =>
    isMap(found) ? Object.fromEntries(Object.entries(found).sort(([one], [other]) => (one < other ? -1 : 1))) : found,
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `budgetSteps` as the daemon calls it: `budget_steps`. */
export function daemonName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
