import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import type { Store } from "../state/store";
import { CanvasPanel } from "./panel";

const TYPE = "agentx.canvas";

/** The canvas: one tab at most, that comes back after a restart of the window. */
export function registerCanvas(context: vscode.ExtensionContext, daemon: Daemon, store: Store): void {
  let shown: CanvasPanel | undefined;
  const adopt = (panel: vscode.WebviewPanel): CanvasPanel => {
    const canvas = new CanvasPanel(panel, context.extensionUri, daemon, store);
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, "media", `canvas-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.onDidDispose(() => {
      canvas.dispose();
      if (shown === canvas) shown = undefined;
    });
    shown = canvas;
    return canvas;
  };
  const open = (): void => {
    if (shown) return shown.reveal();
    adopt(vscode.window.createWebviewPanel(TYPE, "AgentX Canvas", vscode.ViewColumn.Active, { enableScripts: true }));
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("agentx.canvas.open", open),
    vscode.window.registerWebviewPanelSerializer(TYPE, {
      deserializeWebviewPanel: async (panel) => void adopt(panel),
    }),
    { dispose: () => shown?.dispose() },
  );
}
