import type * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import type { Store } from "../state/store";

export function registerProposals(_context: vscode.ExtensionContext, _daemon: Daemon, _store: Store): void {}
