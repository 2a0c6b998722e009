/** Places for the nodes of a graph, from left to right, goals below each other. Pure. */

import type { Graph, GraphEdge, GraphNode } from "./graph";
import { layersOf, ordered } from "./layers";

export const NODE_WIDTH = 240;
export const NODE_HEIGHT = 92;
const GAP_X = 72;
const GAP_Y = 18;
const GAP_GOALS = 40;

export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly layer: number;
}

export interface Curve {
  readonly from: string;
  readonly to: string;
  readonly kind: GraphEdge["kind"];
  /** Points that it goes through, from left to right. */
  readonly points: readonly Point[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly nodes: readonly Placed[];
  readonly curves: readonly Curve[];
  readonly width: number;
  readonly height: number;
}

/** Where everything stands. The same graph has the same layout. */
export function layoutOf(graph: Graph): Layout {
  const nodes: Placed[] = [];
  const curves: Curve[] = [];
  let top = 0;
  for (const [goalId, members] of byGoal(graph.nodes)) {
    const ids = new Set(members.map((node) => node.id));
    const own = graph.edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to));
    const placed = block(goalId, members, own, top);
    nodes.push(...placed.nodes);
    curves.push(...placed.curves);
    top = placed.bottom + GAP_GOALS;
  }
  const width = Math.max(0, ...nodes.map((node) => node.x + NODE_WIDTH));
  return { nodes, curves, width, height: Math.max(0, top - GAP_GOALS) };
}

function byGoal(nodes: readonly GraphNode[]): Map<string, GraphNode[]> {
  const goals = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const members = goals.get(node.goalId);
    if (members) members.push(node);
    else goals.set(node.goalId, [node]);
  }
  return goals;
}

/** One goal with all that belongs to it. An edge over several layers has a stand-in in each between. */
function block(goalId: string, members: readonly GraphNode[], edges: readonly GraphEdge[], top: number): { nodes: Placed[]; curves: Curve[]; bottom: number } {
  const layers = layersOf(members.map((node) => node.id), edges);
  const { short, paths, standIns } = stretched(goalId, edges, layers);
  const all = [...layers, ...standIns];
  const columns: string[][] = [];
  for (const [id, layer] of all) (columns[layer] ??= []).push(id);
  const rows = heights(ordered(Array.from(columns, (column) => column ?? []), short), short);
  const lowest = Math.max(0, ...[...rows].filter(([id]) => layers.has(id)).map(([, y]) => y));
  const nodes = members.map(({ id }) => ({ id, layer: layers.get(id) ?? 0, x: left(layers.get(id) ?? 0), y: top + (rows.get(id) ?? 0) }));
  const layerOf = new Map(all);
  const curves = edges.map((edge) => {
    const through = paths.get(edge) ?? [];
    const middle = through.map((id) => ({ x: left(layerOf.get(id) ?? 0) + NODE_WIDTH / 2, y: centre(top, rows, id) }));
    const start = { x: left(layers.get(edge.from) ?? 0) + NODE_WIDTH, y: centre(top, rows, edge.from) };
    const end = { x: left(layers.get(edge.to) ?? 0), y: centre(top, rows, edge.to) };
    return { from: edge.from, to: edge.to, kind: edge.kind, points: [start, ...middle, end] };
  });
  return { nodes, curves, bottom: top + lowest + NODE_HEIGHT };
}

/** Edges between neighbouring layers alone, and the stand-ins that each long edge goes through. */
function stretched(goalId: string, edges: readonly GraphEdge[], layers: ReadonlyMap<string, number>): { short: GraphEdge[]; paths: Map<GraphEdge, string[]>; standIns: Map<string, number> } {
  const short: GraphEdge[] = [];
  const paths = new Map<GraphEdge, string[]>();
  const standIns = new Map<string, number>();
  edges.forEach((edge, number) => {
    const start = layers.get(edge.from) ?? 0;
    const end = layers.get(edge.to) ?? 0;
    const through: string[] = [];
    for (let layer = start + 1; layer < end; layer += 1) {
      const id = `\0${goalId}:${number}:${layer}`;
      through.push(id);
      standIns.set(id, layer);
    }
    paths.set(edge, through);
    [...through, edge.to].forEach((to, place) => short.push({ from: place ? (through[place - 1] ?? "") : edge.from, to, kind: edge.kind }));
  });
  return { short, paths, standIns };
}

/** Top of each node: near the middle of those before it, never on another one. */
function heights(columns: readonly (readonly string[])[], edges: readonly GraphEdge[]): Map<string, number> {
  const tops = new Map<string, number>();
  const step = NODE_HEIGHT + GAP_Y;
  for (const column of columns) {
    const wanted = column.map((id) => mean(edges.filter((edge) => edge.to === id).map((edge) => tops.get(edge.from) ?? 0)));
    spread(column, wanted, step).forEach((y, place) => tops.set(column[place] ?? "", y));
  }
  const first = Math.min(0, ...tops.values());
  return new Map([...tops].map(([id, y]) => [id, y - first]));
}

/** Where each may stand: runs of nodes that would lie on each other are centred on what they want. */
function spread(column: readonly string[], wanted: readonly number[], step: number): number[] {
  const runs: { sum: number; count: number }[] = [];
  wanted.forEach((want, place) => {
    runs.push({ sum: want - place * step, count: 1 });
    for (let last = runs.length - 1; last > 0 && middle(runs[last - 1]) > middle(runs[last]); last -= 1) {
      const { sum, count } = runs[last] ?? { sum: 0, count: 0 };
      const before = runs[last - 1] ?? { sum: 0, count: 0 };
      runs.splice(last - 1, 2, { sum: before.sum + sum, count: before.count + count });
    }
  });
  const bases = runs.flatMap((run) => Array.from({ length: run.count }, () => middle(run)));
  return column.map((_, place) => Math.round((bases[place] ?? 0) + place * step));
}

function middle(run: { sum: number; count: number } | undefined): number {
  return run ? run.sum / run.count : 0;
}

function mean(numbers: readonly number[]): number {
  return numbers.length ? numbers.reduce((sum, number) => sum + number, 0) / numbers.length : 0;
}

function left(layer: number): number {
  return layer * (NODE_WIDTH + GAP_X);
}

function centre(top: number, rows: ReadonlyMap<string, number>, id: string): number {
  return top + (rows.get(id) ?? 0) + NODE_HEIGHT / 2;
}
