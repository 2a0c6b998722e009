/** What stands above and below the transcript: which session, how it is, what waits, what is wrong. */

import type { Head, Trouble } from "../../src/chat/messages";
import { duration } from "../../src/webviews/format";
import { fill, h, icon } from "../shared/dom";
import type { Acts } from "./views";

/** The session's name and state; a click shows the others. */
export class TopBar {
  readonly #title = h("span", { class: "title" });
  readonly #facts = h("span", { class: "facts dim" });
  readonly #button = h("button", { class: "session", title: "Other sessions", onclick: () => this.chosen() }, this.#title, icon("chevron"));
  readonly element = h("header", { class: "top" }, this.#button, this.#facts);
  #head: Head | undefined;

  constructor(private readonly chosen: () => void) {
    setInterval(() => this.#tick(), 1000);
  }

  show(head: Head): void {
    this.#head = head;
    this.#title.textContent = head.title || (head.sessionId ? head.sessionId : "New session");
    this.#button.setAttribute("aria-label", `Session: ${this.#title.textContent}. Show the others`);
    this.element.className = `top ${head.state}`;
    this.#tick();
  }

  #tick(): void {
    const head = this.#head;
    if (!head) return;
    const state = head.state === "new" || head.state === "idle" ? "" : head.state;
    const since = head.runningSinceMs ? duration(Date.now() - head.runningSinceMs) : "";
    this.#facts.textContent = [state, since, head.cost].filter(Boolean).join(" · ");
  }
}

/** What waits, and what went wrong. */
export class Strip {
  readonly #waiting = h("div", { class: "waiting", hidden: true });
  readonly #asked = h("div", { class: "asked", hidden: true });
  readonly #trouble = h("div", { class: "trouble", role: "alert", hidden: true });
  readonly element = h("div", { class: "strip" }, this.#waiting, this.#asked, this.#trouble);

  constructor(private readonly acts: Acts) {}

  show(head: Head): void {
    this.#waiting.hidden = !head.waiting.length;
    fill(this.#waiting, ...head.waiting.map(({ text }) => h("div", { class: "said" }, h("span", { class: "dim" }, "waits: "), text)));
    const words = ASKED[head.state];
    this.#asked.hidden = !words;
    if (words) fill(this.#asked, h("span", {}, words), h("button", { class: "main", onclick: () => this.acts.post({ type: "resume" }) }, "Resume"));
  }

  /** Something that went wrong, with what can be done; null takes it away. */
  trouble(trouble: Trouble | null, canRestart: boolean): void {
    this.#trouble.hidden = !trouble;
    if (!trouble) return;
    const restart = canRestart ? h("button", { class: "plain", onclick: () => this.acts.post({ type: "restart" }) }, "Restart the daemon") : undefined;
    const close = h("button", { class: "dismiss", title: "Dismiss", "aria-label": "Dismiss", onclick: () => this.trouble(null, false) }, icon("close"));
    fill(this.#trouble, h("div", { class: "words" }, h("div", {}, trouble.message), trouble.nextStep ? h("div", { class: "next" }, trouble.nextStep) : undefined, restart), close);
  }
}

const ASKED: Partial<Record<Head["state"], string>> = {
  interrupted: "The last turn was interrupted.",
  paused: "The turn is paused.",
  waiting: "Nothing runs; what you said waits.",
};
