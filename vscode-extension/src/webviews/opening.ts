import * as vscode from "vscode";
import type { Store } from "../state/store";

/** All changes of a proposal, also of one that was decided long ago. */
export async function openProposal(store: Store, proposalId: string): Promise<void> {
  if (!store.proposal(proposalId)) await store.loadDecided();
  await vscode.commands.executeCommand("agentx.proposal.diff", proposalId);
}
