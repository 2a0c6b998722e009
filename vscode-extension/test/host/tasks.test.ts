import * as vscode from "vscode";
import { CanvasPanel } from "../../src/canvas/panel";
import type { Api } from "../../src/extension";
import type { Task } from "../../src/protocol.gen";
import { elapsedMs, goalRows, taskRow } from "../../src/tasks/rows";
import { transcriptText } from "../../src/tasks/transcript_text";
import { type Row, TasksTree } from "../../src/tasks/tree";
import { agentx, assert, begin, closeEditors, play, until } from "./support";

const slow = { text: "I count.", calls: [{ name: "run", arguments: { command: "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.3; done" } }, { name: "write", arguments: { path: "tasks/late.txt", content: "late\n" } }] };

suite("tasks view", () => {
  let api: Api;
  let tree: TasksTree;
  suiteSetup(async () => {
    api = await agentx();
    tree = new TasksTree(api.store);
  });
  teardown(closeEditors);

  function rowOf(task: Task | undefined): Row {
    const goal = tree.getChildren().find((row) => row.id === task?.sessionId) ?? assert.fail("no goal");
    return tree.getChildren(goal).find((row) => row.id === task?.id) ?? assert.fail("no task");
  }

  function untilTask(taskId: string, ...states: string[]): Promise<Task> {
    return until(
      () => {
        const task = api.store.task(taskId);
        return task && states.includes(task.state) ? task : undefined;
      },
      () => `${taskId} to be ${states.join(" or ")}; it is ${api.store.task(taskId)?.state}`,
    );
  }

  test("goals with their tasks: state, role, time, and what can be done", async () => {
    const task = await play(api, "write one file", [{ calls: [{ name: "write", arguments: { path: "tasks/one.txt", content: "1\n" } }] }]);
    const item = tree.getTreeItem(rowOf(task));
    assert.equal(item.label, `${task.id} done`);
    assert.match(String(item.description), /implementer · write one file$/);
    assert.equal(item.contextValue, "task openProposal");
    assert.match(item.accessibilityInformation?.label ?? "", /^Task t\d+, done, .*write one file/);
    const goal = tree.getTreeItem(tree.getChildren().find((row) => row.id === task.sessionId) ?? assert.fail());
    assert.equal(goal.collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    assert.equal(tree.getParent(rowOf(task))?.id, task.sessionId);
  });

  test("a task is paused, goes on, and is taken over with its work", async () => {
    const { taskId } = await begin(api, "be paused", [slow, slow, slow, slow]);
    await untilTask(taskId, "running");
    await vscode.commands.executeCommand("agentx.task.pause", taskId);
    const paused = await untilTask(taskId, "paused");
    assert.equal(tree.getTreeItem(rowOf(paused)).contextValue, "task resume takeOver cancel");
    assert.equal(elapsedMs(paused, 1e15), elapsedMs(paused, 2e15), "its time goes on");
    await vscode.commands.executeCommand("agentx.task.resume", taskId);
    await untilTask(taskId, "running");
    await vscode.commands.executeCommand("agentx.task.takeOver", taskId);
    await untilTask(taskId, "taken_over");
  });

  test("its transcript is a document that grows with it", async () => {
    const { taskId } = await begin(api, "be read", [slow, { text: "The last `word`." }]);
    await vscode.commands.executeCommand("agentx.task.openTranscript", taskId);
    const isIt = (shown: vscode.TextEditor): boolean => shown.document.uri.scheme === "agentx-transcript";
    const editor = await until(() => vscode.window.visibleTextEditors.find(isIt), "the transcript");
    assert.equal(editor.document.languageId, "markdown");
    await until(() => editor.document.getText().includes("The last `word`."), () => `its last word; it is ${editor.document.getText().slice(-300)}`);
    assert.match(editor.document.getText(), /## You\n\nbe read\n\n## Agent\n\nI count\.\n\n### run for i in/);
  });

  test("the canvas shows it live, and opens what it shows", async () => {
    const { taskId, sessionId } = await begin(api, "be drawn", [slow]);
    const panel = vscode.window.createWebviewPanel("agentx.test", "canvas", vscode.ViewColumn.Active);
    const canvas = new CanvasPanel(panel, vscode.extensions.getExtension("agentx.agentx")?.extensionUri ?? assert.fail(), api.daemon, api.store);
    const state = (id: string): string | undefined => canvas.scene().graph.nodes.find((node) => node.id === id)?.state;
    await until(() => state(taskId) === "running", "the task at work");
    assert.equal(state(sessionId), "running");
    const done = await untilTask(taskId, "completed");
    await until(() => state(done.proposalIds[0] ?? "") === "to review", "its proposal");
    assert.ok(canvas.scene().graph.edges.some((edge) => edge.from === taskId && edge.kind === "made"));
    canvas.dispose();
    panel.dispose();
  });

  test("the canvas is one tab", async () => {
    await vscode.commands.executeCommand("agentx.canvas.open");
    await vscode.commands.executeCommand("agentx.canvas.open");
    const tabs = (): number => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.label === "AgentX Canvas").length;
    await until(() => tabs() > 0, "the canvas");
    assert.equal(tabs(), 1);
  });
});

suite("rows of tasks", () => {
  const base = { id: "t1", sessionId: "s1", goal: "a goal", role: "tester", state: "running", startedMs: 1000, endedMs: 0, pausedMs: 0, pausedAtMs: 0, costMicros: 25_000, proposalIds: [], provider: "", modelLabel: "" };
  const made = (more: Record<string, unknown>): Task => ({ ...base, ...more }) as unknown as Task; // rows read no more of it

  test("time at work is without the time in which it stood still", () => {
    assert.equal(elapsedMs(made({}), 11_000), 10_000);
    assert.equal(elapsedMs(made({ pausedMs: 4000 }), 11_000), 6000);
    assert.equal(elapsedMs(made({ state: "paused", pausedAtMs: 5000, pausedMs: 1000 }), 99_000), 3000);
    assert.equal(elapsedMs(made({ state: "completed", endedMs: 3000 }), 99_000), 2000);
    assert.equal(elapsedMs(made({ startedMs: 0 }), 99_000), 0);
  });

  test("what is asked of a task is told until it comes about", () => {
    const row = taskRow(made({ isPausing: true }), 3_700_000);
    assert.deepEqual([row.label, row.description], ["t1 pauses", "1 h 1 min · $0.03 · tester · a goal"]);
    assert.deepEqual(row.deeds, ["resume", "takeOver", "cancel"]);
    assert.deepEqual(taskRow(made({ isBeingTakenOver: true }), 0).deeds, ["cancel"]);
    assert.deepEqual(taskRow(made({ state: "interrupted", proposalIds: ["p1"] }), 0).deeds, ["resume", "cancel", "openProposal"]);
    assert.deepEqual(taskRow(made({ state: "of_tomorrow" }), 0).look.words, "of tomorrow");
  });

  test("goals with something to do are unfolded, the newest first", () => {
    const rows = goalRows([made({ state: "completed" }), made({ id: "t2", sessionId: "s2", startedMs: 2000 }), made({ id: "t3", sessionId: "s1", state: "failed", startedMs: 3000 }), made({ id: "t4", sessionId: "" })]);
    assert.deepEqual(rows.map((row) => [row.id, row.isExpanded, row.description]), [["s1", false, "failed · 2 tasks · $0.05"], ["s2", true, "running · 1 task · $0.03"]]);
    assert.deepEqual(rows[0]?.taskIds, ["t3", "t1"]);
  });

  test("a transcript's blocks cannot be ended by what they hold", () => {
    const text = transcriptText({ task: made({ state: "completed", nSteps: 1, inputTokens: 1, outputTokens: 1 }), transcript: [{ role: "tool", kind: "observation", text: "a\n````\nb", tool: "", callId: "c", isError: false }], lastSeq: 0 });
    assert.match(text, /`````text\na\n````\nb\n`````/);
  });
});
