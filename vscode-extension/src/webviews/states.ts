/** What the states of tasks, proposals and hunks are called and look like. */

/** How lively a thing is: decides colour, motion and what can be done with it. */
export type Mood = "idle" | "live" | "waiting" | "good" | "bad" | "open" | "quiet";

export interface Look {
  /** For people. */
  readonly words: string;
  /** Name of a codicon. */
  readonly icon: string;
  readonly mood: Mood;
}

const TASKS: Partial<Record<string, Look>> = {
  pending: { words: "not started", icon: "circle-outline", mood: "idle" },
  running: { words: "running", icon: "sync", mood: "live" },
  waiting: { words: "waits for you", icon: "question", mood: "waiting" },
  paused: { words: "paused", icon: "debug-pause", mood: "waiting" },
  interrupted: { words: "interrupted", icon: "debug-disconnect", mood: "waiting" },
  completed: { words: "done", icon: "pass", mood: "good" },
  no_change: { words: "nothing to change", icon: "pass", mood: "quiet" },
  taken_over: { words: "taken over", icon: "person", mood: "good" },
  failed: { words: "failed", icon: "error", mood: "bad" },
  checks_failed: { words: "checks failed", icon: "warning", mood: "bad" },
  denied: { words: "denied", icon: "circle-slash", mood: "bad" },
  budget_exhausted: { words: "out of budget", icon: "credit-card", mood: "bad" },
  cancelled: { words: "cancelled", icon: "stop-circle", mood: "quiet" },
};

const PROPOSALS: Partial<Record<string, Look>> = {
  open: { words: "to review", icon: "git-pull-request", mood: "open" },
  applied: { words: "applied", icon: "pass", mood: "good" },
  rejected: { words: "rejected", icon: "circle-slash", mood: "quiet" },
  partial: { words: "partly applied", icon: "pass", mood: "good" },
  conflicted: { words: "conflicts", icon: "warning", mood: "bad" },
  superseded: { words: "superseded", icon: "history", mood: "quiet" },
  undone: { words: "taken back", icon: "discard", mood: "quiet" },
};

/** A task's state; one that is not known yet is shown by its own word. */
export function taskLook(state: string): Look {
  return TASKS[state] ?? unknown(state);
}

/** A proposal's state. */
export function proposalLook(state: string): Look {
  return PROPOSALS[state] ?? unknown(state);
}

function unknown(state: string): Look {
  return { words: state.replaceAll("_", " "), icon: "circle-outline", mood: "idle" };
}

/** Whether a task works, or could go on by itself or by an answer. */
export function isUnderWay(state: string): boolean {
  return ["pending", "running", "waiting", "paused"].includes(state);
}

/** Hunk states that wait for a decision. */
export function isOpenHunk(state: string): boolean {
  return state === "proposed" || state === "edited" || state === "conflicted";
}
