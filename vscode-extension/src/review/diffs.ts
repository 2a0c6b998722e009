/** Opens VS Code's own diff editors for proposed files. */

import * as vscode from "vscode";
import type { Proposal, ProposedFile } from "../protocol.gen";
import { uriOf } from "./files";
import { sideUri } from "./texts";

/** What the agent did: the file as it found it, and as it left it. */
export async function openProposed(proposal: Proposal, path: string): Promise<void> {
  const file = fileOf(proposal, path);
  const left = sideUri(proposal.id, path, "base");
  const right = sideUri(proposal.id, path, "proposed");
  await open(left, right, `${nameOf(path)} (${proposal.id}: what the agent ${verbOf(file)})`);
}

/** What accepting would do: your text, unsaved text too, and the same with the open hunks merged in. */
export async function openResult(proposal: Proposal, path: string): Promise<void> {
  const right = sideUri(proposal.id, path, "result");
  const left = (await current(proposal, path)) ?? sideUri(proposal.id, path, "base");
  await open(left, right, `${nameOf(path)} (now ↔ with ${proposal.id})`);
}

/** All files of a proposal, one below the other. */
export async function openAll(proposal: Proposal): Promise<void> {
  const rows = proposal.files.map((file): [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined] => [
    uriOf(proposal, file.path),
    file.kind === "created" ? undefined : sideUri(proposal.id, file.path, "base"),
    file.kind === "deleted" ? undefined : sideUri(proposal.id, file.path, "proposed"),
  ]);
  await vscode.commands.executeCommand("vscode.changes", `${proposal.id}: ${proposal.title}`, rows);
}

/** The user's own file; undefined where there is none. */
export async function current(proposal: Proposal, path: string): Promise<vscode.Uri | undefined> {
  const oldPath = fileOf(proposal, path)?.oldPath;
  for (const name of [path, ...(oldPath ? [oldPath] : [])]) {
    const uri = uriOf(proposal, name);
    const isShown = vscode.workspace.textDocuments.some((found) => found.uri.toString() === uri.toString());
    if (isShown || (await exists(uri))) return uri;
  }
  return undefined;
}

async function open(left: vscode.Uri, right: vscode.Uri, title: string): Promise<void> {
  await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false; // that is the answer
  }
}

function fileOf(proposal: Proposal, path: string): ProposedFile | undefined {
  return proposal.files.find((file) => file.path === path);
}

function verbOf(file: ProposedFile | undefined): string {
  return file?.kind === "created" ? "wrote" : file?.kind === "deleted" ? "deleted" : "changed";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
