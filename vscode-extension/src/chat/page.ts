/** What a chat's page has been told, so that it is told only what is new. No editor in here. */

import type { Proposal } from "../protocol.gen";
import { type Attached, labelOf } from "./attachments";
import { cardOf } from "./cards";
import type { Conversation } from "./conversation";
import type { Change, Item } from "./items";
import type { Card, Head, ToPage } from "./messages";

/** Items that a page begins with, and that each "earlier" brings. */
const PAGE = 150;
/** Pieces that stream are sent together after so long. */
const STREAM_MS = 30;

/** One page, there or not; everything that it is told goes through here. */
export class Page {
  #post: ((message: ToPage) => void) | undefined;
  #conversation: Conversation | undefined;
  readonly #posted = new Set<string>();
  readonly #pieces = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly proposal: (id: string) => Proposal | undefined) {}

  connect(post: ((message: ToPage) => void) | undefined): void {
    this.#post = post;
  }

  say(message: ToPage): void {
    this.#post?.(message);
  }

  /** Begin anew with the newest items of a conversation. */
  reset(conversation: Conversation, head: Head): void {
    const { items } = conversation;
    const first = Math.max(0, items.length - PAGE);
    this.#conversation = conversation;
    this.#posted.clear();
    for (const item of items) this.#posted.add(item.id);
    this.#pieces.clear();
    const page = items.slice(first);
    this.say({ type: "reset", head, items: page, cards: this.#cards(page), nEarlier: first });
  }

  /** The items before one that the page has. */
  earlier(before: string): void {
    const items = this.#conversation?.items ?? [];
    const end = items.findIndex((item) => item.id === before);
    if (end < 0) return;
    const first = Math.max(0, end - PAGE);
    const page = items.slice(first, end);
    this.say({ type: "earlier", items: page, cards: this.#cards(page), nEarlier: first });
  }

  attached(attached: readonly Attached[]): void {
    this.say({ type: "attachments", attachments: attached.map((one) => ({ label: labelOf(one) })) });
  }

  /** Each item once, as it is now, however many records changed it. */
  changed(changes: readonly Change[]): void {
    this.flush();
    const item = (id: string): Item | undefined => this.#conversation?.item(id);
    const removed = changes.flatMap((change) => change.removed).filter((id) => !item(id));
    const touched = [...new Set(changes.flatMap((change) => change.changed))].flatMap((id) => item(id) ?? []);
    if (!touched.length && !removed.length) return;
    for (const id of removed) this.#posted.delete(id);
    const added = touched.filter(({ id }) => !this.#posted.has(id));
    const changed = touched.filter(({ id }) => this.#posted.has(id));
    for (const { id } of added) this.#posted.add(id);
    this.say({ type: "items", added, changed, removed });
    const cards = this.#cards(added);
    if (cards.length) this.say({ type: "cards", cards });
  }

  /** A piece that streams; it is told with those that come right behind it. */
  streamed(change: Change): void {
    if (!change.grown) return this.changed([change]);
    const { id, text } = change.grown;
    this.#pieces.set(id, (this.#pieces.get(id) ?? "") + text);
    this.#timer ??= setTimeout(() => this.flush(), STREAM_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [id, text] of this.#pieces) this.say({ type: "grown", id, text });
    this.#pieces.clear();
  }

  /** Proposals that changed; none: any of them may have. */
  proposalsChanged(ids: readonly string[]): void {
    const items = this.#conversation?.items ?? [];
    const cards = this.#cards(items.filter((item) => item.kind === "proposal" && (!ids.length || ids.includes(item.proposalId))));
    if (cards.length) this.say({ type: "cards", cards });
  }

  #cards(items: readonly Item[]): Card[] {
    return items.flatMap((item) => {
      const proposal = item.kind === "proposal" ? this.proposal(item.proposalId) : undefined;
      return proposal ? [cardOf(proposal)] : [];
    });
  }
}
