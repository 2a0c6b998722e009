/** The daemon's lenses and commands as this extension shows and runs them. */

import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient";

interface Look {
  readonly command: string;
  readonly title: string;
  readonly tooltip: string;
}

/** The daemon's commands that are run here, so that what comes of them is told alike everywhere. */
const LOOKS: Readonly<Record<string, Look>> = {
  "agentx.accept": { command: "agentx.hunk.accept", title: "$(check) Accept", tooltip: "Merge into your text" },
  "agentx.reject": { command: "agentx.hunk.reject", title: "$(close) Reject", tooltip: "Refuse it; no text changes" },
  "agentx.undo": { command: "agentx.hunk.undo", title: "$(discard) Undo", tooltip: "Take exactly this back" },
  "agentx.why": { command: "agentx.hunk.why", title: "Why", tooltip: "Where it comes from" },
  "agentx.evidence": { command: "agentx.hunk.evidence", title: "Evidence", tooltip: "What was run for it" },
};

/** Beyond so many VS Code takes seconds over them: only those that decide are shown then. The hover has the others. */
const MANY_LENSES = 800;

export const reviewMiddleware: Pick<Middleware, "provideCodeLenses" | "executeCommand"> = {
  provideCodeLenses: async (document, token, next) => {
    const lenses = (await next(document, token)) ?? [];
    return lenses.length > MANY_LENSES ? lenses.filter(decides).flatMap((lens) => shown(lens, true)) : lenses.flatMap((lens) => shown(lens, false));
  },
  executeCommand: (command, args, next) => {
    const look = LOOKS[command];
    if (look === undefined) return next(command, args);
    const names = args.filter((name: unknown) => typeof name === "string");
    return vscode.commands.executeCommand(look.command, names);
  },
};

function decides(lens: vscode.CodeLens): boolean {
  const command = lens.command?.command;
  return command === "agentx.accept" || command === "agentx.reject";
}

/** A lens of the daemon, dressed; after Reject comes Edit, which only an editor can do. */
function shown(lens: vscode.CodeLens, isBrief: boolean): vscode.CodeLens[] {
  const look = lens.command === undefined ? undefined : LOOKS[lens.command.command];
  const name: unknown = lens.command?.arguments?.[0];
  if (look === undefined || typeof name !== "string") return [lens];
  const isHunk = !name.includes(":");
  const title = isHunk ? (look.command === "agentx.hunk.accept" ? `${look.title} ${name}` : look.title) : (lens.command?.title ?? look.title);
  const made = [new vscode.CodeLens(lens.range, { ...look, title, arguments: [name] })];
  if (isBrief || !isHunk || look.command !== "agentx.hunk.reject") return made;
  const edit = { command: "agentx.hunk.edit", title: "Edit", tooltip: "Change what is proposed, then accept it", arguments: [name] };
  const peek = { command: "agentx.hunk.preview", title: "Show", tooltip: "The whole change, here", arguments: [name] };
  return [...made, new vscode.CodeLens(lens.range, edit), new vscode.CodeLens(lens.range, peek)];
}
