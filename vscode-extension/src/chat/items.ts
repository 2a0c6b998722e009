/** What a transcript shows, one thing after the other; plain data that can be posted. */

interface Common {
  /** Unique in its conversation, and the same before and after a thing is complete. */
  readonly id: string;
  /** The turn that it belongs to; empty for what was brought from another session. */
  readonly taskId: string;
}

/** What a person said. */
export interface UserItem extends Common {
  readonly kind: "user";
  readonly text: string;
  readonly by: string;
}

/** What a model said, as Markdown. Nothing in it is trusted. */
export interface TextItem extends Common {
  readonly kind: "text";
  readonly text: string;
  readonly isLive: boolean;
}

/** Reasoning that a model showed. */
export interface ThinkingItem extends Common {
  readonly kind: "thinking";
  readonly text: string;
  readonly isLive: boolean;
}

export type ToolState = "wanted" | "running" | "done" | "failed" | "lost";

/** A use of a tool. */
export interface ToolItem extends Common {
  readonly kind: "tool";
  readonly tool: string;
  readonly subject: string;
  readonly input: string;
  readonly state: ToolState;
  /** How it went where that is not just well. */
  readonly ending: string;
  /** What it printed, shortened; while it runs, the newest of it. */
  readonly output: string;
  readonly durationMs: number;
}

/** Something that the daemon tells: why nothing comes yet, what the model was told, a summary. */
export interface NoteItem extends Common {
  readonly kind: "note";
  readonly tone: "info" | "warning";
  readonly title: string;
  /** Folded away under the title. */
  readonly text: string;
}

/** A proposal that a turn made; what it holds comes apart from the transcript. */
export interface ProposalItem extends Common {
  readonly kind: "proposal";
  readonly proposalId: string;
  readonly title: string;
}

/** A question to a person. */
export interface QuestionItem extends Common {
  readonly kind: "question";
  readonly approvalId: string;
  readonly subject: string;
  readonly why: string;
  readonly rule: string;
  readonly options: readonly string[];
  /** Empty while it waits. */
  readonly decision: string;
  readonly by: string;
}

/** How a turn ended. */
export interface EndItem extends Common {
  readonly kind: "end";
  readonly outcome: string;
  readonly reason: string;
  readonly nextStep: string;
}

export type Item =
  | UserItem
  | TextItem
  | ThinkingItem
  | ToolItem
  | NoteItem
  | ProposalItem
  | QuestionItem
  | EndItem;

/** What one fact changed in a conversation. */
export interface Change {
  /** Items that are new, at the end, or other than before. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** A piece that an item grew by, where that is all that happened. */
  readonly grown: { readonly id: string; readonly text: string } | undefined;
}

export const NOTHING: Change = { changed: [], removed: [], grown: undefined };
