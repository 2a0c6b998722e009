import * as vscode from "vscode";
import type { Api } from "../../src/extension";
import type { Hunk } from "../../src/protocol.gen";
import { Conflicts, placeOf } from "../../src/review/conflicts";
import { Deciding, type Outcome } from "../../src/review/deciding";
import { HunkReader } from "../../src/review/editing";
import { conflictOf } from "../../src/review/pages";
import { agentx, assert, closeEditors, open, until } from "./support";
import { hunkOf, numbered, proposeLines, untilState } from "./reviewing";

suite("conflicts", () => {
  let api: Api;
  let deciding: Deciding;
  let conflicts: Conflicts;
  suiteSetup(async () => {
    api = await agentx();
    deciding = new Deciding(api.daemon, api.store);
    conflicts = new Conflicts(api.store, new HunkReader(api.daemon, api.store), deciding);
  });
  suiteTeardown(() => {
    conflicts.dispose();
    deciding.dispose();
  });
  teardown(closeEditors);

  /** A hunk whose very line was typed over, and what its accept came to. */
  async function clash(name: string): Promise<{ hunk: Hunk; outcome: Outcome; editor: vscode.TextEditor }> {
    const proposal = await proposeLines(api, name, 20, { 10: "ten by the agent" });
    const id = proposal.hunks[0]?.id ?? "";
    const editor = await open(name);
    await editor.edit((edit) => edit.replace(new vscode.Range(9, 0, 9, 7), "ten by me"));
    const outcome = await deciding.decide("accept", [id]);
    return { hunk: await untilState(api, id, "conflicted"), outcome, editor };
  }

  test("an accept that conflicts says so, and leaves the text alone", async () => {
    const { hunk, outcome, editor } = await clash("clash1.txt");
    assert.equal(outcome.isGood, false);
    assert.match(outcome.text, new RegExp(`^${hunk.id} conflicts with your text, which stays as it is: line 10`));
    assert.deepEqual(outcome.conflicts.map((found) => found.id), [hunk.id]);
    assert.equal(editor.document.getText(), numbered(20, { 10: "ten by me" }));
    assert.match(conflictOf(hunk), /ten by me[\s\S]*ten by the agent/);
  });

  test("both sides are shown beside each other", async () => {
    const { hunk } = await clash("clash2.txt");
    await conflicts.go(hunk, "both");
    const input = await until(() => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return tab instanceof vscode.TabInputTextDiff ? tab : undefined;
    }, "the diff of both sides");
    const texts = await Promise.all([input.original, input.modified].map(async (uri) => (await vscode.workspace.openTextDocument(uri)).getText()));
    assert.match(texts[0] ?? "", /ten by me/);
    assert.match(texts[1] ?? "", /ten by the agent/);
  });

  test("mine: the hunk is rejected and my text stays", async () => {
    const { hunk, editor } = await clash("clash3.txt");
    await conflicts.go(hunk, "mine");
    await untilState(api, hunk.id, "rejected");
    assert.equal(editor.document.getText(), numbered(20, { 10: "ten by me" }));
  });

  test("theirs: the proposed lines take the place of mine, and that can be undone", async () => {
    const { hunk, editor } = await clash("clash4.txt");
    const outcome = await conflicts.go(hunk, "theirs");
    assert.equal(outcome?.isGood, true, outcome?.text);
    assert.equal((await untilState(api, hunk.id, "applied")).level, "already");
    assert.equal(editor.document.getText(), numbered(20, { 10: "ten by the agent" }));
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand("undo");
    assert.equal(editor.document.getText(), numbered(20, { 10: "ten by me" }));
  });

  test("by hand: the merge editor opens on the file", async () => {
    const { hunk, editor } = await clash("clash5.txt");
    await conflicts.go(hunk, "merge");
    await until(() => vscode.window.tabGroups.all.flatMap((group) => group.tabs).some((tab) => /Merging|clash5/.test(tab.label) && tab.isActive && !(tab.input instanceof vscode.TabInputText)), "the merge editor");
    assert.equal(editor.document.getText(), numbered(20, { 10: "ten by me" }));
    assert.equal(hunkOf(api, hunk.id).state, "conflicted");
  });

  test("a place that cannot be told is not guessed", async () => {
    const { hunk } = await clash("clash6.txt");
    const document = await vscode.workspace.openTextDocument({ content: `${hunk.oursText}x\n`.repeat(2) });
    const far: Hunk = { ...hunk, startLine: 1_000 };
    assert.equal(placeOf(document, far), undefined);
  });

  test("an undo that cannot be had is refused with the reason", async () => {
    const proposal = await proposeLines(api, "clash7.txt", 20, { 10: "ten" });
    const id = proposal.hunks[0]?.id ?? "";
    const editor = await open("clash7.txt");
    await deciding.decide("accept", [id]);
    await untilState(api, id, "applied");
    await editor.edit((edit) => edit.replace(new vscode.Range(9, 0, 9, 3), "ten, changed since"));
    const outcome = await deciding.decide("undo", [id]);
    assert.equal(outcome.isGood, false);
    assert.match(outcome.text, new RegExp(`^${id} was not taken back: .*cannot be taken back`));
    assert.equal(editor.document.getText(), numbered(20, { 10: "ten, changed since" }));
  });

  test("a second accept tells that it is done already", async () => {
    const proposal = await proposeLines(api, "clash8.txt", 20, { 10: "ten" });
    const id = proposal.hunks[0]?.id ?? "";
    await deciding.decide("accept", [id]);
    const outcome = await deciding.decide("accept", [id]);
    assert.equal(outcome.isGood, false);
    assert.match(outcome.text, new RegExp(`^${id} was not accepted: .*applied`));
  });
});
