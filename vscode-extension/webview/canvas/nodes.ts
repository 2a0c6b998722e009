/** Nodes and edges as elements; what did not change keeps its element, and the focus. */

import type { Graph, GraphNode } from "../../src/canvas/graph";
import { type Curve, type Layout, NODE_HEIGHT, NODE_WIDTH, type Placed } from "../../src/canvas/layout";
import { duration } from "../../src/webviews/format";
import { fill, h } from "../shared/dom";

const KINDS = { goal: "Goal", task: "Task", proposal: "Proposal" } as const;

export class Nodes {
  readonly #elements = new Map<string, HTMLElement>();
  #nodes: ReadonlyMap<string, GraphNode> = new Map();

  constructor(
    private readonly sheet: HTMLElement,
    private readonly edges: SVGElement,
    private readonly chosen: (id: string) => void,
    private readonly focused: (id: string) => void,
  ) {}

  show(graph: Graph, layout: Layout): void {
    this.#nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    const siblings = new Map<string, number>();
    const layers = new Map(layout.nodes.map((placed) => [placed.id, placed.layer]));
    for (const node of graph.nodes) count(siblings, groupOf(node, layers));
    const places = new Map<string, number>();
    layout.nodes.forEach((placed) => {
      const node = this.#nodes.get(placed.id);
      if (!node) return;
      const group = groupOf(node, layers);
      this.#place(node, placed, count(places, group), siblings.get(group) ?? 1, before(graph, node.id));
    });
    for (const [id, element] of this.#elements) {
      if (this.#nodes.has(id)) continue;
      element.remove();
      this.#elements.delete(id);
    }
    this.edges.setAttribute("width", String(layout.width));
    this.edges.setAttribute("height", String(layout.height));
    this.edges.replaceChildren(...layout.curves.map((curve) => path(curve, this.#nodes.get(curve.to))));
  }

  /** Only this node is reached by Tab; arrows lead to the others. */
  setCurrent(id: string): void {
    for (const [name, element] of this.#elements) element.tabIndex = name === id ? 0 : -1;
  }

  focus(id: string): void {
    this.#elements.get(id)?.focus({ preventScroll: true });
  }

  has(id: string): boolean {
    return this.#elements.has(id);
  }

  /** Time goes on for what runs. */
  tick(now: number): void {
    for (const [id, node] of this.#nodes) {
      const clock = node.runningSinceMs ? this.#elements.get(id)?.querySelector(".clock") : undefined;
      if (clock) clock.textContent = duration(now - node.runningSinceMs);
    }
  }

  #place(node: GraphNode, { x, y, layer }: Placed, place: number, size: number, after: string): void {
    const element = this.#elements.get(node.id) ?? this.#made(node.id);
    element.className = `node ${node.kind} mood-${node.mood}`;
    Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` });
    element.setAttribute("aria-level", String(layer + 1));
    element.setAttribute("aria-posinset", String(place));
    element.setAttribute("aria-setsize", String(size));
    element.setAttribute("aria-label", `${KINDS[node.kind]} ${node.id}: ${node.title}. ${node.state}. ${node.details.slice(1).join(", ")}${after}`);
    element.title = `${node.title}\n${node.state} · ${node.details.join(" · ")}`;
    const clock = node.runningSinceMs ? h("span", { class: "clock" }, duration(Date.now() - node.runningSinceMs)) : undefined;
    fill(
      element,
      h("div", { class: "node-head" }, h("span", { class: "dot" }), h("span", { class: "state" }, node.state), clock, h("span", { class: "kind" }, KINDS[node.kind])),
      h("div", { class: "node-title" }, node.title),
      h("div", { class: "node-details" }, node.details.join(" · ")),
    );
  }

  #made(id: string): HTMLElement {
    const element = h("div", { role: "treeitem", tabindex: -1, "data-id": id, onclick: () => this.chosen(id), onfocus: () => this.focused(id) });
    this.#elements.set(id, element);
    this.sheet.append(element);
    return element;
  }
}

function groupOf(node: GraphNode, layers: ReadonlyMap<string, number>): string {
  return `${node.goalId}/${layers.get(node.id) ?? 0}`;
}

function count(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}

/** What must be done before it, in words. */
function before(graph: Graph, id: string): string {
  const needed = graph.edges.filter((edge) => edge.to === id && edge.kind === "needs").map((edge) => edge.from);
  return needed.length ? `. After ${needed.join(", ")}` : "";
}

function path(curve: Curve, to: GraphNode | undefined): SVGElement {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("class", `edge ${curve.kind} mood-${to?.mood ?? "idle"}`);
  line.setAttribute("d", smooth(curve));
  return line;
}

/** From point to point, leaving and arriving level. */
function smooth({ points: [first, ...rest] }: Curve): string {
  if (!first) return "";
  let from = first;
  const parts = rest.map((point) => {
    const middle = (from.x + point.x) / 2;
    const part = `C${middle},${from.y} ${middle},${point.y} ${point.x},${point.y}`;
    from = point;
    return part;
  });
  return `M${first.x},${first.y}${parts.join("")}`;
}
