/** The view of questions that wait; it is there only while there are some. */

import * as vscode from "vscode";
import type { Store } from "../state/store";
import { brief, isPermission } from "./words";

export interface Row {
  readonly approvalId: string;
}

export class QuestionsTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #closers: vscode.Disposable[];

  constructor(private readonly store: Store) {
    const view = vscode.window.createTreeView("agentx.questions", { treeDataProvider: this });
    const look = (): void => {
      const n = store.approvals().length;
      view.badge = { value: n, tooltip: n === 0 ? "" : "Agents wait for your answer" };
      this.#changed.fire(undefined);
    };
    this.#closers = [view, this.#changed, store.onDidChangeApprovals(look)];
  }

  getChildren(row?: Row): Row[] {
    return row === undefined ? this.store.approvals().map((approval) => ({ approvalId: approval.id })) : [];
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const approval = this.store.approvals().find((found) => found.id === row.approvalId);
    if (approval === undefined) return new vscode.TreeItem("answered");
    const item = new vscode.TreeItem(brief(approval));
    item.id = approval.id;
    item.description = [approval.taskId, approval.why, approval.rule].filter(Boolean).join(" · ");
    item.iconPath = new vscode.ThemeIcon(isPermission(approval) ? "shield" : "question");
    item.contextValue = `question.${isPermission(approval) ? ["permission", ...approval.options].join(".") : "other"}`;
    item.tooltip = `${approval.subject}\n\n${approval.why}\nRule: ${approval.rule || "-"}`;
    item.command = { command: "agentx.approval.pick", title: "Answer", arguments: [row] };
    return item;
  }

  dispose(): void {
    for (const closer of this.#closers) closer.dispose();
  }
}
