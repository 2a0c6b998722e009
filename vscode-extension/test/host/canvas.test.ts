import { type Graph, type GraphEdge, graphOf, type GraphNode } from "../../src/canvas/graph";
import { layoutOf, NODE_HEIGHT, NODE_WIDTH } from "../../src/canvas/layout";
import { stepped } from "../../src/canvas/walking";
import type { Proposal, Task } from "../../src/protocol.gen";
import { assert, note } from "./support";

function node(id: string, goalId = "s1"): GraphNode {
  return { id, kind: "task", goalId, title: id, state: "", mood: "idle", details: [], runningSinceMs: 0 };
}

/** A graph out of `a>b` words. */
function graph(words: string, goalId = "s1"): Graph {
  const edges: GraphEdge[] = words.split(" ").filter((word) => word.includes(">")).map((word) => {
    const [from = "", to = ""] = word.split(">");
    return { from, to, kind: "needs" };
  });
  const ids = new Set(words.split(/[ >]/).filter(Boolean));
  return { nodes: [...ids].map((id) => node(id, goalId)), edges };
}

function layers(found: Graph): Record<string, number> {
  return Object.fromEntries(layoutOf(found).nodes.map((placed) => [placed.id, placed.layer]));
}

function assertApart(found: Graph): void {
  const { nodes } = layoutOf(found);
  for (const one of nodes) {
    for (const other of nodes) {
      if (one === other) continue;
      const areApart = Math.abs(one.x - other.x) >= NODE_WIDTH || Math.abs(one.y - other.y) >= NODE_HEIGHT;
      assert.ok(areApart, `${one.id} lies on ${other.id}`);
    }
  }
}

suite("canvas layout", () => {
  test("every node stands behind all that lead to it", () => {
    assert.deepEqual(layers(graph("g>a g>b a>c b>c c>d a>d")), { g: 0, a: 1, b: 1, c: 2, d: 3 });
  });

  test("nodes do not lie on each other, however they are joined", () => {
    assertApart(graph("g>a g>b g>c g>d a>x b>x c>x d>x a>y d>y x>z"));
    assertApart(graph(Array.from({ length: 40 }, (_, at) => `g>t${at} t${at}>p${at}`).join(" ")));
    assertApart({ nodes: [...graph("a>b").nodes, ...graph("c>d", "s2").nodes], edges: [...graph("a>b").edges, ...graph("c>d").edges] });
  });

  test("a circle is cut, an edge to nothing is left out, and an empty graph is empty", () => {
    assert.equal(Object.keys(layers(graph("a>b b>c c>a"))).length, 3);
    const alone: Graph = { nodes: [node("a")], edges: [{ from: "nobody", to: "a", kind: "has" }] };
    assert.deepEqual(layoutOf(alone).curves, []);
    assert.deepEqual(layoutOf({ nodes: [], edges: [] }), { nodes: [], curves: [], width: 0, height: 0 });
  });

  test("edges that could run side by side do not cross", () => {
    const { nodes } = layoutOf(graph("g>a g>b a>x b>y"));
    const y = (id: string): number => nodes.find((placed) => placed.id === id)?.y ?? 0;
    assert.equal(Math.sign(y("a") - y("b")), Math.sign(y("x") - y("y")));
  });

  test("a long edge goes between the nodes on its way", () => {
    const found = layoutOf(graph("g>a a>b b>c g>c"));
    const long = found.curves.find((curve) => curve.from === "g" && curve.to === "c");
    assert.equal(long?.points.length, 4);
    const middle = long?.points[1]?.y ?? 0;
    const a = found.nodes.find((placed) => placed.id === "a")?.y ?? 0;
    assert.ok(middle < a || middle > a + NODE_HEIGHT, "it goes through a node");
  });

  test("a thousand tasks are laid out in little time", function () {
    const words = Array.from({ length: 500 }, (_, at) => `g>t${at} t${at}>p${at}`).join(" ");
    const began = performance.now();
    const placed = layoutOf(graph(words)).nodes.length;
    note(this, `${placed} nodes: ${(performance.now() - began).toFixed(0)} ms`);
    assert.equal(placed, 1001);
  });

  test("arrow keys lead along edges, and up and down a layer", () => {
    const found = graph("g>a g>b a>x b>y");
    const layout = layoutOf(found);
    const walk = (...keys: Parameters<typeof stepped>[3][]): string => keys.reduce((at, key) => stepped(layout, found.edges, at, key), "g");
    const [upper, lower] = layout.nodes.filter((placed) => placed.layer === 1).sort((one, other) => one.y - other.y);
    assert.equal(walk("ArrowRight", "ArrowLeft"), "g");
    assert.equal(walk("ArrowRight", "ArrowUp", "ArrowUp"), upper?.id);
    assert.equal(walk("ArrowRight", "ArrowUp", "ArrowDown"), lower?.id);
    assert.equal(walk("ArrowLeft"), "g");
    assert.equal(walk("End", "Home"), "g");
  });
});

const TASK = { role: "implementer", provider: "scripted", modelLabel: "", state: "completed", costMicros: 0, startedMs: 1000, endedMs: 3000, pausedMs: 0, pausedAtMs: 0 };

function task(id: string, sessionId: string, more: Record<string, unknown> = {}): Task {
  return { ...TASK, id, sessionId, goal: `goal of ${id}`, ...more } as Task; // the graph reads no more of it
}

function proposal(id: string, taskId: string, ...states: string[]): Proposal {
  const state = states.includes("proposed") ? "open" : "applied";
  return { id, taskId, title: id, state, files: [{}], hunks: states.map((one) => ({ state: one })) } as Proposal;
}

suite("canvas graph", () => {
  test("goals have tasks, tasks made proposals, and states are told", () => {
    const found = graphOf([task("t1", "s1"), task("t2", "s1", { state: "running", endedMs: 0 })], [proposal("p1", "t1", "proposed", "applied")], "live");
    assert.deepEqual(found.nodes.map((one) => `${one.kind} ${one.id} ${one.state}`), ["goal s1 running", "task t1 done", "proposal p1 to review", "task t2 running"]);
    assert.deepEqual(found.edges.map((edge) => `${edge.from}>${edge.to}`), ["s1>t1", "t1>p1", "s1>t2"]);
    assert.deepEqual(found.nodes[2]?.details, ["p1", "1 of 2 hunks open", "1 file"]);
  });

  test("only what is under way or waits for a decision, unless all of it is wanted", () => {
    const tasks = [task("t1", "s1"), task("t2", "s2"), task("t3", "s3", { state: "paused" }), task("t4", "")];
    const proposals = [proposal("p1", "t1", "applied"), proposal("p2", "t2", "proposed")];
    const goals = (scope: Parameters<typeof graphOf>[2]): string[] => graphOf(tasks, proposals, scope).nodes.filter((one) => one.kind === "goal").map((one) => one.id);
    assert.deepEqual(goals("live"), ["s3", "s2"]);
    assert.deepEqual(goals("all"), ["s3", "s2", "s1"]);
    assert.deepEqual(goals({ goalId: "s1" }), ["s1"]);
  });

  test("a task that waits for others hangs on them", () => {
    const found = graphOf([task("t1", "s1"), task("t2", "s1", { dependsOn: ["t1", "elsewhere"] })], [], "all");
    assert.deepEqual(found.edges, [{ from: "s1", to: "t1", kind: "has" }, { from: "t1", to: "t2", kind: "needs" }]);
    assert.deepEqual(layers(found), { s1: 0, t1: 1, t2: 2 });
  });

  test("a state of a later version is shown by its own word", () => {
    assert.equal(graphOf([task("t1", "s1", { state: "being_dreamt" })], [], "all").nodes[1]?.state, "being dreamt");
  });
});
