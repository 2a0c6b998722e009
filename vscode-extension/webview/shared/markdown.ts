/** Markdown of a model as elements. Nothing is ever read as HTML, and nothing is loaded. */

import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import { h } from "./dom";

const READER = new MarkdownIt({ html: false, linkify: false, breaks: false });
/** A model may nest as deep as it likes; beyond this its words are shown as they are. */
const MOST_DEPTH = 40;

/** What a click in the text asks for. */
export interface Clicks {
  link(url: string): void;
  copy(text: string): void;
}

interface Block {
  readonly source: string;
  readonly elements: readonly Node[];
}

/** Keeps an element up to date with a text that grows: only blocks that changed are made anew. */
export class MarkdownView {
  #blocks: Block[] = [];

  constructor(
    readonly element: HTMLElement,
    private readonly clicks: Clicks,
  ) {}

  show(text: string): void {
    const lines = text.split("\n");
    const groups = blocksOf(READER.parse(text, {}));
    const same = this.#blocks.findIndex((block, place) => block.source !== sourceOf(groups[place], lines));
    const kept = same < 0 ? Math.min(this.#blocks.length, groups.length) : same;
    for (const block of this.#blocks.splice(kept)) for (const node of block.elements) node.parentNode?.removeChild(node);
    for (const group of groups.slice(kept)) {
      const holder = document.createDocumentFragment();
      write(holder, group, this.clicks);
      this.#blocks.push({ source: sourceOf(group, lines) ?? "", elements: [...holder.childNodes] });
      this.element.append(holder);
    }
  }
}

/** The tokens of each block at the outermost level. */
function blocksOf(tokens: readonly Token[]): Token[][] {
  const groups: Token[][] = [];
  for (const token of tokens) {
    const isFirst = token.level === 0 && token.nesting >= 0;
    if (isFirst || !groups.length) groups.push([token]);
    else groups.at(-1)?.push(token);
  }
  return groups;
}

/** A block's own lines, with the kind that they were read as: `- ` may become a heading's underline. */
function sourceOf(group: readonly Token[] | undefined, lines: readonly string[]): string | undefined {
  const [start, end] = group?.[0]?.map ?? [0, 0];
  return group && `${group[0]?.type} ${group.length}\n${lines.slice(start, end).join("\n")}`;
}

function write(root: Node, tokens: readonly Token[], clicks: Clicks): void {
  const open: Node[] = [root];
  const here = (): Node => open.at(-1) ?? root;
  for (const token of tokens) {
    if (token.nesting > 0) {
      const element = token.hidden || open.length > MOST_DEPTH ? document.createDocumentFragment() : opened(token, clicks);
      open.push(element);
    } else if (token.nesting < 0) {
      const done = open.length > 1 ? open.pop() : undefined;
      if (done) here().appendChild(done);
    } else if (token.children && token.type === "inline") {
      write(here(), token.children, clicks);
    } else {
      here().appendChild(leaf(token, clicks));
    }
  }
  for (let rest = open.pop(); rest && rest !== root; rest = open.pop()) here().appendChild(rest);
}

const TAGS = new Set(["p", "ul", "ol", "li", "blockquote", "em", "strong", "s", "table", "thead", "tbody", "tr", "th", "td"]);

function opened(token: Token, clicks: Clicks): HTMLElement {
  if (token.type === "link_open") return link(String(token.attrGet("href") ?? ""), clicks);
  if (token.type === "heading_open") return h("div", { class: `heading ${token.tag}`, role: "heading", "aria-level": lowered(token.tag) });
  if (token.tag === "ol") return h("ol", { start: String(token.attrGet("start") ?? "") || undefined });
  return TAGS.has(token.tag) ? h(token.tag as "p") : h("div");
}

/** Headings of an answer stand below those of the page. */
function lowered(tag: string): number {
  return Math.min(6, Number(tag.slice(1)) + 2);
}

function leaf(token: Token, clicks: Clicks): Node {
  switch (token.type) {
    case "text":
      return document.createTextNode(token.content);
    case "softbreak":
      return document.createTextNode("\n");
    case "hardbreak":
      return h("br");
    case "hr":
      return h("hr");
    case "code_inline":
      return h("code", {}, token.content);
    case "fence":
    case "code_block":
      return codeBlock(token, clicks);
    case "image":
      return picture(token, clicks);
    default:
      return document.createTextNode(token.content);
  }
}

function codeBlock(token: Token, clicks: Clicks): HTMLElement {
  const language = token.info.trim().split(/\s+/, 1)[0] ?? "";
  const copy = h("button", { class: "copy", title: "Copy", onclick: () => clicks.copy(token.content) }, "Copy");
  const code = h("pre", { tabindex: 0, role: "region", "aria-label": `code${language ? `, ${language}` : ""}` }, h("code", {}, token.content));
  return h("div", { class: "code" }, h("div", { class: "code-head" }, h("span", {}, language), copy), code);
}

function link(url: string, clicks: Clicks): HTMLElement {
  return h("a", { href: "#", title: url, class: "link", onclick: (event: MouseEvent) => followed(event, url, clicks) });
}

/** An image is never loaded: it could tell others that it was seen. */
function picture(token: Token, clicks: Clicks): HTMLElement {
  const url = String(token.attrGet("src") ?? "");
  const shown = link(url, clicks);
  shown.append(`[image: ${token.content || url}]`);
  return shown;
}

function followed(event: MouseEvent, url: string, clicks: Clicks): void {
  event.preventDefault();
  clicks.link(url);
}
