import * as vscode from "vscode";
import type { Api } from "../../src/extension";
import { type Node } from "../../src/proposals/nodes";
import { ProposalsTree } from "../../src/proposals/tree";
import { drawingOf } from "../../src/review/decorations";
import { isOpen } from "../../src/review/hunks";
import { stopsOf } from "../../src/review/navigating";
import { Places } from "../../src/review/places";
import { agentx, assert, closeEditors, note, open, play, propose, until } from "./support";
import { fresh, hunkOf, lensLine, lenses, numbered, onDisk, proposeLines, proposeMany, spread, untilState } from "./reviewing";

suite("proposals view", () => {
  let api: Api;
  let tree: ProposalsTree;
  suiteSetup(async () => {
    api = await agentx();
    tree = new ProposalsTree(api.store);
  });
  suiteTeardown(() => tree.dispose());
  teardown(closeEditors);

  function rowsOf(node?: Node): readonly { readonly node: Node; readonly item: vscode.TreeItem }[] {
    return tree.getChildren(node).map((found) => ({ node: found, item: tree.getTreeItem(found) }));
  }

  function rootOf(id: string): Node {
    return tree.getChildren().find((node) => node.id === id) ?? assert.fail(`${id} is not in the view`);
  }

  test("proposal, files, hunks, with their states and what can be done", async () => {
    fresh("tree/one.txt", numbered(30));
    const proposal = await propose(api, { "tree/one.txt": numbered(30, { 5: "five", 25: "twenty-five" }), "tree/new.txt": "new\n" }, "grow a tree");
    const root = rootOf(proposal.id);
    const item = tree.getTreeItem(root);
    assert.equal(item.contextValue, "proposal.open");
    assert.match(String(item.description), new RegExp(`${proposal.id} · 3 hunks · no checks`));
    const files = rowsOf(root);
    assert.deepEqual(files.map((row) => row.node.id).sort(), [`${proposal.id}:tree/new.txt`, `${proposal.id}:tree/one.txt`]);
    const one = files.find((row) => row.node.id.endsWith("one.txt"))?.node;
    const hunks = rowsOf(one);
    assert.deepEqual(hunks.map((row) => [row.item.label, row.item.contextValue]), [["five", "hunk.proposed"], ["twenty-five", "hunk.proposed"]]);
    assert.match(String(hunks[0]?.item.description), /\+1 −1 · line 5$/);
    const tip = tree.resolveTreeItem(hunks[0]?.item ?? assert.fail(), hunks[0]?.node ?? assert.fail()).tooltip;
    assert.match(tip instanceof vscode.MarkdownString ? tip.value : "", /-line 5\n\+five/);
  });

  test("it lives: decisions from anywhere are seen, and what is decided goes", async () => {
    const proposal = await proposeLines(api, "tree/live.txt", 20, { 5: "five", 15: "fifteen" });
    const [first = "", second = ""] = proposal.hunks.map((hunk) => hunk.id);
    const seen: (Node | undefined)[] = [];
    const listener = tree.onDidChangeTreeData((node) => seen.push(node));
    rootOf(proposal.id);
    await api.daemon.request("agentx/hunk/reject", { ids: [first] });
    await untilState(api, first, "rejected");
    await until(() => seen.length > 0, "a change of the view");
    assert.deepEqual(seen.map((node) => node?.id), [proposal.id], "only this proposal is drawn again");
    assert.match(String(tree.getTreeItem(rootOf(proposal.id)).description), /1 of 2 hunks open/);
    await api.daemon.request("agentx/hunk/reject", { ids: [second] });
    await until(() => !tree.getChildren().some((node) => node.id === proposal.id), "it to go");
    tree.hasDecided = true;
    assert.equal(tree.getTreeItem(rootOf(proposal.id)).contextValue, "proposal.decided");
    tree.hasDecided = false;
    listener.dispose();
  });

  test("evidence has its badge, its rows and its output", async () => {
    fresh("tree/proof.txt", "before\n");
    const task = await play(api, "prove it", [
      { calls: [{ name: "run", arguments: { command: "grep -q after tree/proof.txt" } }] },
      { calls: [{ name: "write", arguments: { path: "tree/proof.txt", content: "after\n" } }] },
      { calls: [{ name: "run", arguments: { command: "grep after tree/proof.txt" } }] },
    ]);
    const id = task.proposalIds.at(-1) ?? assert.fail(`${task.state} ${task.reason}`);
    const proposal = await until(() => api.store.proposal(id), `the proposal ${id}`);
    const root = rootOf(proposal.id);
    assert.match(String(tree.getTreeItem(root).description), /1 check passed, failed before/);
    const checks = rowsOf(root)[0] ?? assert.fail();
    assert.equal(checks.node.kind, "checks");
    const runs = rowsOf(checks.node);
    assert.ok(runs.some((row) => row.item.label === "grep after tree/proof.txt" && /passed/.test(String(row.item.description))));
    const ran = proposal.evidence.find((found) => found.phase === "after") ?? assert.fail();
    const output = await vscode.workspace.openTextDocument(vscode.Uri.parse(`agentx-page:/output/${ran.id}.log`));
    assert.match(output.getText(), /after/);
    const page = await vscode.workspace.openTextDocument(vscode.Uri.parse(`agentx-page:/evidence/${proposal.id}.md`));
    assert.match(page.getText(), /with the whole proposal.*grep after tree\/proof\.txt.*✓ passed/);
  });

  test("the diff of a file, and your text beside the same with the proposal", async () => {
    const proposal = await proposeLines(api, "tree/diff.txt", 20, { 10: "ten" });
    const target = `${proposal.id}:tree/diff.txt`;
    await vscode.commands.executeCommand("agentx.file.diff", target);
    const shown = await until(diffShown, "the diff");
    assert.equal((await vscode.workspace.openTextDocument(shown.original)).getText(), numbered(20));
    assert.equal((await vscode.workspace.openTextDocument(shown.modified)).getText(), numbered(20, { 10: "ten" }));
    await closeEditors();
    const editor = await open("tree/diff.txt");
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "typed\n"));
    await vscode.commands.executeCommand("agentx.file.diffResult", target);
    const result = await until(diffShown, "the diff with what was typed");
    assert.equal(result.original.toString(), editor.document.uri.toString());
    const right = await vscode.workspace.openTextDocument(result.modified);
    assert.equal(right.getText(), `typed\n${numbered(20, { 10: "ten" })}`);
    await typeAtTop(editor.document.uri, "more\n"); // its own tab gave way to the diff
    await until(() => right.getText() === `more\ntyped\n${numbered(20, { 10: "ten" })}`, () => `the new text; it is ${right.getText()}`);
  });

  test("the diff of all files of a proposal", async () => {
    const proposal = await propose(api, { "tree/all1.txt": "one\n", "tree/all2.txt": "two\n" }, "two files");
    await vscode.commands.executeCommand("agentx.proposal.diff", proposal.id);
    await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label.startsWith(`${proposal.id}: two files`), "the tab");
  });

  test("several rows are decided at once, and a file, and a proposal", async () => {
    const proposal = await proposeLines(api, "tree/several.txt", 40, { 5: "five", 15: "fifteen", 25: "twenty-five", 35: "thirty-five" });
    const ids = proposal.hunks.map((hunk) => hunk.id);
    const rows = tree.getChildren(tree.getChildren(rootOf(proposal.id)).find((node) => node.kind === "file"));
    await vscode.commands.executeCommand("agentx.hunk.accept", rows[0], [rows[0], rows[2]]);
    for (const id of [ids[0] ?? "", ids[2] ?? ""]) await untilState(api, id, "applied");
    assert.equal(onDisk("tree/several.txt"), numbered(40, { 5: "five", 25: "twenty-five" }));
    await vscode.commands.executeCommand("agentx.hunk.reject", tree.getChildren(rootOf(proposal.id)).find((node) => node.kind === "file"));
    for (const id of [ids[1] ?? "", ids[3] ?? ""]) await untilState(api, id, "rejected");
    const other = await propose(api, { "tree/whole1.txt": "one\n", "tree/whole2.txt": "two\n" });
    await vscode.commands.executeCommand("agentx.hunk.accept", rootOf(other.id));
    await until(() => api.store.proposal(other.id)?.state === "applied", "all of it");
    assert.deepEqual([onDisk("tree/whole1.txt"), onDisk("tree/whole2.txt")], ["one\n", "two\n"]);
  });

  test("a thousand hunks cost little", async function () {
    this.timeout(120_000);
    const changed = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [at * 5 + 3, `changed ${at}`]));
    const proposal = await proposeMany(api, "tree/thousand.txt", 5_000, changed);
    assert.equal(proposal.hunks.length, 1000);
    const root = rootOf(proposal.id);
    const list = measured(() => rowsOf(tree.getChildren(root).find((node) => node.kind === "file")));
    assert.equal(list.result.length, 1000);
    const again = measured(() => rowsOf(root));
    note(this, `1,000 hunks: rows of the view ${list.ms.toFixed(1)} ms, its file's row ${again.ms.toFixed(1)} ms`);

    const editor = await open("tree/thousand.txt");
    const id = proposal.hunks[500]?.id ?? "";
    const line = 500 * 5 + 2;
    await until(async () => (await lensLine(editor.document.uri, id)) === line, "the lens in the middle");
    const places = new Places(api.store);
    const placed = measured(() => places.of(editor.document.uri));
    const drawn = measured(() => drawingOf(placed.result, editor.document.lineCount));
    const stops = measured(() => stopsOf(api.store, places));
    note(this, `1,000 hunks: places ${placed.ms.toFixed(1)} ms, decorations ${drawn.ms.toFixed(1)} ms, the way through all ${stops.ms.toFixed(1)} ms`);
    places.dispose();

    const round = await timed(() => lenses(editor.document.uri));
    note(this, `1,000 hunks: all ${round.result.length} lenses of the file ${round.ms.toFixed(0)} ms`);
    const times: number[] = [];
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    for (let n = 1; n <= 10; n += 1) {
      const begin = performance.now();
      await vscode.commands.executeCommand("type", { text: "\n" });
      while ((await lensLine(editor.document.uri, id)) !== line + n) assert.ok(performance.now() - begin < 10_000, "the lens stays");
      times.push(performance.now() - begin);
    }
    note(this, `1,000 hunks: keystroke to all lenses at their new lines: ${spread(times)}`);
    const accept = await timed(async () => {
      await vscode.commands.executeCommand("agentx.hunk.accept", id);
      await untilState(api, id, "applied");
    });
    note(this, `1,000 hunks: one accepted and seen in ${accept.ms.toFixed(0)} ms`);
    const back = new vscode.WorkspaceEdit(); // in a text that moved on each is merged alone, which takes the daemon long
    back.delete(editor.document.uri, new vscode.Range(0, 0, 10, 0));
    assert.ok(await vscode.workspace.applyEdit(back));
    const all = await timed(async () => {
      await vscode.commands.executeCommand("agentx.hunk.accept", proposal.id);
      await until(() => !api.store.proposal(proposal.id)?.hunks.some(isOpen), "all of them");
    });
    note(this, `1,000 hunks: the other 999 accepted and seen in ${all.ms.toFixed(0)} ms`);
    assert.equal(editor.document.getText(), numbered(5_000, changed));
    assert.equal(hunkOf(api, id).state, "applied");
  });
});

async function typeAtTop(uri: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

function measured<T>(run: () => T): { readonly ms: number; readonly result: T } {
  const begin = performance.now();
  const result = run();
  return { ms: performance.now() - begin, result };
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const begin = performance.now();
  const result = await run();
  return { ms: performance.now() - begin, result };
}

function diffShown(): vscode.TabInputTextDiff | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff ? input : undefined;
}
