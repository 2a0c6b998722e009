/** Which layer a node stands in, and where within it: a layered layout's first two steps. */

import type { GraphEdge } from "./graph";

/** Node id to its layer: one behind the farthest of the nodes that lead to it. Circles are cut. */
export function layersOf(ids: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const before = new Map<string, string[]>();
  for (const { from, to } of edges) before.set(to, [...(before.get(to) ?? []), from]);
  const layers = new Map<string, number>();
  const known = new Set(ids);
  for (const id of ids) place(id, before, known, layers);
  return layers;
}

/** Without recursion: a chain of tasks may be long. */
function place(
  first: string,
  before: ReadonlyMap<string, readonly string[]>,
  known: ReadonlySet<string>,
  layers: Map<string, number>,
): void {
  const path: string[] = [first];
  const onPath = new Set(path);
  while (path.length) {
    const id = path.at(-1) ?? first;
    const sources = (before.get(id) ?? []).filter((source) => known.has(source));
    const next = sources.find((source) => !layers.has(source) && !onPath.has(source));
    if (next !== undefined && !layers.has(id)) {
      path.push(next);
      onPath.add(next);
      continue;
    }
    const behind = sources.map((source) => layers.get(source) ?? -1);
    if (!layers.has(id)) layers.set(id, Math.max(-1, ...behind) + 1);
    onPath.delete(id);
    path.pop();
  }
}

/**
 * The nodes of each layer from top to bottom, so that few edges cross: every node goes to the
 * middle of those that it is joined with, once forwards and once backwards, a few times.
 */
export function ordered(layers: readonly (readonly string[])[], edges: readonly GraphEdge[]): string[][] {
  const found = layers.map((layer) => [...layer]);
  for (let round = 0; round < 4; round += 1) {
    for (let layer = 1; layer < found.length; layer += 1) sweep(found, layer, layer - 1, edges, "from");
    for (let layer = found.length - 2; layer >= 0; layer -= 1) sweep(found, layer, layer + 1, edges, "to");
  }
  return found;
}

function sweep(layers: string[][], layer: number, beside: number, edges: readonly GraphEdge[], side: "from" | "to"): void {
  const places = new Map((layers[beside] ?? []).map((id, place) => [id, place]));
  const own = layers[layer] ?? [];
  const sums = new Map<string, { sum: number; count: number }>();
  for (const edge of edges) {
    const place = places.get(edge[side]);
    const id = edge[side === "from" ? "to" : "from"];
    if (place === undefined) continue;
    const sum = sums.get(id) ?? { sum: 0, count: 0 };
    sums.set(id, { sum: sum.sum + place, count: sum.count + 1 });
  }
  const wanted = new Map(
    own.map((id, place) => {
      const sum = sums.get(id);
      return [id, sum ? sum.sum / sum.count : place] as const;
    }),
  );
  own.sort((one, other) => (wanted.get(one) ?? 0) - (wanted.get(other) ?? 0));
}
