import * as vscode from "vscode";
import type { Daemon } from "./daemon";
import { findOnPath } from "./locate";

interface Installer {
  readonly program: string;
  readonly command: string;
  readonly about: string;
}

const INSTALLERS: readonly Installer[] = [
  { program: "uv", command: "uv tool install", about: "In an environment of its own, by uv" },
  { program: "pipx", command: "pipx install", about: "In an environment of its own, by pipx" },
  { program: "python3", command: "python3 -m pip install --user", about: "Beside your other Python packages" },
];
const TERMINAL = "Install agentxd";

/** The command that offers to install: it is typed into a terminal, and a person presses Enter. */
export function registerInstalling(context: vscode.ExtensionContext, daemon: Daemon): void {
  const look = (terminal: vscode.Terminal): void => {
    if (terminal.name === TERMINAL && daemon.state === "missing") void daemon.start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("agentx.daemon.install", install),
    vscode.window.onDidCloseTerminal(look),
    vscode.window.onDidEndTerminalShellExecution(({ terminal }) => look(terminal)),
  );
}

async function install(): Promise<void> {
  const there = await Promise.all(INSTALLERS.map(async (one) => ((await findOnPath(one.program)) ? one : undefined)));
  const installers = there.filter((one) => one !== undefined);
  if (installers.length === 0) {
    const words = "Neither uv, pipx nor python3 is on PATH. Install Python 3.11 or newer, or uv, then try again.";
    void vscode.window.showErrorMessage(words);
    return;
  }
  const chosen = await vscode.window.showQuickPick(
    installers.map(({ command, about }) => ({ label: command, description: about })),
    { title: "Install agentxd", placeHolder: "The command is typed into a terminal; nothing runs before you press Enter" },
  );
  const folder = chosen && (await askFolder());
  if (!chosen || !folder) return;
  const terminal = vscode.window.createTerminal({ name: TERMINAL });
  terminal.show();
  terminal.sendText(`${chosen.label} ${quoted(folder)}`, false);
}

/** agentxd is installed from its sources: no package index has the name for us. */
async function askFolder(): Promise<string | undefined> {
  const found = await vscode.window.showOpenDialog({
    title: "The folder with the sources of AgentX",
    openLabel: "Install from Here",
    canSelectFiles: false,
    canSelectFolders: true,
  });
  return found?.[0]?.fsPath;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
