/** The transcript on the page: a window on the newest items that grows upwards on demand. */

import type { Item } from "../../src/chat/items";
import type { Card } from "../../src/chat/messages";
import { fill, h, icon } from "../shared/dom";
import { type Acts, type ItemView, viewOf } from "./views";

/** More than this many items on the page: the oldest leave it while the newest are looked at. */
const MOST_ITEMS = 600;
const KEPT_ITEMS = 300;
/** Pixels from the end at which one still looks at the newest. */
const NEAR = 40;

export class Log {
  readonly #list = h("div", { class: "items" });
  readonly #earlier = h("button", { class: "plain earlier", hidden: true, onclick: () => this.#askEarlier() });
  readonly #down = h("button", { class: "down plain", hidden: true, title: "Go to the newest", "aria-label": "Go to the newest", onclick: () => this.toEnd() }, icon("down"));
  readonly #scroller = h(
    "div",
    { class: "scroller", tabindex: 0, role: "log", "aria-live": "off", "aria-label": "Transcript", "aria-description": "Alt+Up and Alt+Down move between its parts", onscroll: () => this.#scrolled() },
    this.#earlier,
    this.#list,
  );
  readonly element = h("div", { class: "log" }, this.#scroller, this.#down);
  readonly #views = new Map<string, ItemView>();
  readonly #grown = new Set<ItemView>();
  #cards = new Map<string, Card>();
  #nEarlier = 0;
  #isAtEnd = true;
  #isAsking = false;
  #frame = 0;

  constructor(private readonly acts: Acts) {
    const sizes = new ResizeObserver(() => this.#keepEnd());
    sizes.observe(this.#list);
    sizes.observe(this.#scroller);
  }

  reset(items: readonly Item[], cards: readonly Card[], nEarlier: number): void {
    this.#views.clear();
    this.#grown.clear();
    this.#list.replaceChildren();
    this.#cards = new Map(cards.map((card) => [card.proposalId, card]));
    this.#isAtEnd = true;
    this.add(items);
    this.#setEarlier(nEarlier);
    this.toEnd();
  }

  add(items: readonly Item[]): void {
    const made = items.map((item) => this.#made(item));
    this.#list.append(...made.map((view) => view.element));
    if (this.#isAtEnd) this.#shorten();
    this.#keepEnd();
  }

  change(items: readonly Item[], removed: readonly string[]): void {
    for (const item of items) this.#update(item);
    for (const id of removed) {
      this.#views.get(id)?.element.remove();
      this.#views.delete(id);
    }
    this.#keepEnd();
  }

  /** What streams is drawn once a frame, however many pieces come. */
  grow(id: string, text: string): void {
    const view = this.#views.get(id);
    if (!view) return;
    view.grow(text);
    this.#grown.add(view);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  setCards(cards: readonly Card[]): void {
    for (const card of cards) this.#cards.set(card.proposalId, card);
    for (const { proposalId } of cards) this.#views.get(proposalId)?.redraw(this.#cards);
  }

  /** Items from before those on the page; what one looks at stays where it is. */
  prepend(items: readonly Item[], cards: readonly Card[], nEarlier: number): void {
    for (const card of cards) this.#cards.set(card.proposalId, card);
    const height = this.#scroller.scrollHeight;
    const first = this.#list.firstElementChild;
    for (const item of items) this.#list.insertBefore(this.#made(item).element, first);
    this.#setEarlier(nEarlier);
    this.#scroller.scrollTop += this.#scroller.scrollHeight - height;
    this.#isAsking = false;
  }

  toEnd(): void {
    this.#isAtEnd = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#down.hidden = true;
  }

  /** Move the focus to the part before or after the one that has it. */
  walk(step: 1 | -1): void {
    const parts = [...this.#list.children].filter((part) => part instanceof HTMLElement);
    const at = parts.findIndex((part) => part.contains(document.activeElement));
    const next = at < 0 ? parts.at(-1) : parts[at + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  /** A piece that was seen from its middle on may turn out to be of another kind. */
  #update(item: Item): void {
    const view = this.#views.get(item.id);
    if (view?.kind === item.kind) view.update(item, this.#cards);
    else view?.element.replaceWith(this.#made(item).element);
  }

  #made(item: Item): ItemView {
    const view = viewOf(item, this.acts, this.#cards);
    view.element.dataset["id"] = item.id;
    this.#views.set(item.id, view);
    return view;
  }

  #draw(): void {
    this.#frame = 0;
    for (const view of this.#grown) view.redraw(this.#cards);
    this.#grown.clear();
    this.#keepEnd();
  }

  #shorten(): void {
    if (this.#views.size <= MOST_ITEMS) return;
    const gone = [...this.#list.children].slice(0, this.#views.size - KEPT_ITEMS);
    for (const element of gone) {
      this.#views.delete(element instanceof HTMLElement ? (element.dataset["id"] ?? "") : "");
      element.remove();
    }
    this.#setEarlier(this.#nEarlier + gone.length);
  }

  #setEarlier(count: number): void {
    this.#nEarlier = count;
    this.#earlier.hidden = count === 0;
    fill(this.#earlier, `Show earlier (${count})`);
  }

  #askEarlier(): void {
    const first = this.#list.firstElementChild;
    if (this.#isAsking || !this.#nEarlier || !(first instanceof HTMLElement)) return;
    this.#isAsking = true;
    this.acts.post({ type: "earlier", before: first.dataset["id"] ?? "" });
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#down.hidden = this.#isAtEnd;
    if (scrollTop < NEAR && !this.#isAtEnd) this.#askEarlier();
  }

  #keepEnd(): void {
    if (this.#isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }
}
