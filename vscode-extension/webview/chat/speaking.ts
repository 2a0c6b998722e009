/** What a screen reader hears: whole answers and turning points, not every piece that streams. */

import type { Item } from "../../src/chat/items";
import { short } from "../../src/webviews/format";
import { taskLook } from "../../src/webviews/states";
import { h } from "../shared/dom";

const MOST_CHARS = 400;

export class Speaker {
  readonly element = h("div", { class: "spoken", role: "status", "aria-live": "polite" });

  /** Items that are new or other than before. */
  heard(items: readonly Item[]): void {
    const words = items.map((item) => this.#words(item)).filter((said) => said);
    if (words.length) this.say(words.join(". "));
  }

  say(words: string): void {
    this.element.textContent = words;
  }

  #words(item: Item): string {
    switch (item.kind) {
      case "text":
        return item.isLive ? "" : `Agent: ${short(item.text, MOST_CHARS)}`;
      case "tool":
        return item.state === "failed" ? `${item.tool} failed: ${item.ending}` : item.state === "running" ? `${item.tool} ${item.subject}` : "";
      case "question":
        return item.decision ? "" : `Question: ${item.subject}. ${item.options.join(", ")}?`;
      case "proposal":
        return `Proposal ${item.proposalId} is there`;
      case "end":
        return `The turn ended: ${taskLook(item.outcome).words}. ${item.reason} ${item.nextStep}`;
      case "note":
        return item.tone === "warning" ? item.title : "";
      case "user":
      case "thinking":
        return "";
    }
  }
}
