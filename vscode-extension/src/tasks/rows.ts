/** The tasks view as plain rows: goals, newest first, with their tasks. No editor in here. */

import type { Task } from "../protocol.gen";
import { cost, counted, duration, short } from "../webviews/format";
import { isUnderWay, type Look, type Mood, taskLook } from "../webviews/states";

/** Characters of a label: in a narrow view the state has to be seen beside it. */
const MOST_LABEL = 26;

/** What can be done with a task; the words are parts of its context value. */
export type Deed = "pause" | "resume" | "cancel" | "takeOver" | "openProposal";

export interface GoalRow {
  readonly kind: "goal";
  readonly id: string;
  readonly label: string;
  /** All of it, but for very long ones. */
  readonly goal: string;
  readonly description: string;
  readonly look: Look;
  readonly isExpanded: boolean;
  readonly taskIds: readonly string[];
}

export interface TaskRow {
  readonly kind: "task";
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly look: Look;
  readonly deeds: readonly Deed[];
  /** A sentence for screen readers. */
  readonly spoken: string;
}

/** Goals, the one in which something began last first. */
export function goalRows(tasks: readonly Task[]): readonly GoalRow[] {
  const goals = new Map<string, Task[]>();
  for (const task of tasks) {
    const turns = task.sessionId ? goals.get(task.sessionId) : undefined;
    if (turns) turns.push(task);
    else if (task.sessionId) goals.set(task.sessionId, [task]);
  }
  return [...goals]
    .map(([id, turns]) => ({ id, turns, newest: Math.max(...turns.map((task) => task.startedMs || Infinity)) }))
    .sort((one, other) => other.newest - one.newest || numberOf(other.id) - numberOf(one.id))
    .map(({ id, turns }) => goalRow(id, turns));
}

function numberOf(id: string): number {
  return Number.parseInt(id.replace(/\D+/g, ""), 10) || 0;
}

function goalRow(id: string, turns: readonly Task[]): GoalRow {
  const needy = turns.findLast((task) => isUnderWay(task.state) || task.state === "interrupted");
  const told = needy ?? turns.at(-1);
  const look = taskLook(told?.state ?? "pending");
  const spent = turns.reduce((sum, task) => sum + task.costMicros, 0);
  const facts = [look.words, counted(turns.length, "task"), ...(spent ? [cost(spent)] : [])];
  return {
    kind: "goal",
    id,
    label: short(turns[0]?.goal ?? id, MOST_LABEL),
    goal: short(turns[0]?.goal ?? id, 300),
    description: facts.join(" · "),
    look,
    isExpanded: needy !== undefined,
    taskIds: turns.map((task) => task.id).reverse(),
  };
}

/** One task at a moment, in milliseconds since 1970. */
export function taskRow(task: Task, now: number): TaskRow {
  const look = taskLook(task.state);
  const elapsed = elapsedMs(task, now);
  const state = stateWords(task);
  const facts = [elapsed ? duration(elapsed) : "", task.costMicros ? cost(task.costMicros) : "", task.role].filter(Boolean);
  return {
    kind: "task",
    id: task.id,
    label: `${task.id} ${state}`,
    description: [...facts, short(task.goal, 80)].join(" · "),
    look,
    deeds: deedsOf(task),
    spoken: `Task ${task.id}, ${[state, ...facts].join(", ")}: ${short(task.goal, 80)}`,
  };
}

/** Its state, and what was asked of it and comes at its next edge. */
function stateWords(task: Task): string {
  if (task.isBeingTakenOver) return "stops for you";
  return task.isPausing ? "pauses" : taskLook(task.state).words;
}

/** How long it has worked, or worked, without the time in which it stood still. */
export function elapsedMs(task: Task, now: number): number {
  if (!task.startedMs) return 0;
  return Math.max(0, (task.endedMs || task.pausedAtMs || now) - task.startedMs - task.pausedMs);
}

/** Whether time goes on for it. */
export function isTicking(task: Task): boolean {
  return task.startedMs > 0 && !task.endedMs && task.state !== "paused" && isUnderWay(task.state);
}

function deedsOf(task: Task): Deed[] {
  const deeds: Deed[] = [];
  const isAtWork = task.state === "running" || task.state === "waiting";
  if (isAtWork && !task.isBeingTakenOver) deeds.push(task.isPausing ? "resume" : "pause", "takeOver");
  if (isAtWork) deeds.push("cancel");
  if (task.state === "pending") deeds.push("cancel");
  if (task.state === "paused") deeds.push("resume", "takeOver", "cancel");
  if (task.state === "interrupted") deeds.push("resume", "cancel");
  if (task.proposalIds.length) deeds.push("openProposal");
  return deeds;
}

/** The theme colour of a mood; undefined for the icon's own. */
export function colorOf(mood: Mood): string | undefined {
  switch (mood) {
    case "live":
      return "charts.blue";
    case "waiting":
    case "open":
      return "charts.yellow";
    case "good":
      return "testing.iconPassed";
    case "bad":
      return "testing.iconFailed";
    case "idle":
    case "quiet":
      return "disabledForeground";
  }
}

/** Everything about a task as Markdown source, for a hover. Names are escaped. */
export function hoverOf(task: Task): string {
  const lines = [
    `**${escaped(task.id)}** ${escaped(short(task.goal, 300))}`,
    `${escaped(task.role)} · ${escaped(task.modelLabel || [task.provider, task.model].filter(Boolean).join("/"))}`,
    `${counted(task.nSteps, "step")} · ${task.inputTokens + task.outputTokens} tokens · ${cost(task.costMicros)}`,
    `models ${duration(task.modelMs)} · tools ${duration(task.toolMs)}`,
    task.sandbox ? `sandbox: ${escaped(task.sandbox)}${task.isSandboxUnsafe ? " **(no isolation)**" : ""}` : "",
    escaped(short(task.reason, 400)),
    escaped(short(task.nextStep, 200)),
  ];
  return lines.filter((line) => line).join("\n\n");
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, "\\$&");
}
