/** One session's transcript as it grows: a pure fold over records and streamed pieces. */

import type { EventRecord, StreamedNotification } from "../protocol.gen";
import { type Change, type Item, NOTHING, type QuestionItem, type ToolItem } from "./items";
import { endOf, leftOut, note, questionOf } from "./making";
import { MOST_OUTPUT, partOf } from "./parts";
import { count, type Data, list, partsOf, word } from "./records";
import { goalId, merged, Transcript, type Turn } from "./transcript";

/** A transcript that follows the log, and what streams. */
export class Conversation extends Transcript {
  /** A record of the log; what is of other sessions, or known already, changes nothing. */
  take(record: EventRecord): Change {
    const data = record.data;
    const taskId = word(data, "task");
    if (record.type === "TaskCreated") return this.#created(record, taskId);
    const turn = this.turns.get(taskId);
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
        return this.changed(note(taskId, `${taskId}.n${record.seq}`, "info", `${count(data, "n_dropped")} messages were summed up to make room`));
      case "HunksCarried":
        return this.#maybe(leftOut(taskId, record.seq, data));
      case "ProposalCreated": {
        const proposalId = word(data, "proposal");
        return this.changed({ kind: "proposal", id: proposalId, taskId, proposalId, title: word(data, "title") });
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
    const turn = this.turns.get(piece.taskId);
    if (!turn || !piece.text) return NOTHING;
    switch (piece.kind) {
      case "text":
      case "thinking":
        return this.#grew(turn, piece.taskId, piece.kind, piece.text);
      case "output":
        return this.#printed(turn, piece.text);
      case "notice":
        return this.changed(note(piece.taskId, `${piece.taskId}.notice`, "warning", piece.text));
      default:
        return NOTHING;
    }
  }

  #created(record: EventRecord, taskId: string): Change {
    if (word(record.data, "session") !== this.sessionId || record.seq <= this.from) return NOTHING;
    const goal = word(record.data, "goal");
    this.begin(taskId, goal);
    return this.changed({ kind: "user", id: goalId(taskId), taskId, text: goal, by: "" });
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
    const last = this.byId.get(turn.live.at(-1) ?? "");
    if (last?.kind === kind) {
      this.put({ ...last, text: last.text + text });
      return { changed: [], removed: [], grown: { id: last.id, text } };
    }
    const gone = this.#withoutNotice(taskId);
    const settled = last && (last.kind === "text" || last.kind === "thinking") ? this.changed({ ...last, isLive: false }) : NOTHING;
    const id = `${taskId}.m${turn.nMessages + 1}.${turn.live.length}`;
    turn.live.push(id);
    return merged([gone, settled, this.changed({ kind, id, taskId, text, isLive: true })]);
  }

  #printed(turn: Turn, text: string): Change {
    const running = [...turn.calls.values()].map((id) => this.byId.get(id));
    const item = running.findLast((found): found is ToolItem => found?.kind === "tool" && found.state === "running");
    return item ? this.changed({ ...item, output: (item.output + text).slice(-MOST_OUTPUT) }) : NOTHING;
  }

  /** What streamed of a call that broke off, or begins anew. */
  #dropped(turn: Turn): Change {
    const removed = turn.live;
    turn.live = [];
    for (const id of removed) this.byId.delete(id);
    return { changed: [], removed, grown: undefined };
  }

  #began(turn: Turn, data: Data): Change {
    const part = partOf(data["call"]);
    const item = this.byId.get(turn.calls.get(part?.callId ?? "") ?? "");
    return item?.kind === "tool" ? this.changed({ ...item, state: "running" }) : NOTHING;
  }

  #completed(turn: Turn, data: Data): Change {
    const part = partOf(data["observation"]);
    return part ? this.answer(turn, part, count(data, "duration_ms")) : NOTHING;
  }

  #decided(seq: number, data: Data): Change {
    const item = this.byId.get(word(data, "approval"));
    if (item?.kind !== "question" || item.decision || seq <= this.from) return NOTHING;
    return this.changed({ ...item, decision: word(data, "decision"), by: word(data, "by") });
  }

  /** A turn that was interrupted runs from its beginning: what the lost run said is put away. */
  #again(turn: Turn, taskId: string): Change {
    const removed = [...this.byId.values()]
      .filter((item) => item.taskId === taskId && item.kind !== "question")
      .filter((item) => item.id !== goalId(taskId))
      .map((item) => item.id);
    for (const id of removed) this.byId.delete(id);
    turn.nMessages = 0;
    turn.live = [];
    turn.calls.clear();
    return { changed: [], removed, grown: undefined };
  }

  #ended(turn: Turn, taskId: string, data: Data): Change {
    const isInterrupted = word(data, "outcome") === "interrupted";
    const parts = [this.#withoutNotice(taskId), this.#dropped(turn), this.giveUp(taskId), isInterrupted ? NOTHING : this.#unasked(turn)];
    const end = endOf(taskId, word(data, "outcome"), word(data, "reason"), word(data, "next_step"), this.saidLast(taskId));
    return merged([...parts, this.changed(end)]);
  }

  /** Nobody waits for these answers any more. */
  #unasked(turn: Turn): Change {
    const open = turn.asked.map((id) => this.byId.get(id)).filter((item): item is QuestionItem => item?.kind === "question" && !item.decision);
    return merged(open.map((item) => this.changed({ ...item, decision: "expired" })));
  }

  #maybe(item: Item | undefined): Change {
    return item ? this.changed(item) : NOTHING;
  }

  #withoutNotice(taskId: string): Change {
    const id = `${taskId}.notice`;
    return this.byId.delete(id) ? { changed: [], removed: [id], grown: undefined } : NOTHING;
  }
}
