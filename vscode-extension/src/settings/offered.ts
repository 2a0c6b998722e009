/** The settings of the daemon that this extension offers, and what VS Code's own files say of them. */

import * as vscode from "vscode";

export type Scope = "user" | "project";
export const SCOPES: readonly Scope[] = ["user", "project"];

export interface Offered {
  /** Without `agentx.`. */
  readonly name: string;
  readonly isUserOnly: boolean;
}

/** From the manifest; those of `agentx.client` concern the extension alone. */
export function offeredBy(manifest: unknown): readonly Offered[] {
  const { contributes } = manifest as { contributes: { configuration: readonly { properties: Record<string, { scope?: string }> }[] } };
  return contributes.configuration
    .flatMap(({ properties }) => Object.entries(properties))
    .filter(([name]) => !name.startsWith("agentx.client."))
    .map(([name, { scope }]) => ({ name: name.slice("agentx.".length), isUserOnly: scope === "machine" }));
}

/** What a person wrote, no default. A workspace's files are a repository's: they say nothing of what is the user's alone. */
export function wantedOf({ name, isUserOnly }: Offered, scope: Scope, folder: vscode.WorkspaceFolder): unknown {
  const found = vscode.workspace.getConfiguration("agentx", folder).inspect<unknown>(name);
  if (scope === "user") return found?.globalValue ?? undefined;
  return isUserOnly ? undefined : (found?.workspaceFolderValue ?? found?.workspaceValue ?? undefined);
}
