/** The rows of the proposals view: proposal, its evidence, its files, their hunks. */

import * as vscode from "vscode";
import type { Evidence, Hunk, Proposal, ProposedFile } from "../protocol.gen";
import { uriOf } from "../review/files";
import {
  counted,
  fromTop,
  headlineOf,
  isOpen,
  ranText,
  sizeOf,
  stateColor,
  stateIcon,
  verdictOf,
} from "../review/hunks";
import { diffOf, plain } from "../review/pages";

/** A row; `targets` are what commands of the review are given. */
export type Node =
  | { readonly kind: "proposal"; readonly id: string; readonly targets: readonly string[] }
  | { readonly kind: "checks"; readonly id: string; readonly proposalId: string; readonly targets: readonly string[] }
  | { readonly kind: "evidence"; readonly id: string; readonly evidenceId: string; readonly proposalId: string; readonly targets: readonly string[] }
  | { readonly kind: "file"; readonly id: string; readonly proposalId: string; readonly path: string; readonly targets: readonly string[] }
  | { readonly kind: "hunk"; readonly id: string; readonly proposalId: string; readonly path: string; readonly targets: readonly string[] };

export function proposalNode(id: string): Node {
  return { kind: "proposal", id, targets: [id] };
}

export function checksNode(proposalId: string): Node {
  return { kind: "checks", id: `${proposalId}/checks`, proposalId, targets: [proposalId] };
}

export function evidenceNode(proposalId: string, ran: Evidence): Node {
  return { kind: "evidence", id: `${proposalId}/${ran.id}`, evidenceId: ran.id, proposalId, targets: [ran.id] };
}

export function fileNode(proposalId: string, path: string): Node {
  return { kind: "file", id: `${proposalId}:${path}`, proposalId, path, targets: [`${proposalId}:${path}`] };
}

export function hunkNode(hunk: Hunk): Node {
  return { kind: "hunk", id: hunk.id, proposalId: hunk.proposalId, path: hunk.path, targets: [hunk.id] };
}

/** Of a proposal as a whole. */
export function proposalItem(proposal: Proposal): vscode.TreeItem {
  const open = proposal.hunks.filter(isOpen).length;
  const verdict = verdictOf(proposal);
  const state = open > 0 ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(proposal.title || proposal.id, state);
  item.id = proposal.id;
  item.description = `${proposal.id} · ${openText(proposal.hunks)} · ${verdict.text}`;
  item.iconPath = new vscode.ThemeIcon(verdict.icon, new vscode.ThemeColor(verdict.color));
  item.contextValue = `proposal.${contextOf(proposal.hunks)}`;
  item.tooltip = new vscode.MarkdownString(
    `**${plain(proposal.title)}**\n\n${proposal.id} by ${plain(proposal.author)}, ${counted(proposal.files.length, "file")}, ` +
      `${openText(proposal.hunks)}.\n\nEvidence: ${plain(verdict.text)}`,
  );
  item.accessibilityInformation = { label: `Proposal ${proposal.id}, ${proposal.title}, ${openText(proposal.hunks)}, ${verdict.text}` };
  return item;
}

/** What was run for a proposal. */
export function checksItem(proposal: Proposal): vscode.TreeItem {
  const verdict = verdictOf(proposal);
  const item = new vscode.TreeItem("Evidence", vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${proposal.id}/checks`;
  item.description = verdict.text;
  item.iconPath = new vscode.ThemeIcon("beaker", new vscode.ThemeColor(verdict.color));
  item.contextValue = "checks";
  return item;
}

/** One run. */
export function evidenceItem(ran: Evidence): vscode.TreeItem {
  const item = new vscode.TreeItem(ran.command);
  item.description = ranText(ran);
  const isGood = ran.exitCode === 0;
  const icon = ran.isExpired ? "history" : isGood ? "pass" : "error";
  const color = ran.isExpired ? "testing.iconQueued" : isGood ? "testing.iconPassed" : "testing.iconFailed";
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  item.contextValue = "evidence";
  item.command = { command: "agentx.evidence.open", title: "Show Its Output", arguments: [ran.id] };
  item.tooltip = `${ran.command}\n${ranText(ran)}\ntree ${ran.tree.slice(0, 12)}, ${ran.backend}`;
  return item;
}

/** A file with as much as its hunks have in common. */
export function fileItem(proposal: Proposal, file: ProposedFile, hunks: readonly Hunk[]): vscode.TreeItem {
  const isShut = hunks.length > 50 || !hunks.some(isOpen);
  const state = isShut ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded;
  const item = new vscode.TreeItem(uriOf(proposal, file.path), state);
  const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf("/")));
  const kind = file.kind === "modified" ? "" : file.kind === "renamed" ? ` · renamed from ${file.oldPath}` : ` · ${file.kind}`;
  item.id = `${proposal.id}:${file.path}`;
  item.iconPath = vscode.ThemeIcon.File;
  item.description = [folder, openText(hunks)].filter(Boolean).join(" · ") + kind;
  item.contextValue = `file.${contextOf(hunks)}`;
  item.command = { command: "agentx.file.diff", title: "Open the Diff", arguments: [fileNode(proposal.id, file.path)] };
  item.tooltip = `${file.path}${kind}: ${openText(hunks)}`;
  return item;
}

/** One hunk. Its tooltip, which holds texts, is made when it is looked at. */
export function hunkItem(hunk: Hunk): vscode.TreeItem {
  const item = new vscode.TreeItem(hunk.isTextLeftOut ? `lines from ${hunk.startLine + 1}` : headlineOf(hunk));
  const color = stateColor(hunk.state);
  item.id = hunk.id;
  item.description = `${hunk.id} · ${sizeOf(hunk)} · line ${hunk.startLine + 1}${isOpen(hunk) && hunk.state === "proposed" ? "" : ` · ${stateText(hunk)}`}`;
  item.iconPath = new vscode.ThemeIcon(stateIcon(hunk.state), color ? new vscode.ThemeColor(color) : undefined);
  item.contextValue = `hunk.${hunk.state}`;
  item.command = { command: "agentx.hunk.reveal", title: "Show in the File", arguments: [hunk.id] };
  item.accessibilityInformation = { label: `Hunk ${hunk.id}, ${hunk.state}, line ${hunk.startLine + 1}, ${sizeOf(hunk)}` };
  return item;
}

/** What hovering over a hunk shows. */
export function hunkTooltip(hunk: Hunk): vscode.MarkdownString {
  const reason = hunk.reason ? `\n\n${plain(hunk.reason)}` : "";
  return new vscode.MarkdownString(`**${hunk.id}** ${plain(stateText(hunk))}${reason}\n\n${diffOf(hunk)}`);
}

/** The hunks of one file. */
export function hunksOfFile(proposal: Proposal, path: string): Hunk[] {
  return fromTop(proposal.hunks.filter((hunk) => hunk.path === path));
}

function stateText(hunk: Hunk): string {
  return hunk.state === "applied" && hunk.level !== "exact" && hunk.level ? `applied, ${hunk.level}` : hunk.state;
}

/** As `3 of 9 hunks open`. */
function openText(hunks: readonly Hunk[]): string {
  const open = hunks.filter(isOpen).length;
  const clashes = hunks.filter((hunk) => hunk.state === "conflicted").length;
  const all = counted(hunks.length, "hunk");
  const text = open === hunks.length ? all : open === 0 ? `${all} decided` : `${open} of ${all} open`;
  return clashes > 0 ? `${text}, ${counted(clashes, "conflict")}` : text;
}

/** Words that `when` clauses of the menus look for. */
function contextOf(hunks: readonly Hunk[]): string {
  const words = [
    ...(hunks.some(isOpen) ? ["open"] : []),
    ...(hunks.some((hunk) => hunk.state === "applied") ? ["applied"] : []),
  ];
  return words.join(".") || "decided";
}
