/** What the canvas shows: goals, tasks and proposals as nodes, and the edges between them. */

import type { Proposal, Task } from "../protocol.gen";
import { cost, counted, duration, short } from "../webviews/format";
import { isOpenHunk, isUnderWay, type Mood, proposalLook, taskLook } from "../webviews/states";

export type NodeKind = "goal" | "task" | "proposal";
/** Why two nodes are joined: a goal has tasks, a task waits for another, a task made a proposal. */
export type EdgeKind = "has" | "needs" | "made";

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** The goal that it belongs to: nodes of one goal stand together. */
  readonly goalId: string;
  readonly title: string;
  /** Its state in words. */
  readonly state: string;
  readonly mood: Mood;
  /** Short facts under the title. */
  readonly details: readonly string[];
  /** Since when it works, in milliseconds since 1970; 0 where it does not. */
  readonly runningSinceMs: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** A part of a task that a later protocol brings: the tasks that must be done before it. */
interface Dependent {
  readonly dependsOn?: readonly string[];
}

/** The goals that are shown: those under way or with something to decide, one, or all of them. */
export type Scope = "live" | "all" | { readonly goalId: string };

/** Goals in the order in which something happened in them last, newest first. */
export function graphOf(tasks: readonly Task[], proposals: readonly Proposal[], scope: Scope): Graph {
  const byTask = new Map<string, Proposal[]>();
  for (const proposal of proposals) {
    byTask.set(proposal.taskId, [...(byTask.get(proposal.taskId) ?? []), proposal]);
  }
  const goals = new Map<string, Task[]>();
  for (const task of tasks) {
    if (!task.sessionId) continue; // serves one request, and is nobody's goal
    goals.set(task.sessionId, [...(goals.get(task.sessionId) ?? []), task]);
  }
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  for (const [goalId, turns] of [...goals].reverse()) {
    if (!isShown(goalId, turns, byTask, scope)) continue;
    const made = turns.flatMap((task) => byTask.get(task.id) ?? []);
    nodes.push(goalNode(goalId, turns, made));
    for (const task of turns) {
      nodes.push(taskNode(task));
      edges.push(...edgesTo(task, turns));
      for (const proposal of byTask.get(task.id) ?? []) {
        nodes.push(proposalNode(proposal, goalId));
        edges.push({ from: task.id, to: proposal.id, kind: "made" });
      }
    }
  }
  return { nodes, edges };
}

/** The goals that there are, newest first, for a choice. */
export function goalsOf(tasks: readonly Task[]): readonly { readonly id: string; readonly title: string }[] {
  const titles = new Map<string, string>();
  for (const task of tasks) {
    if (task.sessionId && !titles.has(task.sessionId)) titles.set(task.sessionId, short(task.goal, 60));
  }
  return [...titles].map(([id, title]) => ({ id, title })).reverse();
}

function isShown(goalId: string, turns: readonly Task[], byTask: ReadonlyMap<string, Proposal[]>, scope: Scope): boolean {
  if (scope === "all") return true;
  if (scope !== "live") return scope.goalId === goalId;
  return turns.some((task) => isTaskLive(task, byTask.get(task.id) ?? []));
}

function isTaskLive(task: Task, proposals: readonly Proposal[]): boolean {
  if (isUnderWay(task.state) || task.state === "interrupted") return true;
  return proposals.some((proposal) => proposal.hunks.some((hunk) => isOpenHunk(hunk.state)));
}

function edgesTo(task: Task, turns: readonly Task[]): GraphEdge[] {
  const needed = (task as Dependent).dependsOn ?? [];
  const known = needed.filter((id) => turns.some((other) => other.id === id));
  if (!known.length) return [{ from: task.sessionId, to: task.id, kind: "has" }];
  return known.map((from) => ({ from, to: task.id, kind: "needs" }));
}

/** A goal is as lively as its liveliest task; then it is what waits for a decision. */
function goalNode(goalId: string, turns: readonly Task[], made: readonly Proposal[]): GraphNode {
  const lively = turns.find((task) => isUnderWay(task.state));
  const open = made.find((proposal) => proposal.hunks.some((hunk) => isOpenHunk(hunk.state)));
  const look = lively || !open ? taskLook((lively ?? turns.at(-1))?.state ?? "pending") : proposalLook(open.state);
  const spent = turns.reduce((sum, task) => sum + task.costMicros, 0);
  return {
    id: goalId,
    kind: "goal",
    goalId,
    title: short(turns[0]?.goal ?? goalId, 140),
    state: look.words,
    mood: look.mood,
    details: [goalId, counted(turns.length, "task"), ...(spent ? [cost(spent)] : [])],
    runningSinceMs: 0,
  };
}

function taskNode(task: Task): GraphNode {
  const look = taskLook(task.state);
  return {
    id: task.id,
    kind: "task",
    goalId: task.sessionId,
    title: short(task.goal, 140),
    state: look.words,
    mood: look.mood,
    details: [task.id, task.role, took(task), task.costMicros ? cost(task.costMicros) : "", task.modelLabel || task.provider].filter(Boolean),
    runningSinceMs: isUnderWay(task.state) && task.startedMs && !task.pausedAtMs ? task.startedMs + task.pausedMs : 0,
  };
}

function took(task: Task): string {
  return task.startedMs && task.endedMs ? duration(task.endedMs - task.startedMs - task.pausedMs) : "";
}

function proposalNode(proposal: Proposal, goalId: string): GraphNode {
  const look = proposalLook(proposal.state);
  const open = proposal.hunks.filter((hunk) => isOpenHunk(hunk.state)).length;
  const hunks = counted(proposal.hunks.length, "hunk");
  const left = open && open < proposal.hunks.length ? `${open} of ${hunks} open` : hunks;
  return {
    id: proposal.id,
    kind: "proposal",
    goalId,
    title: short(proposal.title, 140),
    state: look.words,
    mood: look.mood,
    details: [proposal.id, left, counted(proposal.files.length, "file")],
    runningSinceMs: 0,
  };
}
