/** A conversation out of what the daemon remembers of a session. */

import type { Approval, ChainItem, GetSessionResult, GetTaskResult, Task } from "../protocol.gen";
import { Conversation } from "./conversation";
import { endOf } from "./making";
import { goalId } from "./transcript";

/** Everything that a conversation is built from. */
export interface Remembered {
  readonly session: GetSessionResult;
  /** The turn under way, else the last one: what no model may be shown again is in it, too. */
  readonly newest: GetTaskResult | undefined;
  /** The session's turns. */
  readonly tasks: readonly Task[];
  readonly approvals: readonly Approval[];
}

/** The conversation up to now; records that follow are taken by it. */
export function remembered(from: Remembered): Conversation {
  const { session, transcript, lastSeq } = from.session;
  const conversation = new Conversation(session.id, lastSeq);
  const byTask = grouped(transcript);
  const own = new Set(session.taskIds);
  for (const [taskId, messages] of byTask) {
    if (!own.has(taskId)) brought(conversation, taskId, messages);
  }
  const tasks = new Map(from.tasks.map((task) => [task.id, task]));
  for (const taskId of session.taskIds) {
    const newest = from.newest?.task.id === taskId ? from.newest : undefined;
    const task = newest?.task ?? tasks.get(taskId);
    conversation.begin(taskId, task?.goal ?? "", newest?.lastSeq ?? lastSeq);
    if (newest?.transcript.length) followed(conversation, taskId, newest.transcript);
    else told(conversation, taskId, byTask.get(taskId) ?? [], task);
    if (task) finished(conversation, task, from.approvals);
  }
  return conversation;
}

function grouped(transcript: readonly ChainItem[]): Map<string, ChainItem[]> {
  const groups = new Map<string, ChainItem[]>();
  for (const message of transcript) {
    const name = taskOf(message.id);
    const group = groups.get(name);
    if (group) group.push(message);
    else groups.set(name, [message]);
  }
  return groups;
}

/** The task of a message: `t3` of `t3.m2`. */
function taskOf(messageId: string): string {
  return messageId.slice(0, messageId.lastIndexOf("."));
}

function brought(conversation: Conversation, owner: string, messages: readonly ChainItem[]): void {
  conversation.begin(owner, "");
  for (const message of messages) {
    conversation.say(owner, message.role, message.items, message.role === "user");
  }
}

function told(conversation: Conversation, taskId: string, messages: readonly ChainItem[], task: Task | undefined): void {
  if (!messages.length && task) conversation.put(prompt(task));
  let hasAnswered = false;
  for (const message of messages) {
    hasAnswered ||= message.role === "assistant";
    conversation.say(taskId, message.role, message.items, hasAnswered);
  }
}

/** The newest turn: its parts come without the messages that they are of. */
function followed(conversation: Conversation, taskId: string, items: GetTaskResult["transcript"]): void {
  let hasAnswered = false;
  for (let start = 0; start < items.length; ) {
    const role = items[start]?.role ?? "user";
    let end = start + 1;
    while (role !== "user" && items[end]?.role === role) end += 1;
    hasAnswered ||= role === "assistant";
    conversation.say(taskId, role, items.slice(start, end), hasAnswered);
    start = end;
  }
}

function prompt(task: Task): { kind: "user"; id: string; taskId: string; text: string; by: string } {
  return { kind: "user", id: goalId(task.id), taskId: task.id, text: task.goal, by: "" };
}

/** What stands behind the messages of a turn: its proposals, open questions, and its end. */
function finished(conversation: Conversation, task: Task, approvals: readonly Approval[]): void {
  const taskId = task.id;
  for (const proposalId of task.proposalIds) {
    conversation.put({ kind: "proposal", id: proposalId, taskId, proposalId, title: task.goal });
  }
  for (const asked of approvals.filter((approval) => approval.taskId === taskId && approval.state === "waiting")) {
    const { id, subject, why, rule, options } = asked;
    conversation.ask({ kind: "question", id, taskId, approvalId: id, subject, why, rule, options, decision: "", by: "" });
  }
  if (!task.endedMs) return;
  conversation.giveUp(taskId);
  conversation.put(endOf(taskId, task.state, task.reason, task.nextStep, conversation.saidLast(taskId)));
}
