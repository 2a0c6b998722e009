/** Which document stands for a path of the workspace. */

import * as vscode from "vscode";
import type { Proposal } from "../protocol.gen";

/** The URI that editors use for a proposed file. */
export function uriOf(proposal: Proposal, path: string): vscode.Uri {
  const file = proposal.files.find((found) => found.path === path);
  const folders = vscode.workspace.workspaceFolders ?? [];
  const own = file === undefined ? undefined : vscode.Uri.parse(file.uri);
  if (own !== undefined && folders.some((folder) => own.path.startsWith(folder.uri.path + "/"))) {
    return own;
  }
  const folder = folders[0];
  return folder === undefined ? (own ?? vscode.Uri.file(path)) : vscode.Uri.joinPath(folder.uri, path);
}

/** The path that the daemon uses for a document; undefined for what is not of the workspace. */
export function pathOf(uri: vscode.Uri): string | undefined {
  if (uri.scheme !== "file" && uri.scheme !== "vscode-remote") return undefined;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined || !uri.path.startsWith(folder.uri.path)) return undefined;
  return uri.path.slice(folder.uri.path.length).replace(/^\/+/, "");
}
