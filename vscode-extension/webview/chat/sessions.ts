/** The list of sessions, in the place of the transcript while one chooses. */

import type { SessionRow } from "../../src/chat/messages";
import { fill, h } from "../shared/dom";
import type { Acts } from "./views";

export class Sessions {
  readonly #list = h("div", { class: "sessions-list", role: "listbox", "aria-label": "Sessions", tabindex: -1, onkeydown: (event: KeyboardEvent) => this.#key(event) });
  readonly element = h("section", { class: "sessions", hidden: true, "aria-label": "Sessions" }, this.#list);

  constructor(
    private readonly acts: Acts,
    private readonly closed: () => void,
  ) {}

  show(rows: readonly SessionRow[], current: string): void {
    const begin = this.#row({ id: "", title: "New session", description: "", mood: "idle" }, current, () => this.acts.post({ type: "new" }));
    begin.classList.add("new");
    const known = rows.map((row) => this.#row(row, current, () => this.acts.post({ type: "open", sessionId: row.id })));
    fill(this.#list, begin, ...known);
    this.element.hidden = false;
    (known.find((row) => row.getAttribute("aria-selected") === "true") ?? known[0] ?? begin).focus();
  }

  hide(): void {
    this.element.hidden = true;
  }

  #row(row: SessionRow, current: string, choose: () => void): HTMLElement {
    const pick = (): void => {
      choose();
      this.closed();
    };
    const isCurrent = row.id === current;
    const title = h("span", { class: "row-title" }, row.title || row.id);
    const facts = row.description ? h("span", { class: "row-facts dim" }, row.description) : undefined;
    return h("div", { class: `row mood-${row.mood}`, role: "option", tabindex: -1, "aria-selected": String(isCurrent), title: row.title, onclick: pick }, title, facts);
  }

  #key(event: KeyboardEvent): void {
    const rows = [...this.#list.children].filter((row) => row instanceof HTMLElement);
    const at = rows.findIndex((row) => row === document.activeElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    const to = steps[event.key];
    if (to !== undefined) rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
    else if (event.key === "Enter" || event.key === " ") rows[at]?.click();
    else if (event.key === "Escape") this.closed();
    else return;
    event.preventDefault();
  }
}
