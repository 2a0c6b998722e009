import * as vscode from "vscode";
import type { Store } from "../state/store";
import { colorOf, type GoalRow, goalRows, hoverOf, isTicking, type TaskRow, taskRow } from "./rows";

export type Row = GoalRow | TaskRow;

/** The tasks view: goals with their tasks. */
export class TasksTree implements vscode.TreeDataProvider<Row> {
  readonly #changed = new vscode.EventEmitter<Row | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  /** Rows as they were given out: the view compares them by identity. */
  readonly #rows = new Map<string, Row>();

  constructor(private readonly store: Store) {}

  refresh(): void {
    this.#changed.fire(undefined);
  }

  /** Show the time of what runs; true while there is something to show. */
  tick(): boolean {
    const running = this.store.tasks().filter(isTicking);
    for (const task of running) {
      const row = this.#rows.get(task.id);
      if (row?.kind === "task") this.#changed.fire(row);
    }
    return running.length > 0;
  }

  getChildren(row?: Row): Row[] {
    if (row?.kind === "task") return [];
    if (!row) return goalRows(this.store.tasks()).map((goal) => this.#kept(goal));
    return row.taskIds.flatMap((id) => {
      const task = this.store.task(id);
      return task ? [this.#kept(taskRow(task, Date.now()))] : [];
    });
  }

  getParent(row: Row): Row | undefined {
    const task = row.kind === "task" ? this.store.task(row.id) : undefined;
    return task ? this.#rows.get(task.sessionId) : undefined;
  }

  row(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return row.kind === "goal" ? goalItem(row) : this.#taskItem(row);
  }

  #taskItem(row: TaskRow): vscode.TreeItem {
    const task = this.store.task(row.id);
    const now = task ? taskRow(task, Date.now()) : row;
    const item = new vscode.TreeItem(now.label);
    item.id = now.id;
    item.description = now.description;
    item.iconPath = iconOf(now);
    item.contextValue = ["task", ...now.deeds].join(" ");
    item.accessibilityInformation = { label: now.spoken, role: "treeitem" };
    item.tooltip = new vscode.MarkdownString(task ? hoverOf(task) : "");
    item.command = { command: "agentx.task.openTranscript", title: "Open Transcript", arguments: [row] };
    return item;
  }

  /** The row that the view knows, with what is new about it. */
  #kept(row: Row): Row {
    const known = this.#rows.get(row.id);
    const kept = known ? Object.assign(known, row) : row;
    this.#rows.set(row.id, kept);
    return kept;
  }
}

function goalItem(row: GoalRow): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(row.label, row.isExpanded ? Expanded : Collapsed);
  item.id = row.id;
  item.description = row.description;
  item.iconPath = iconOf(row);
  item.contextValue = "goal";
  item.tooltip = row.goal;
  item.accessibilityInformation = { label: `Goal ${row.id}, ${row.description}: ${row.goal}`, role: "treeitem" };
  return item;
}

function iconOf({ look }: Row): vscode.ThemeIcon {
  const color = colorOf(look.mood);
  const name = look.icon === "sync" ? "sync~spin" : look.icon;
  return new vscode.ThemeIcon(name, color ? new vscode.ThemeColor(color) : undefined);
}
