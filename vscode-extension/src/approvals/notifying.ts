/** A notification for each question that waits, for as long as it waits. */

import * as vscode from "vscode";
import { unlinked } from "../links";
import type { Approval } from "../protocol.gen";
import type { Store } from "../state/store";
import { isCut, isPermission, optionText, sentence } from "./words";

/** VS Code cuts longer messages. */
const MOST = 960;

/**
 * VS Code lets an extension take back only notifications of progress, so that is what these are: their
 * answers are links, and they go as soon as anybody has answered. The button Cancel, without which they
 * would be shown as one line, only puts the question off: it stays in the view and the status bar.
 */
export class Notifying implements vscode.Disposable {
  readonly #open = new Map<string, () => void>();
  readonly #listener: vscode.Disposable;

  constructor(private readonly store: Store) {
    this.#listener = store.onDidChangeApprovals(() => this.#look());
    this.#look();
  }

  /** Ids of the questions that are shown. */
  get shown(): readonly string[] {
    return [...this.#open.keys()];
  }

  dispose(): void {
    this.#listener.dispose();
    for (const close of this.#open.values()) close();
    this.#open.clear();
  }

  #look(): void {
    const waiting = new Map(this.store.approvals().map((approval) => [approval.id, approval]));
    for (const [id, close] of [...this.#open]) {
      if (!waiting.has(id)) {
        this.#open.delete(id);
        close();
      }
    }
    for (const approval of waiting.values()) {
      if (!this.#open.has(approval.id)) this.#show(approval);
    }
  }

  #show(approval: Approval): void {
    const answered = new Promise<void>((close) => this.#open.set(approval.id, close));
    const options = { location: vscode.ProgressLocation.Notification, title: messageOf(approval), cancellable: true };
    void vscode.window.withProgress(options, (_, token) => {
      const later = new Promise<void>((close) => token.onCancellationRequested(() => close()));
      return Promise.race([answered, later]);
    });
  }
}

/**
 * The question with its answers. Where they are too long, or where leave would be given for more than is
 * seen here, with a link to all of it and one to the answers.
 */
export function messageOf(approval: Approval): string {
  const whole = `${sentence(approval)} ${linksOf(approval)}`;
  if (whole.length <= MOST && !(isPermission(approval) && isCut(approval))) return whole;
  return `${sentence(approval)} ${detailsOf(approval)} | ${link("answer…", "agentx.approval.pick", [approval.id])}`;
}

/** `[once](command:…) | [always](command:…) | …` */
export function linksOf(approval: Approval): string {
  const answers = approval.options.map((option) => link(optionText(approval, option).title, "agentx.approval.decide", [approval.id, option]));
  return [...answers, detailsOf(approval)].join(" | ");
}

function detailsOf(approval: Approval): string {
  return link("details…", "agentx.approval.show", [approval.id]);
}

function link(text: string, command: string, args: readonly string[]): string {
  const query = encodeURIComponent(JSON.stringify(args)).replace(/[()']/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `[${unlinked(text).replace(/[[\]]/g, " ")}](command:${command}?${query})`;
}
