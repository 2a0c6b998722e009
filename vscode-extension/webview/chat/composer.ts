/** Where prompts are written: the text, what is attached, the model, and what runs meanwhile. */

import { type Attachment, type Head, QUEUE_MODES, type QueueMode } from "../../src/chat/messages";
import { fill, h, icon } from "../shared/dom";
import type { Acts } from "./views";

const MODE_WORDS: Readonly<Record<QueueMode, string>> = {
  steer: "joins this turn",
  interrupt: "interrupts it",
  queue: "waits its turn",
  collect: "is collected",
};

export class Composer {
  readonly #text = h("textarea", {
    rows: 1,
    "aria-label": "Prompt",
    placeholder: "What is to be done?",
    onkeydown: (event: KeyboardEvent) => this.#key(event),
    oninput: () => this.#typed(),
  });
  readonly #chips = h("ul", { class: "chips", "aria-label": "Attached", hidden: true });
  readonly #model = h("button", { class: "model", title: "Choose a model", onclick: () => this.acts.post({ type: "chooseModel" }) });
  readonly #mode = h(
    "select",
    { class: "mode", title: "What a prompt does while a turn runs", "aria-label": "What a prompt does while a turn runs", onchange: () => this.#chose() },
    ...QUEUE_MODES.map((mode) => h("option", { value: mode }, MODE_WORDS[mode])),
  );
  readonly #stop = h("button", { class: "plain stop", title: "Stop the turn and keep its work as a proposal (Ctrl+Escape)", "aria-label": "Stop", onclick: () => this.acts.post({ type: "stop" }) }, icon("stop"));
  readonly #send = h("button", { class: "main send", title: "Send (Enter)", "aria-label": "Send", onclick: () => this.#submit() }, icon("send"));
  readonly element = h(
    "form",
    { class: "composer", onsubmit: (event: Event) => event.preventDefault() },
    this.#chips,
    this.#text,
    h(
      "div",
      { class: "bar" },
      h("button", { type: "button", class: "attach", title: "Attach a file or the selection", "aria-label": "Attach a file or the selection", onclick: () => this.acts.post({ type: "attach" }) }, icon("attach")),
      this.#model,
      h("span", { class: "space" }),
      this.#mode,
      this.#stop,
      this.#send,
    ),
  );
  /** The text that is on its way; undefined where none is. */
  #sending: string | undefined;
  #isRunning = false;
  #isAble = false;
  #last = "";

  constructor(
    private readonly acts: Acts,
    private readonly kept: (draft: string) => void,
  ) {
    for (const button of [this.#model, this.#stop, this.#send]) button.type = "button";
  }

  get draft(): string {
    return this.#text.value;
  }

  set draft(text: string) {
    this.#text.value = text;
    this.#fit();
  }

  focus(): void {
    this.#text.focus();
  }

  show(head: Head): void {
    this.#isRunning = head.runningTaskId !== "";
    fill(this.#model, head.model || "Model");
    this.#model.setAttribute("aria-label", `Model: ${head.model || "of the settings"}`);
    this.#mode.value = head.queueMode;
    this.#mode.hidden = !this.#isRunning;
    this.#stop.hidden = !this.#isRunning;
    this.#text.placeholder = this.#isRunning ? "Say something while it works" : "What is to be done?";
  }

  setAble(isAble: boolean): void {
    this.#isAble = isAble;
    this.#enable();
  }

  setAttached(attachments: readonly Attachment[]): void {
    this.#chips.hidden = !attachments.length;
    const chips = attachments.map(({ label }, place) => {
      const drop = (): void => this.acts.post({ type: "detach", place });
      return h("li", {}, label, h("button", { type: "button", title: `Detach ${label}`, "aria-label": `Detach ${label}`, onclick: drop }, icon("close")));
    });
    fill(this.#chips, ...chips);
  }

  /** What was sent is in the log now; or it is still here. */
  sent(isSent: boolean): void {
    const text = this.#sending ?? "";
    this.#sending = undefined;
    if (isSent) {
      this.#last = text;
      this.draft = withoutSent(this.draft, text);
      this.kept(this.draft);
    }
    this.#enable();
  }

  #submit(): void {
    if (this.#sending !== undefined || !this.#isAble || !this.draft.trim()) return;
    this.#sending = this.draft;
    this.#enable();
    this.acts.post({ type: "send", text: this.draft, queueMode: "" });
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && (event.ctrlKey || event.metaKey) && this.#isRunning) {
      this.acts.post({ type: "stop" });
    } else if (event.key === "ArrowUp" && !event.altKey && !this.draft && this.#last) {
      event.preventDefault();
      this.draft = this.#last;
    }
  }

  #typed(): void {
    this.#fit();
    this.#enable();
    this.kept(this.draft);
  }

  #chose(): void {
    const queueMode = QUEUE_MODES.find((mode) => mode === this.#mode.value);
    if (queueMode) this.acts.post({ type: "setMode", queueMode });
  }

  #enable(): void {
    this.#send.disabled = this.#sending !== undefined || !this.#isAble || !this.draft.trim();
  }

  /** As high as its lines, up to a third of the view. */
  #fit(): void {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight + 2, Math.max(120, innerHeight / 3))}px`;
  }
}

/** What was typed while a prompt was on its way stays. */
function withoutSent(draft: string, sent: string): string {
  return draft.startsWith(sent) ? draft.slice(sent.length) : draft;
}
