/** The chat's page: draws what the extension tells, and tells it what a person does. */

import type { FromPage, Head, ToPage } from "../src/chat/messages";
import { Strip, TopBar } from "./chat/bar";
import { Composer } from "./chat/composer";
import { Log } from "./chat/log";
import { Sessions } from "./chat/sessions";
import { Speaker } from "./chat/speaking";
import type { Acts } from "./chat/views";
import { h } from "./shared/dom";

interface Kept {
  readonly sessionId: string;
  readonly draft: string;
}

const api = acquireVsCodeApi();
const acts: Acts = { post: (message: FromPage) => api.postMessage(message) };
let kept = restored(api.getState());

const log = new Log(acts);
const composer = new Composer(acts, (draft) => keep({ draft }));
const strip = new Strip(acts);
const speaker = new Speaker();
const sessions = new Sessions(acts, closeSessions);
const top = new TopBar(() => (sessions.element.hidden ? acts.post({ type: "listSessions" }) : closeSessions()));
const empty = h(
  "div",
  { class: "empty" },
  h("p", {}, "Tell an agent what is to be done."),
  h("p", { class: "dim" }, "It works on a copy of your files. What it changes comes back as hunks that you review; nothing is written before you accept it."),
);
const middle = h("main", { class: "middle" }, empty, log.element, sessions.element);
document.getElementById("page")?.append(top.element, middle, strip.element, composer.element, speaker.element);

addEventListener("message", (event: MessageEvent<ToPage>) => take(event.data));
addEventListener("keydown", (event) => {
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    log.walk(event.key === "ArrowUp" ? -1 : 1);
  }
});
addEventListener("focus", () => {
  if (document.activeElement === document.body) composer.focus();
});
composer.draft = kept.draft;
composer.setAble(false);
acts.post({ type: "ready", sessionId: kept.sessionId });

function take(message: ToPage): void {
  switch (message.type) {
    case "reset":
      closeSessions();
      show(message.head);
      log.reset(message.items, message.cards, message.nEarlier);
      setEmpty(!message.items.length);
      return;
    case "items":
      log.change(message.changed, message.removed);
      log.add(message.added);
      if (message.added.length) setEmpty(false);
      speaker.heard([...message.changed, ...message.added]);
      return;
    case "grown":
      return log.grow(message.id, message.text);
    case "earlier":
      return log.prepend(message.items, message.cards, message.nEarlier);
    case "head":
      return show(message.head);
    case "cards":
      return log.setCards(message.cards);
    case "sessions":
      sessions.show(message.sessions, kept.sessionId);
      middle.classList.add("choosing");
      return;
    case "attachments":
      return composer.setAttached(message.attachments);
    case "sent":
      composer.sent(message.isSent);
      if (message.isSent) {
        strip.trouble(null, false);
        log.toEnd();
      }
      return;
    case "daemon":
      composer.setAble(message.isRunning);
      return strip.trouble(message.trouble, message.trouble !== null);
    case "trouble":
      return strip.trouble(message.trouble, false);
    case "focus":
      return composer.focus();
  }
}

function show(head: Head): void {
  keep({ sessionId: head.sessionId });
  top.show(head);
  strip.show(head);
  composer.show(head);
}

function setEmpty(isEmpty: boolean): void {
  empty.hidden = !isEmpty;
  log.element.hidden = isEmpty;
}

function closeSessions(): void {
  if (sessions.element.hidden) return;
  sessions.hide();
  middle.classList.remove("choosing");
  composer.focus();
}

function keep(change: Partial<Kept>): void {
  kept = { ...kept, ...change };
  api.setState(kept);
}

function restored(state: unknown): Kept {
  const found = typeof state === "object" && state !== null ? (state as Record<string, unknown>) : {};
  const word = (name: string): string => (typeof found[name] === "string" ? String(found[name]) : "");
  return { sessionId: word("sessionId"), draft: word("draft") };
}
