/** One session's transcript as it grows: a pure fold over records and streamed pieces. */

import type { EventRecord, StreamedNotification } from "../protocol.gen";
import { type Change, type Item, NOTHING, type QuestionItem, type ToolItem } from "./items";
import { endOf, leftOut, note, questionOf, userItem } from "./making";
import { answered, assistantItem, MOST_OUTPUT, partOf, type Part } from "./parts";
import { count, type Data, list, partsOf, word } from "./records";

/** What is known of one turn while it is followed. */
interface Turn {
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
export class Conversation {
  readonly #items = new Map<string, Item>();
  readonly #turns = new Map<string, Turn>();

  constructor(
    readonly sessionId: string,
    /** Records up to here are in the transcript, but for a turn that was followed further. */
    private readonly from = 0,
  ) {}

  get items(): readonly Item[] {
    return [...this.#items.values()];
  }

  get size(): number {
    return this.#items.size;
  }

  item(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** Whether a task is a turn of this session. */
  has(taskId: string): boolean {
    return this.#turns.has(taskId);
  }

  /** A turn whose records up to `from` are known. */
  begin(taskId: string, goal: string, from = this.from): void {
    if (!this.#turns.has(taskId)) {
      this.#turns.set(taskId, { goal: goal.trim(), nMessages: 0, live: [], calls: new Map(), asked: [], saidLast: "", from });
    }
  }

  /** Put an item at its place, or at the end. */
  put(item: Item): void {
    this.#items.set(item.id, item);
  }

  /** One whole message of a turn, as history or the log tells it. */
  say(taskId: string, role: string, parts: readonly Part[], isPrompt: boolean, by = ""): Change {
    const turn = this.#turns.get(taskId);
    if (!turn) return NOTHING;
    if (role === "tool") {
      turn.nMessages += 1;
      return merged(parts.map((part) => this.#answer(turn, part, 0)));
    }
    turn.nMessages += 1;
    const message = `${taskId}.m${turn.nMessages}`;
    const stale = turn.live.filter((id) => id.startsWith(`${message}.`));
    turn.live = [];
    const changed: string[] = [];
    parts.forEach((part, place) => {
      const isGoal = role === "user" && turn.goal !== "" && part.text.trim() === turn.goal;
      const id = isGoal ? goalId(taskId) : `${message}.${place}`;
      const item = role === "assistant" ? assistantItem(part, id, taskId) : userItem(part, id, taskId, isPrompt || isGoal, by);
      if (!item) return;
      if (item.kind === "tool") turn.calls.set(part.callId, id);
      if (item.kind === "text") turn.saidLast = id;
      this.put(item);
      changed.push(id);
    });
    const removed = stale.filter((id) => !changed.includes(id));
    for (const id of removed) this.#items.delete(id);
    return { changed, removed, grown: undefined };
  }

  /** One result that came by itself. Results of one step are one message. */
  answer(taskId: string, part: Part, durationMs: number): Change {
    const turn = this.#turns.get(taskId);
    return turn ? this.#answer(turn, part, durationMs) : NOTHING;
  }

  #answer(turn: Turn, part: Part, durationMs: number): Change {
    const item = this.#items.get(turn.calls.get(part.callId) ?? "");
    if (item?.kind !== "tool") return NOTHING;
    return this.#changed(answered(item, part, durationMs));
  }

  /** A record of the log; what is of other sessions, or known already, changes nothing. */
  take(record: EventRecord): Change {
    const data = record.data;
    const taskId = word(data, "task");
    if (record.type === "TaskCreated") return this.#created(record, taskId);
    const turn = this.#turns.get(taskId);
    if (record.type === "ApprovalDecided") return this.#decided(record.seq, data);
    if (!turn || record.seq <= turn.from) return NOTHING;
    switch (record.type) {
      case "MessageAdded":
        return this.#added(turn, taskId, data);
      case "StepRequested":
      case "StepFailed":
        return this.#dropped(turn);
      case "StepCompleted":
        return word(data, "purpose") ? NOTHING : this.#spoke(turn, taskId, data);
      case "ToolCallRequested":
        return this.#began(turn, data);
      case "ToolCallCompleted":
        return this.#completed(turn, data);
      case "TranscriptCompacted":
        return this.#changed(note(taskId, `${taskId}.n${record.seq}`, "info", `${count(data, "n_dropped")} messages were summed up to make room`));
      case "HunksCarried":
        return this.#maybe(leftOut(taskId, record.seq, data));
      case "ProposalCreated": {
        const proposalId = word(data, "proposal");
        return this.#changed({ kind: "proposal", id: proposalId, taskId, proposalId, title: word(data, "title") });
      }
      case "ApprovalRequested":
        return this.ask(questionOf(taskId, data));
      case "TaskStarted":
        return this.#again(turn, taskId);
      case "TaskEnded":
        return this.#ended(turn, taskId, data);
      default:
        return NOTHING;
    }
  }

  /** A piece of what a model says or a command prints. */
  stream(piece: StreamedNotification): Change {
    const turn = this.#turns.get(piece.taskId);
    if (!turn || !piece.text) return NOTHING;
    switch (piece.kind) {
      case "text":
      case "thinking":
        return this.#grew(turn, piece.taskId, piece.kind, piece.text);
      case "output":
        return this.#printed(turn, piece.text);
      case "notice":
        return this.#changed(note(piece.taskId, `${piece.taskId}.notice`, "warning", piece.text));
      default:
        return NOTHING;
    }
  }

  #created(record: EventRecord, taskId: string): Change {
    if (word(record.data, "session") !== this.sessionId || record.seq <= this.from) return NOTHING;
    const goal = word(record.data, "goal");
    this.begin(taskId, goal);
    return this.#changed({ kind: "user", id: goalId(taskId), taskId, text: goal, by: "" });
  }

  /** What names prompts is said by a person; so is the goal. */
  #added(turn: Turn, taskId: string, data: Data): Change {
    return this.say(taskId, "user", partsOf(data), turn.goal !== "" && list(data, "prompts").length > 0);
  }

  /** The answer is whole. The number of its results' message is skipped, as the log counts it. */
  #spoke(turn: Turn, taskId: string, data: Data): Change {
    const parts = partsOf(data);
    const gone = this.#withoutNotice(taskId);
    const said = this.say(taskId, "assistant", parts, false);
    if (parts.some((part) => part.kind === "tool_call")) turn.nMessages += 1;
    return merged([gone, said]);
  }

  #grew(turn: Turn, taskId: string, kind: "text" | "thinking", text: string): Change {
    const last = this.#items.get(turn.live.at(-1) ?? "");
    if (last?.kind === kind) {
      this.put({ ...last, text: last.text + text });
      return { changed: [], removed: [], grown: { id: last.id, text } };
    }
    const gone = this.#withoutNotice(taskId);
    const settled = last && (last.kind === "text" || last.kind === "thinking") ? this.#changed({ ...last, isLive: false }) : NOTHING;
    const id = `${taskId}.m${turn.nMessages + 1}.${turn.live.length}`;
    turn.live.push(id);
    return merged([gone, settled, this.#changed({ kind, id, taskId, text, isLive: true })]);
  }

  #printed(turn: Turn, text: string): Change {
    const running = [...turn.calls.values()].map((id) => this.#items.get(id));
    const item = running.findLast((found): found is ToolItem => found?.kind === "tool" && found.state === "running");
    return item ? this.#changed({ ...item, output: (item.output + text).slice(-MOST_OUTPUT) }) : NOTHING;
  }

  /** What streamed of a call that broke off, or begins anew. */
  #dropped(turn: Turn): Change {
    const removed = turn.live;
    turn.live = [];
    for (const id of removed) this.#items.delete(id);
    return { changed: [], removed, grown: undefined };
  }

  #began(turn: Turn, data: Data): Change {
    const part = partOf(data["call"]);
    const item = this.#items.get(turn.calls.get(part?.callId ?? "") ?? "");
    return item?.kind === "tool" ? this.#changed({ ...item, state: "running" }) : NOTHING;
  }

  #completed(turn: Turn, data: Data): Change {
    const part = partOf(data["observation"]);
    return part ? this.#answer(turn, part, count(data, "duration_ms")) : NOTHING;
  }

  #decided(seq: number, data: Data): Change {
    const item = this.#items.get(word(data, "approval"));
    if (item?.kind !== "question" || item.decision || seq <= this.from) return NOTHING;
    return this.#changed({ ...item, decision: word(data, "decision"), by: word(data, "by") });
  }

  /** A turn that was interrupted runs from its beginning: what the lost run said is put away. */
  #again(turn: Turn, taskId: string): Change {
    const removed = [...this.#items.values()]
      .filter((item) => item.taskId === taskId && item.kind !== "question")
      .filter((item) => item.id !== goalId(taskId))
      .map((item) => item.id);
    for (const id of removed) this.#items.delete(id);
    turn.nMessages = 0;
    turn.live = [];
    turn.calls.clear();
    return { changed: [], removed, grown: undefined };
  }

  #ended(turn: Turn, taskId: string, data: Data): Change {
    const isInterrupted = word(data, "outcome") === "interrupted";
    const parts = [this.#withoutNotice(taskId), this.#dropped(turn), this.giveUp(taskId), isInterrupted ? NOTHING : this.#unasked(turn)];
    const end = endOf(taskId, word(data, "outcome"), word(data, "reason"), word(data, "next_step"), this.saidLast(taskId));
    return merged([...parts, this.#changed(end)]);
  }

  /** A turn is over: what was not done by then never will be. */
  giveUp(taskId: string): Change {
    const lost = [...(this.#turns.get(taskId)?.calls.values() ?? [])]
      .map((id) => this.#items.get(id))
      .filter((item): item is ToolItem => item?.kind === "tool" && (item.state === "running" || item.state === "wanted"));
    return merged(lost.map((item) => this.#changed({ ...item, state: "lost" })));
  }

  /** A question that waits. */
  ask(item: QuestionItem): Change {
    this.#turns.get(item.taskId)?.asked.push(item.id);
    return this.#changed(item);
  }

  /** Nobody waits for these answers any more. */
  #unasked(turn: Turn): Change {
    const open = turn.asked.map((id) => this.#items.get(id)).filter((item): item is QuestionItem => item?.kind === "question" && !item.decision);
    return merged(open.map((item) => this.#changed({ ...item, decision: "expired" })));
  }

  /** What the model said last in a turn; its end need not repeat it. */
  saidLast(taskId: string): string {
    const item = this.#items.get(this.#turns.get(taskId)?.saidLast ?? "");
    return item?.kind === "text" ? item.text.trim() : "";
  }

  #maybe(item: Item | undefined): Change {
    return item ? this.#changed(item) : NOTHING;
  }

  #withoutNotice(taskId: string): Change {
    const id = `${taskId}.notice`;
    return this.#items.delete(id) ? { changed: [], removed: [id], grown: undefined } : NOTHING;
  }

  #changed(item: Item): Change {
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

