import * as vscode from "vscode";
import { assertNever } from "./assert";
import type { Daemon } from "./daemon/daemon";
import { told } from "./daemon/errors";
import type { CheckItem } from "./protocol.gen";

/** Every part and how it is, as a list; what can be done about it stands below each. */
export async function showDoctor(daemon: Daemon): Promise<void> {
  const checks = await look(daemon);
  const text = checks.map(({ state, name, detail, nextStep }) => `${state}\t${name}\t${detail} ${nextStep}`).join("\n");
  daemon.log.info(`doctor:\n${text}`);
  const copy = { label: "$(copy) Copy as Text", name: "" };
  const rows = checks.map((check) => ({
    label: `$(${icon(check.state)}) ${check.name}`,
    description: check.detail,
    ...(check.nextStep ? { detail: check.nextStep } : {}),
    name: check.name,
  }));
  const chosen = await vscode.window.showQuickPick([...rows, copy], {
    title: "AgentX: how every part is",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === copy) await vscode.env.clipboard.writeText(text);
}

/** The extension's own part first; it is there also where the daemon is not. */
async function look(daemon: Daemon): Promise<readonly CheckItem[]> {
  const isRunning = daemon.state === "running";
  const { message, nextStep } = daemon.problem;
  const own: CheckItem = {
    name: "extension",
    state: isRunning ? "ok" : "error",
    detail: message || `${daemon.state}${daemon.program && `; ${daemon.program}`}`,
    nextStep,
  };
  if (!isRunning) return [own];
  try {
    return [own, ...(await daemon.request("agentx/daemon/diagnose", {})).checks];
  } catch (error) {
    return [own, { name: "daemon", state: "error", detail: told(error), nextStep: "" }];
  }
}

function icon(state: CheckItem["state"]): string {
  switch (state) {
    case "ok":
      return "pass";
    case "warning":
      return "warning";
    case "error":
      return "error";
    default:
      return assertNever(state) && "question";
  }
}
