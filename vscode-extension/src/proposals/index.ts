/** The proposals view with its commands, and the documents that diff editors show. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import { told } from "../daemon/errors";
import { unlinked } from "../links";
import type { Proposal } from "../protocol.gen";
import { openAll, openProposed, openResult } from "../review/diffs";
import { pathOf, uriOf } from "../review/files";
import { counted, isOpen, proposalOf } from "../review/hunks";
import { targetsOf } from "../review/targets";
import { SideTexts, targetOfSide } from "../review/texts";
import type { Store } from "../state/store";
import type { Node } from "./nodes";
import { ProposalsTree } from "./tree";

type OpenFile = (proposal: Proposal, path: string) => Promise<void>;

/** Called once at activation. */
export function registerProposals(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  const tree = new ProposalsTree(store);
  const view = vscode.window.createTreeView("agentx.proposals", {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const badge = (): void => {
    const n = store.openHunks().length;
    view.badge = { value: n, tooltip: n === 0 ? "" : `${counted(n, "hunk")} to decide` };
    void vscode.commands.executeCommand("setContext", "agentx.openPaths", openPaths(store));
  };
  const commands: Record<string, (first?: unknown, all?: unknown) => unknown> = {
    "agentx.file.diff": (first) => openFile(store, first, openProposed),
    "agentx.file.diffResult": (first) => openFile(store, first, openResult),
    "agentx.file.open": (first) => openFile(store, first, async (proposal, path) => void (await vscode.window.showTextDocument(uriOf(proposal, path)))),
    "agentx.proposal.diff": (first) => openProposal(store, first),
    "agentx.proposals.accept": () => forward("accept", view.selection),
    "agentx.proposals.reject": () => forward("reject", view.selection),
    "agentx.proposals.undo": () => forward("undo", view.selection),
    "agentx.side.accept": (uri) => decideSide("accept", uri),
    "agentx.side.reject": (uri) => decideSide("reject", uri),
    "agentx.proposals.showDecided": () => showDecided(store, tree, true),
    "agentx.proposals.hideDecided": () => showDecided(store, tree, false),
  };
  context.subscriptions.push(tree, view, new SideTexts(daemon, store), store.onDidChangeProposals(badge));
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, (first, all) => truthfully(() => run(first, all))));
  }
}

/** From a key in the view: the rows that are selected there. */
async function forward(verb: "accept" | "reject" | "undo", rows: readonly Node[]): Promise<void> {
  if (rows.length > 0) await vscode.commands.executeCommand(`agentx.hunk.${verb}`, rows[0], rows);
}

/** From the title of a diff editor: the file that it shows. */
async function decideSide(verb: "accept" | "reject", uri: unknown): Promise<void> {
  const target = uri instanceof vscode.Uri ? targetOfSide(uri) : undefined;
  if (target !== undefined) await vscode.commands.executeCommand(`agentx.hunk.${verb}`, target);
}

/** Files with something to decide, for `when` clauses of editors. */
function openPaths(store: Store): string[] {
  const open = store.proposals().filter((proposal) => proposal.hunks.some(isOpen));
  const paths = open.flatMap((proposal) => {
    const own = new Set(proposal.hunks.filter(isOpen).map((hunk) => hunk.path));
    return [...own].map((path) => uriOf(proposal, path).fsPath);
  });
  return [...new Set(paths)];
}

/** What goes wrong is told. */
async function truthfully(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    void vscode.window.showErrorMessage(unlinked(`AgentX: ${told(error)}`));
  }
}

/** The diff of what was named, else of the file that is shown. */
async function openFile(store: Store, first: unknown, open: OpenFile): Promise<void> {
  const [target = fileHere(store)] = targetsOf(first, undefined);
  const proposal = store.proposal(proposalOf(target ?? ""));
  if (target === undefined || proposal === undefined) {
    return void vscode.window.showInformationMessage("AgentX: nothing is proposed for this file.");
  }
  const hunk = proposal.hunks.find((found) => found.id === target);
  await open(proposal, hunk?.path ?? target.slice(target.indexOf(":") + 1));
}

async function openProposal(store: Store, first: unknown): Promise<void> {
  const named = targetsOf(first, undefined)[0] ?? fileHere(store);
  const open = store.proposals().filter((proposal) => proposal.hunks.some(isOpen));
  const proposal = store.proposal(proposalOf(named ?? "")) ?? (await picked(open));
  if (proposal !== undefined) await openAll(proposal);
}

async function picked(proposals: readonly Proposal[]): Promise<Proposal | undefined> {
  if (proposals.length < 2) return proposals[0];
  const rows = proposals.map((proposal) => ({ label: proposal.title, description: proposal.id, proposal }));
  return (await vscode.window.showQuickPick(rows, { title: "Which proposal?" }))?.proposal;
}

/** `p1:path` of the newest proposal with open hunks in the file that is shown. */
function fileHere(store: Store): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const side = uri === undefined ? undefined : targetOfSide(uri);
  if (side !== undefined) return side;
  const path = uri === undefined ? undefined : pathOf(uri);
  const hunk = path === undefined ? undefined : store.hunksOf(path).filter(isOpen).at(-1);
  return hunk && `${hunk.proposalId}:${hunk.path}`;
}

async function showDecided(store: Store, tree: ProposalsTree, hasDecided: boolean): Promise<void> {
  if (hasDecided) await store.loadDecided();
  tree.hasDecided = hasDecided;
  await vscode.commands.executeCommand("setContext", "agentx.hasDecidedShown", hasDecided);
}
