/** One item of the transcript as an element, kept up to date. */

import { split } from "../../src/chat/attachments";
import type { Item, NoteItem, QuestionItem, TextItem, ThinkingItem, ToolItem, UserItem } from "../../src/chat/items";
import type { Card, FromPage } from "../../src/chat/messages";
import { duration } from "../../src/webviews/format";
import { taskLook } from "../../src/webviews/states";
import { fill, h, icon } from "../shared/dom";
import { MarkdownView } from "../shared/markdown";
import { drawCard } from "./card";

/** What a view may ask for. */
export interface Acts {
  post(message: FromPage): void;
}

export type Cards = ReadonlyMap<string, Card>;

export interface ItemView {
  readonly kind: Item["kind"];
  readonly element: HTMLElement;
  update(item: Item, cards: Cards): void;
  /** Take a piece in; `redraw` shows it. */
  grow(text: string): void;
  redraw(cards: Cards): void;
}

/** A view that draws a whole item anew. */
export function viewOf(item: Item, acts: Acts, cards: Cards): ItemView {
  const element = h("article", { class: `item ${item.kind}`, tabindex: -1, "aria-label": labelOf(item) });
  const draw = drawerOf(item, element, acts);
  let now = item;
  const view: ItemView = {
    kind: item.kind,
    element,
    update: (next, all) => {
      now = next;
      draw(now, all);
    },
    grow: (text) => {
      if (now.kind === "text" || now.kind === "thinking") now = { ...now, text: now.text + text };
    },
    redraw: (all) => draw(now, all),
  };
  draw(item, cards);
  return view;
}

type Drawer = (item: Item, cards: Cards) => void;

function drawerOf(item: Item, element: HTMLElement, acts: Acts): Drawer {
  switch (item.kind) {
    case "text":
      return textDrawer(element, acts);
    case "thinking":
      return thinkingDrawer(element);
    case "tool":
      return toolDrawer(element);
    case "user":
      return (now) => now.kind === "user" && drawUser(element, now);
    case "note":
      return (now) => now.kind === "note" && drawNote(element, now);
    case "proposal":
      return (now, cards) => now.kind === "proposal" && drawCard(element, now.proposalId, now.title, cards.get(now.proposalId), acts);
    case "question":
      return (now) => now.kind === "question" && drawQuestion(element, now, acts);
    case "end":
      return (now) => {
        if (now.kind !== "end") return;
        const look = taskLook(now.outcome);
        element.className = `item end mood-${look.mood}`;
        const transcript = h("button", { class: "link", onclick: () => acts.post({ type: "openTranscript", taskId: now.taskId }) }, "transcript");
        const line = h("div", { class: "end-line" }, h("span", { class: "badge" }, look.words), h("span", { class: "dim" }, now.taskId), transcript);
        fill(element, line, aside(now.reason, "reason"), aside(now.nextStep, "next"));
      };
  }
}

function aside(text: string, name: string): HTMLElement | undefined {
  return text ? h("div", { class: name }, text) : undefined;
}

function labelOf(item: Item): string {
  switch (item.kind) {
    case "user":
      return "You";
    case "text":
      return "Agent";
    case "thinking":
      return "Thinking";
    case "tool":
      return `Tool ${item.tool}`;
    case "note":
      return "Note";
    case "proposal":
      return `Proposal ${item.proposalId}`;
    case "question":
      return "Question";
    case "end":
      return `End of ${item.taskId}`;
  }
}

function textDrawer(element: HTMLElement, acts: Acts): Drawer {
  const words = h("div", { class: "markdown" });
  const markdown = new MarkdownView(words, {
    link: (url) => acts.post({ type: "openLink", url }),
    copy: (text) => acts.post({ type: "copy", text }),
  });
  element.append(words);
  return (item) => {
    const now = item as TextItem; // a view keeps its kind
    element.classList.toggle("live", now.isLive);
    markdown.show(now.text);
  };
}

function thinkingDrawer(element: HTMLElement): Drawer {
  const title = h("summary", {});
  const words = h("div", { class: "thought" });
  element.append(h("details", {}, title, words));
  return (item) => {
    const now = item as ThinkingItem; // a view keeps its kind
    element.classList.toggle("live", now.isLive);
    fill(title, icon("chevron"), now.isLive ? "Thinking…" : "Thought");
    words.textContent = now.text;
  };
}

const SIGNS = { wanted: "dot", running: "dot", done: "check", failed: "cross", lost: "minus" } as const;
const TOOL_WORDS = { wanted: "waits", running: "runs", done: "", failed: "failed", lost: "not done" } as const;

function toolDrawer(element: HTMLElement): Drawer {
  const line = h("summary", {});
  const input = h("pre", { class: "input" });
  const output = h("pre", { class: "output" });
  element.append(h("details", {}, line, input, output));
  return (item) => {
    const now = item as ToolItem; // a view keeps its kind
    element.className = `item tool ${now.state}`;
    const told = now.ending || TOOL_WORDS[now.state];
    fill(
      line,
      icon(SIGNS[now.state]),
      h("span", { class: "tool-name" }, now.tool),
      h("span", { class: "tool-subject", title: now.subject }, now.subject),
      told ? h("span", { class: now.ending ? "ending" : "dim" }, told) : undefined,
      now.durationMs >= 1000 ? h("span", { class: "dim" }, duration(now.durationMs)) : undefined,
    );
    input.textContent = now.input;
    output.textContent = now.output;
    output.hidden = !now.output;
  };
}

function drawUser(element: HTMLElement, item: UserItem): void {
  const { words, attached, title } = split(item.text);
  const more = attached ? h("details", { class: "attached" }, h("summary", {}, icon("chevron"), title), h("pre", {}, attached)) : undefined;
  const by = item.by ? h("div", { class: "dim by" }, item.by) : undefined;
  fill(element, by, h("div", { class: "words" }, words), more);
}

function drawNote(element: HTMLElement, item: NoteItem): void {
  element.className = `item note ${item.tone}`;
  const title = h("span", {}, item.title);
  fill(element, item.text ? h("details", {}, h("summary", {}, icon("chevron"), title), h("div", { class: "thought" }, item.text)) : title);
}

function drawQuestion(element: HTMLElement, item: QuestionItem, acts: Acts): void {
  element.classList.toggle("decided", item.decision !== "");
  const answer = (decision: string): void => acts.post({ type: "decide", approvalId: item.approvalId, decision });
  const buttons = item.options.map((option, place) =>
    h("button", { class: place ? "plain" : "main", onclick: () => answer(option) }, capital(option)),
  );
  const said = item.decision ? `${capital(item.decision)}${item.by ? ` (${item.by})` : ""}` : "";
  fill(
    element,
    h("pre", { class: "subject" }, item.subject),
    h("div", { class: "why" }, item.why),
    item.rule ? h("div", { class: "dim" }, "Rule: ", h("code", {}, item.rule)) : undefined,
    item.decision ? h("div", { class: "badge" }, said) : h("div", { class: "buttons", role: "group", "aria-label": "Answer" }, ...buttons),
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " ");
}
