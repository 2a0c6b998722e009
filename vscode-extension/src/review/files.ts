/** Which document stands for a path of the workspace. */

import * as vscode from "vscode";
import type { Proposal } from "../protocol.gen";

/** The URI that editors use for a proposed file. */
export function uriOf(proposal: Proposal, path: string): vscode.Uri {
  const file = proposal.files.find((found) => found.path === path);
  const folder = served();
  const own = file === undefined ? undefined : vscode.Uri.parse(file.uri);
  if (own !== undefined && folder !== undefined && own.path.startsWith(folder.uri.path + "/")) {
    return own;
  }
  return folder === undefined ? (own ?? vscode.Uri.file(path)) : vscode.Uri.joinPath(folder.uri, path);
}

/** The path that the daemon uses for a document; undefined for what is not of the workspace. */
export function pathOf(uri: vscode.Uri): string | undefined {
  const folder = served();
  if (uri.scheme !== "file" || folder === undefined) return undefined;
  const root = folder.uri.path.replace(/\/*$/, "/");
  return uri.path.startsWith(root) ? uri.path.slice(root.length) : undefined;
}

/** The folder that the daemon works for; the other ones of the window may have files of the same names. */
function served(): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === "file");
}
