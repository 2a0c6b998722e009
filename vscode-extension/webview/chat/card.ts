/** A proposal in the transcript: its files and hunks, and what a person decides about them. */

import type { Card, CardFile, CardHunk } from "../../src/chat/messages";
import { counted } from "../../src/webviews/format";
import { fill, h, icon } from "../shared/dom";
import type { Acts } from "./views";

/** Draw a proposal; before its hunks are known, its name alone. */
export function drawCard(element: HTMLElement, id: string, title: string, card: Card | undefined, acts: Acts): void {
  element.className = `item proposal mood-${card?.mood ?? "idle"}`;
  const focused = element.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : undefined;
  const head = h("div", { class: "card-head" }, h("span", { class: "dim" }, id), h("span", { class: "card-title" }, card?.title ?? title), h("span", { class: "badge" }, card?.state ?? "…"));
  fill(element, head, ...(card ? [...runs(card), files(card, acts), buttons(card, acts)] : [review(id, acts)]));
  if (focused) element.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function runs(card: Card): HTMLElement[] {
  return card.evidence.map((ran) =>
    h(
      "div",
      { class: `evidence ${ran.isGood ? "mood-good" : "mood-bad"}` },
      icon(ran.isGood ? "check" : "cross"),
      h("code", { title: ran.command }, ran.command),
      h("span", { class: "verdict" }, ran.verdict),
    ),
  );
}

function files(card: Card, acts: Acts): HTMLElement {
  return h("ul", { class: "files", "aria-label": "Files" }, ...card.files.map((file) => fileRow(file, acts)));
}

function fileRow(file: CardFile, acts: Acts): HTMLElement {
  const kind = file.kind === "modified" ? undefined : h("span", { class: "dim" }, file.kind);
  const name = h("span", { class: "path", title: file.path }, file.path);
  return h("li", {}, h("div", { class: "file" }, name, kind), h("div", { class: "hunks" }, ...file.hunks.map((hunk) => hunkButton(hunk, acts))));
}

function hunkButton(hunk: CardHunk, acts: Acts): HTMLElement {
  const words = hunk.isOpen && hunk.state === "proposed" ? hunk.size : `${hunk.size} ${hunk.state}`;
  const show = (): void => acts.post({ type: "openHunk", hunkId: hunk.id });
  const props = { class: `hunk ${hunk.state}`, "data-key": hunk.id, title: "Show it in the editor", "aria-label": `Hunk ${hunk.id}, ${hunk.size}, ${hunk.state}`, onclick: show };
  return h("button", props, h("span", { class: "dim" }, hunk.id), ` ${words}`);
}

function buttons(card: Card, acts: Acts): HTMLElement {
  const ids = [card.proposalId];
  const decide = (type: "accept" | "reject") => () => acts.post({ type, ids });
  const all = card.nOpen
    ? [
        h("button", { class: "plain", "data-key": "accept", "aria-label": `Accept ${counted(card.nOpen, "hunk")}`, onclick: decide("accept") }, `Accept ${card.nOpen}`),
        h("button", { class: "plain", "data-key": "reject", onclick: decide("reject") }, "Reject"),
      ]
    : [];
  return h("div", { class: "buttons" }, review(card.proposalId, acts), ...all);
}

function review(proposalId: string, acts: Acts): HTMLElement {
  return h("button", { class: "main", "data-key": "review", onclick: () => acts.post({ type: "openProposal", proposalId }) }, "Review");
}
