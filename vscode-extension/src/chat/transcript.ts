/** The items of one session and what is known of its turns: what history and news are told to. */

import type { Change, Item, QuestionItem, ToolItem } from "./items";
import { NOTHING } from "./items";
import { userItem } from "./making";
import { answered, assistantItem, type Part } from "./parts";

/** What is known of one turn while it is followed. */
export interface Turn {
  /** What a person asked for; a message says it among what else the agent is told. */
  readonly goal: string;
  /** Messages so far; the next one has the number after it. */
  nMessages: number;
  /** Items of the message that streams now. */
  live: string[];
  /** Call id to the item that shows it. */
  readonly calls: Map<string, string>;
  /** Questions, by their items. */
  readonly asked: string[];
  /** The item of the model's last words. */
  saidLast: string;
  /** Records up to here are in the transcript already. */
  readonly from: number;
}

/** The items of a session, oldest first, by id. */
export class Transcript {
  protected readonly byId = new Map<string, Item>();
  protected readonly turns = new Map<string, Turn>();

  constructor(
    readonly sessionId: string,
    /** Records up to here are in the transcript, but for a turn that was followed further. */
    protected readonly from = 0,
  ) {}

  get items(): readonly Item[] {
    return [...this.byId.values()];
  }

  get size(): number {
    return this.byId.size;
  }

  item(id: string): Item | undefined {
    return this.byId.get(id);
  }

  /** Whether a task is a turn of this session. */
  has(taskId: string): boolean {
    return this.turns.has(taskId);
  }

  /** A turn whose records up to `from` are known. */
  begin(taskId: string, goal: string, from = this.from): void {
    if (!this.turns.has(taskId)) {
      this.turns.set(taskId, { goal: goal.trim(), nMessages: 0, live: [], calls: new Map(), asked: [], saidLast: "", from });
    }
  }

  /** Put an item at its place, or at the end. */
  put(item: Item): void {
    this.byId.set(item.id, item);
  }

  /** One whole message of a turn, as history or the log tells it. */
  say(taskId: string, role: string, parts: readonly Part[], isPrompt: boolean): Change {
    const turn = this.turns.get(taskId);
    if (!turn) return NOTHING;
    if (role === "tool") {
      turn.nMessages += 1;
      return merged(parts.map((part) => this.answer(turn, part, 0)));
    }
    turn.nMessages += 1;
    const message = `${taskId}.m${turn.nMessages}`;
    const stale = turn.live.filter((id) => id.startsWith(`${message}.`));
    turn.live = [];
    const changed: string[] = [];
    parts.forEach((part, place) => {
      const isGoal = role === "user" && turn.goal !== "" && part.text.trim() === turn.goal;
      const id = isGoal ? goalId(taskId) : `${message}.${place}`;
      const item = role === "assistant" ? assistantItem(part, id, taskId) : userItem(part, id, taskId, isPrompt || isGoal);
      if (!item) return;
      if (item.kind === "tool") turn.calls.set(part.callId, id);
      if (item.kind === "text") turn.saidLast = id;
      this.put(item);
      changed.push(id);
    });
    const removed = stale.filter((id) => !changed.includes(id));
    for (const id of removed) this.byId.delete(id);
    return { changed, removed, grown: undefined };
  }

  protected answer(turn: Turn, part: Part, durationMs: number): Change {
    const item = this.byId.get(turn.calls.get(part.callId) ?? "");
    if (item?.kind !== "tool") return NOTHING;
    return this.changed(answered(item, part, durationMs));
  }

  /** A turn is over: what was not done by then never will be. */
  giveUp(taskId: string): Change {
    const lost = [...(this.turns.get(taskId)?.calls.values() ?? [])]
      .map((id) => this.byId.get(id))
      .filter((item): item is ToolItem => item?.kind === "tool" && (item.state === "running" || item.state === "wanted"));
    return merged(lost.map((item) => this.changed({ ...item, state: "lost" })));
  }

  /** A question that waits. */
  ask(item: QuestionItem): Change {
    this.turns.get(item.taskId)?.asked.push(item.id);
    return this.changed(item);
  }

  /** What the model said last in a turn; its end need not repeat it. */
  saidLast(taskId: string): string {
    const item = this.byId.get(this.turns.get(taskId)?.saidLast ?? "");
    return item?.kind === "text" ? item.text.trim() : "";
  }

  protected changed(item: Item): Change {
    this.put(item);
    return { changed: [item.id], removed: [], grown: undefined };
  }
}

/** The item of what a person asked a turn for: it is there before the turn says it. */
export function goalId(taskId: string): string {
  return `${taskId}.goal`;
}

/** Several changes, one after the other; none of them grows an item. */
export function merged(changes: readonly Change[]): Change {
  return {
    changed: changes.flatMap((change) => change.changed),
    removed: changes.flatMap((change) => change.removed),
    grown: undefined,
  };
}

