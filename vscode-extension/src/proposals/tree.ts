/** The proposals view: newest first, live, and no more work than what is unfolded. */

import * as vscode from "vscode";
import type { Proposal } from "../protocol.gen";
import { isOpen, proposalOf } from "../review/hunks";
import type { Store } from "../state/store";
import {
  type Node,
  checksItem,
  checksNode,
  evidenceItem,
  evidenceNode,
  fileItem,
  fileNode,
  hunkItem,
  hunkNode,
  hunksOfFile,
  hunkTooltip,
  proposalItem,
  proposalNode,
} from "./nodes";

const CALM_MS = 30;

export class ProposalsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  /** The very objects that VS Code was given: it knows rows by them. */
  readonly #roots = new Map<string, Node>();
  readonly #stale = new Set<string>();
  readonly #listener: vscode.Disposable;
  #later: NodeJS.Timeout | undefined;
  #hasDecided = false;

  constructor(private readonly store: Store) {
    this.#listener = store.onDidChangeProposals((ids) => this.#soon(ids));
  }

  /** Whether proposals that are decided are shown too. */
  get hasDecided(): boolean {
    return this.#hasDecided;
  }

  set hasDecided(hasDecided: boolean) {
    this.#hasDecided = hasDecided;
    this.#changed.fire(undefined);
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) return this.#shown().map((proposal) => this.#root(proposal.id));
    const proposal = this.store.proposal(proposalIdOf(node));
    if (proposal === undefined) return [];
    switch (node.kind) {
      case "proposal": {
        const files = proposal.files.map((file) => fileNode(proposal.id, file.path));
        return proposal.evidence.length > 0 ? [checksNode(proposal.id), ...files] : files;
      }
      case "checks":
        return proposal.evidence.map((ran) => evidenceNode(proposal.id, ran));
      case "file":
        return hunksOfFile(proposal, node.path).map(hunkNode);
      case "evidence":
      case "hunk":
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return this.#item(node) ?? new vscode.TreeItem("gone");
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const hunk = node.kind === "hunk" ? this.#hunk(node) : undefined;
    if (hunk !== undefined) item.tooltip = hunkTooltip(hunk);
    return item;
  }

  getParent(node: Node): Node | undefined {
    switch (node.kind) {
      case "proposal":
        return undefined;
      case "checks":
      case "file":
        return this.#root(node.proposalId);
      case "evidence":
        return checksNode(node.proposalId);
      case "hunk":
        return fileNode(node.proposalId, node.path);
    }
  }

  dispose(): void {
    clearTimeout(this.#later);
    this.#listener.dispose();
    this.#changed.dispose();
  }

  #item(node: Node): vscode.TreeItem | undefined {
    const proposal = this.store.proposal(proposalIdOf(node));
    if (proposal === undefined) return undefined;
    switch (node.kind) {
      case "proposal":
        return proposalItem(proposal);
      case "checks":
        return checksItem(proposal);
      case "evidence": {
        const ran = proposal.evidence.find((found) => found.id === node.evidenceId);
        return ran && evidenceItem(ran);
      }
      case "file": {
        const file = proposal.files.find((found) => found.path === node.path);
        return file && fileItem(proposal, file, hunksOfFile(proposal, node.path));
      }
      case "hunk": {
        const hunk = this.#hunk(node);
        return hunk && hunkItem(hunk);
      }
    }
  }

  #hunk(node: Node): Proposal["hunks"][number] | undefined {
    const hunks = this.store.proposal(proposalOf(node.id))?.hunks ?? [];
    return hunks[this.#at(hunks, node.id)];
  }

  /** Hunks are numbered from 1 in their order: a look-up, not a search among a thousand. */
  #at(hunks: Proposal["hunks"], id: string): number {
    const guess = Number(id.slice(id.lastIndexOf(".") + 1)) - 1;
    return hunks[guess]?.id === id ? guess : hunks.findIndex((hunk) => hunk.id === id);
  }

  #shown(): Proposal[] {
    const all = [...this.store.proposals()].reverse();
    return this.#hasDecided ? all : all.filter((proposal) => proposal.hunks.some(isOpen));
  }

  #root(id: string): Node {
    const known = this.#roots.get(id) ?? proposalNode(id);
    this.#roots.set(id, known);
    return known;
  }

  /** Changes of one moment are drawn at once; where the list of proposals stays, only what changed. */
  #soon(ids: readonly string[]): void {
    for (const id of ids.length > 0 ? ids : [""]) this.#stale.add(id);
    this.#later ??= setTimeout(() => this.#draw(), CALM_MS);
  }

  #draw(): void {
    this.#later = undefined;
    const stale = [...this.#stale];
    this.#stale.clear();
    const shown = new Set(this.#shown().map((proposal) => proposal.id));
    const isListed = stale.every((id) => shown.has(id) && this.#roots.has(id));
    if (!isListed || stale.length > 20) return this.#changed.fire(undefined);
    for (const id of stale) this.#changed.fire(this.#root(id));
  }
}

function proposalIdOf(node: Node): string {
  return node.kind === "proposal" ? node.id : node.proposalId;
}
