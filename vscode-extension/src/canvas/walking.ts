/** Where an arrow key leads on the canvas. Pure. */

import type { GraphEdge } from "./graph";
import type { Layout, Placed } from "./layout";

export type Step = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End";

export function isStep(key: string): key is Step {
  return ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(key);
}

/** The node that a key leads to: along edges to the sides, up and down within a layer. */
export function stepped(layout: Layout, edges: readonly Pick<GraphEdge, "from" | "to">[], at: string, step: Step): string {
  const here = layout.nodes.find((node) => node.id === at);
  if (!here) return layout.nodes[0]?.id ?? "";
  switch (step) {
    case "ArrowRight":
      return nearest(here, joined(layout, edges.filter((edge) => edge.from === at).map((edge) => edge.to))) ?? at;
    case "ArrowLeft":
      return nearest(here, joined(layout, edges.filter((edge) => edge.to === at).map((edge) => edge.from))) ?? at;
    case "ArrowDown":
      return nearest(here, layout.nodes.filter((node) => node.layer === here.layer && node.y > here.y)) ?? at;
    case "ArrowUp":
      return nearest(here, layout.nodes.filter((node) => node.layer === here.layer && node.y < here.y)) ?? at;
    case "Home":
      return layout.nodes[0]?.id ?? at;
    case "End":
      return layout.nodes.at(-1)?.id ?? at;
  }
}

function joined(layout: Layout, ids: readonly string[]): Placed[] {
  return layout.nodes.filter((node) => ids.includes(node.id));
}

function nearest(here: Placed, others: readonly Placed[]): string | undefined {
  const distance = (node: Placed): number => Math.abs(node.y - here.y) + Math.abs(node.x - here.x) / 1000;
  return [...others].sort((one, other) => distance(one) - distance(other))[0]?.id;
}
