/** The canvas's page: draws the scene that the extension computed, and moves about in it. */

import type { FromCanvas, Scene, ToCanvas } from "../src/canvas/messages";
import { NODE_HEIGHT, NODE_WIDTH } from "../src/canvas/layout";
import { isStep, stepped } from "../src/canvas/walking";
import { Camera, type Look } from "./canvas/camera";
import { Nodes } from "./canvas/nodes";
import { fill, h, icon } from "./shared/dom";

interface Kept {
  readonly scope: string;
  readonly look: Look | undefined;
  readonly current: string;
}

const api = acquireVsCodeApi();
const post = (message: FromCanvas): void => api.postMessage(message);
let kept = restored(api.getState());
let scene: Scene | undefined;

const edges = document.createElementNS("http://www.w3.org/2000/svg", "svg");
edges.setAttribute("class", "edges");
edges.setAttribute("aria-hidden", "true");
const sheet = h("div", { class: "sheet", role: "presentation" });
sheet.append(edges);
const empty = h("div", { class: "empty", hidden: true });
const frame = h("div", { class: "frame", role: "tree", "aria-label": "Goals, their tasks and proposals", "aria-description": "Arrow keys move, Enter opens, plus and minus zoom, 0 fits" }, sheet);
const scopes = h("select", { "aria-label": "What is shown", onchange: () => choose(scopes.value) });
const said = h("div", { class: "spoken", role: "status", "aria-live": "polite" });
const stale = h("span", { class: "stale", hidden: true }, "The daemon is away: this may be old.");
const camera = new Camera(frame, sheet, (look) => keep({ look }));
const nodes = new Nodes(sheet, edges, open, arrived);
const tools = h(
  "div",
  { class: "tools", role: "toolbar", "aria-label": "Canvas" },
  scopes,
  stale,
  h("span", { class: "space" }),
  tool("Zoom out", "minus", () => camera.zoom(1 / 1.25)),
  tool("Zoom in", "plus", () => camera.zoom(1.25)),
  tool("Fit", "fit", fit),
);
document.getElementById("page")?.append(tools, frame, empty, said);

addEventListener("message", (event: MessageEvent<ToCanvas>) => show(event.data.scene));
frame.addEventListener("keydown", key);
setInterval(() => nodes.tick(Date.now()), 1000);
post({ type: "ready", scope: kept.scope });

function show(next: Scene): void {
  const last = scene;
  scene = next;
  nodes.show(next.graph, next.layout);
  if (!nodes.has(kept.current)) keep({ current: next.layout.nodes[0]?.id ?? "" });
  nodes.setCurrent(kept.current);
  showScopes(next);
  stale.hidden = next.isCurrent;
  empty.hidden = next.graph.nodes.length > 0;
  fill(empty, next.goals.length ? "Nothing is under way, and nothing waits for a decision." : "No agent has worked here yet.");
  if (!last && kept.look) camera.look = kept.look;
  else if (!last || last.scope !== next.scope || !last.graph.nodes.length) fit();
  else announce(last, next);
}

function showScopes(next: Scene): void {
  const option = (value: string, title: string): HTMLElement => h("option", { value, selected: value === next.scope }, title);
  fill(scopes, option("live", "Under way or to review"), option("all", "Everything"), ...next.goals.map((goal) => option(goal.id, `${goal.id} ${goal.title}`)));
}

/** States that changed are heard, too. */
function announce(last: Scene, next: Scene): void {
  const before = new Map(last.graph.nodes.map((node) => [node.id, node.state]));
  const news = next.graph.nodes.filter((node) => node.kind !== "goal" && before.get(node.id) !== node.state);
  if (news.length) said.textContent = news.map((node) => `${node.id}: ${node.state}`).join(". ");
}

function choose(scope: string): void {
  keep({ scope });
  post({ type: "scope", scope });
}

function open(id: string): void {
  arrived(id);
  post({ type: "open", id });
}

function arrived(id: string): void {
  keep({ current: id });
  nodes.setCurrent(id);
  const place = scene?.layout.nodes.find((node) => node.id === id);
  if (place) camera.reach(place.x, place.y, NODE_WIDTH, NODE_HEIGHT);
}

function fit(): void {
  if (scene) camera.fit(scene.layout.width, scene.layout.height);
}

function key(event: KeyboardEvent): void {
  if (!scene || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isStep(event.key)) {
    nodes.focus(stepped(scene.layout, scene.graph.edges, kept.current, event.key));
  } else if (event.key === "Enter" || event.key === " ") {
    if (kept.current) open(kept.current);
  } else if (event.key === "+" || event.key === "=") {
    camera.zoom(1.25);
  } else if (event.key === "-") {
    camera.zoom(1 / 1.25);
  } else if (event.key === "0") {
    fit();
  } else {
    return;
  }
  event.preventDefault();
}

function tool(title: string, picture: Parameters<typeof icon>[0], run: () => void): HTMLElement {
  return h("button", { title, "aria-label": title, onclick: run }, icon(picture));
}

function keep(change: Partial<Kept>): void {
  kept = { ...kept, ...change };
  api.setState(kept);
}

function restored(state: unknown): Kept {
  const found = typeof state === "object" && state !== null ? (state as Record<string, unknown>) : {};
  const word = (name: string): string => (typeof found[name] === "string" ? String(found[name]) : "");
  return { scope: word("scope") || "live", current: word("current"), look: lookOf(found["look"]) };
}

function lookOf(value: unknown): Look | undefined {
  const { x, y, zoom } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return typeof x === "number" && typeof y === "number" && typeof zoom === "number" ? { x, y, zoom } : undefined;
}
