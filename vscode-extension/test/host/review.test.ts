import * as vscode from "vscode";
import type { Api } from "../../src/extension";
import { agentx, assert, closeEditors, note, open, until, uri } from "./support";
import { cli, hunkOf, lensLine, lenses, numbered, onDisk, proposeLines, spread, type, untilState } from "./reviewing";

suite("review of hunks", () => {
  let api: Api;
  suiteSetup(async () => {
    api = await agentx();
  });
  teardown(closeEditors);

  test("each open hunk has its lenses, with Edit", async () => {
    const proposal = await proposeLines(api, "lenses.txt", 20, { 3: "three", 15: "fifteen" });
    const editor = await open("lenses.txt");
    const found = await until(async () => {
      const all = await lenses(editor.document.uri);
      return all.length >= 10 ? all : undefined;
    }, "the lenses");
    const [first, second] = proposal.hunks.map((hunk) => hunk.id);
    for (const verb of ["accept", "reject", "edit", "preview", "why", "evidence"]) {
      const places = found.filter((lens) => lens.command === `agentx.hunk.${verb}` && !lens.name.includes(":"));
      assert.deepEqual(places.map((lens) => [lens.name, lens.line]).sort(), [[first, 2], [second, 14]].sort(), verb);
    }
    const whole = found.filter((lens) => lens.name === `${proposal.id}:lenses.txt`);
    assert.deepEqual(whole.map((lens) => lens.command).sort(), ["agentx.hunk.accept", "agentx.hunk.reject"]);
  });

  test("from the keystroke to the lens that moved", async function () {
    const proposal = await proposeLines(api, "keystroke.txt", 400, { 200: "two hundred", 300: "three hundred" });
    const id = proposal.hunks[0]?.id ?? "";
    const editor = await open("keystroke.txt");
    await until(async () => (await lensLine(editor.document.uri, id)) === 199, "the lens");
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const times: number[] = [];
    for (let n = 1; n <= 40; n += 1) {
      const begin = performance.now();
      await vscode.commands.executeCommand("type", { text: "\n" });
      while ((await lensLine(editor.document.uri, id)) !== 199 + n) assert.ok(performance.now() - begin < 5_000, "the lens stays");
      times.push(performance.now() - begin);
    }
    note(this, `keystroke to lens at its new line: ${spread(times)}`);
  });

  test("unsaved text stays, and the file on disk too, when a hunk is accepted", async () => {
    const proposal = await proposeLines(api, "unsaved.txt", 20, { 10: "ten" });
    const id = proposal.hunks[0]?.id ?? "";
    const editor = await open("unsaved.txt");
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await type("typed and not saved\n");
    await vscode.commands.executeCommand("agentx.hunk.accept", id);
    const hunk = await untilState(api, id, "applied");
    assert.equal(hunk.level, "merged");
    assert.equal(editor.document.getText(), numbered(20, { 2: "typed and not saved\nline 2", 10: "ten" }));
    assert.ok(editor.document.isDirty);
    assert.equal(onDisk("unsaved.txt"), numbered(20));
  });

  test("an accept is one step of the editor's own undo", async () => {
    const proposal = await proposeLines(api, "stack.txt", 20, { 10: "ten" });
    const id = proposal.hunks[0]?.id ?? "";
    const editor = await open("stack.txt");
    await vscode.commands.executeCommand("agentx.hunk.accept", id);
    await untilState(api, id, "applied");
    assert.equal(editor.document.lineAt(9).text, "ten");
    await vscode.commands.executeCommand("undo");
    assert.equal(editor.document.getText(), numbered(20));
  });

  test("typing in the neighbourhood while accepting loses no character", async function () {
    let applied = 0;
    const rounds = 4;
    for (let round = 1; round <= rounds; round += 1) {
      const name = `typing${round}.txt`;
      const proposal = await proposeLines(api, name, 30, { 15: "fifteen\nand a half" });
      const id = proposal.hunks[0]?.id ?? "";
      const editor = await open(name);
      editor.selection = new vscode.Selection(12, 0, 12, 0);
      const text = `typed in round ${round}\nand so on `;
      await Promise.all([vscode.commands.executeCommand("agentx.hunk.accept", id), type(text)]);
      const hunk = await untilState(api, id, "applied", "proposed", "conflicted");
      const shown = editor.document.getText();
      assert.ok(shown.includes(`line 12\n${text}line 13\n`), `typed text is there: ${shown}`);
      assert.equal(shown.includes("\nfifteen\nand a half\n"), hunk.state === "applied", `${id} is ${hunk.state}`);
      if (hunk.state === "applied") applied += 1;
      else await vscode.commands.executeCommand("agentx.hunk.accept", id);
      await untilState(api, id, "applied");
      assert.equal(editor.document.getText(), numbered(30, { 13: `${text}line 13`, 15: "fifteen\nand a half" }));
    }
    note(this, `${applied} of ${rounds} were applied while somebody typed without a pause, the others right after`);
  });

  test("undo takes back one hunk, and neither the others nor what was typed since", async () => {
    const proposal = await proposeLines(api, "undo.txt", 30, { 5: "five", 15: "fifteen", 25: "twenty-five" });
    const ids = proposal.hunks.map((hunk) => hunk.id);
    const editor = await open("undo.txt");
    await vscode.commands.executeCommand("agentx.hunk.accept", proposal.id);
    for (const id of ids) await untilState(api, id, "applied");
    editor.selection = new vscode.Selection(19, 0, 19, 0);
    await type("typed since\n");
    await vscode.commands.executeCommand("agentx.hunk.undo", ids[1]);
    await untilState(api, ids[1] ?? "", "undone");
    assert.equal(editor.document.getText(), numbered(30, { 5: "five", 20: "typed since\nline 20", 25: "twenty-five" }));
    assert.deepEqual([hunkOf(api, ids[0] ?? "").state, hunkOf(api, ids[2] ?? "").state], ["applied", "applied"]);
  });

  test("the last accept of this window can be taken back", async () => {
    const proposal = await proposeLines(api, "last.txt", 20, { 4: "four", 14: "fourteen" });
    const [first = "", second = ""] = proposal.hunks.map((hunk) => hunk.id);
    const editor = await open("last.txt");
    await vscode.commands.executeCommand("agentx.hunk.accept", first);
    await vscode.commands.executeCommand("agentx.hunk.accept", second);
    await vscode.commands.executeCommand("agentx.hunk.undoLast");
    await untilState(api, second, "undone");
    assert.equal(editor.document.getText(), numbered(20, { 4: "four" }));
    await vscode.commands.executeCommand("agentx.hunk.undoLast");
    await untilState(api, first, "undone");
    assert.equal(editor.document.getText(), numbered(20));
  });

  test("the hunk at the cursor, and all that a selection touches", async () => {
    const proposal = await proposeLines(api, "cursor.txt", 40, { 5: "five", 15: "fifteen", 25: "twenty-five", 35: "thirty-five" });
    const ids = proposal.hunks.map((hunk) => hunk.id);
    const editor = await open("cursor.txt");
    await until(async () => (await lensLine(editor.document.uri, ids[0] ?? "")) !== undefined, "the lenses");
    editor.selection = new vscode.Selection(4, 2, 4, 2);
    await vscode.commands.executeCommand("agentx.hunk.reject");
    await untilState(api, ids[0] ?? "", "rejected");
    editor.selection = new vscode.Selection(10, 0, 28, 0);
    await vscode.commands.executeCommand("agentx.hunk.accept");
    await untilState(api, ids[1] ?? "", "applied");
    await untilState(api, ids[2] ?? "", "applied");
    assert.equal(hunkOf(api, ids[3] ?? "").state, "proposed");
    assert.equal(editor.document.getText(), numbered(40, { 15: "fifteen", 25: "twenty-five" }));
    await vscode.commands.executeCommand("agentx.hunk.rejectFile");
    await untilState(api, ids[3] ?? "", "rejected");
  });

  test("a hunk is edited in a document of its own, and accepted as it was saved", async () => {
    const proposal = await proposeLines(api, "edit.txt", 20, { 10: "ten" });
    const id = proposal.hunks[0]?.id ?? "";
    const target = await open("edit.txt");
    await vscode.commands.executeCommand("agentx.hunk.edit", id);
    const editor = await until(
      () => vscode.window.visibleTextEditors.find((shown) => shown.document.uri.scheme === "agentx-hunk"),
      "the editable document",
    );
    assert.equal(editor.document.getText(), "ten\n");
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 0, 3), "ten, as a person wants it"));
    assert.ok(await editor.document.save());
    await untilState(api, id, "edited");
    await vscode.commands.executeCommand("agentx.hunk.accept", id);
    await untilState(api, id, "applied");
    assert.equal(target.document.getText(), numbered(20, { 10: "ten, as a person wants it" }));
    await assert.rejects(async () => {
      await vscode.workspace.fs.writeFile(editor.document.uri, Buffer.from("too late\n"));
    }, /applied|wait|open|edit/);
  });

  test("a hunk that was edited elsewhere arrives in the document that is open", async () => {
    const proposal = await proposeLines(api, "arrives.txt", 20, { 10: "ten" });
    const id = proposal.hunks[0]?.id ?? "";
    await vscode.commands.executeCommand("agentx.hunk.edit", id);
    const document = await until(
      () => vscode.workspace.textDocuments.find((shown) => shown.uri.path.startsWith(`/${id}/`) && shown.uri.scheme === "agentx-hunk"),
      "the editable document",
    );
    await api.daemon.request("agentx/hunk/edit", { hunkId: id, newText: "ten, from elsewhere\n" });
    await until(() => document.getText() === "ten, from elsewhere\n", () => `the edit; it is ${document.getText()}`);
  });

  test("what is accepted in a terminal goes here", async () => {
    const proposal = await proposeLines(api, "elsewhere.txt", 20, { 3: "three", 13: "thirteen" });
    const [first = "", second = ""] = proposal.hunks.map((hunk) => hunk.id);
    const editor = await open("elsewhere.txt");
    await until(async () => (await lensLine(editor.document.uri, first)) === 2, "the lens");
    await cli(api, "accept", first);
    await untilState(api, first, "applied");
    await until(async () => (await lensLine(editor.document.uri, first)) === undefined, "the lens to go");
    assert.equal(await lensLine(editor.document.uri, second), 12);
    assert.equal(editor.document.getText(), numbered(20, { 3: "three" }));
  });

  test("from hunk to hunk, over files", async () => {
    const left = api.store.openHunks().map((hunk) => hunk.id);
    if (left.length > 0) await api.daemon.request("agentx/hunk/reject", { ids: left });
    await until(() => api.store.openHunks().length === 0, "an empty desk");
    const one = await proposeLines(api, "way1.txt", 30, { 5: "five", 25: "twenty-five" });
    const other = await proposeLines(api, "way2.txt", 30, { 15: "fifteen" });
    await open("way1.txt");
    const seen: string[] = [];
    for (const step of ["next", "next", "next", "next", "previous"]) {
      await vscode.commands.executeCommand(`agentx.hunk.${step}`);
      const editor = vscode.window.activeTextEditor;
      seen.push(`${vscode.workspace.asRelativePath(editor?.document.uri ?? "")}:${(editor?.selection.active.line ?? -1) + 1}`);
    }
    assert.deepEqual(seen, ["way1.txt:5", "way1.txt:25", "way2.txt:15", "way1.txt:5", "way2.txt:15"]);
    await vscode.commands.executeCommand("agentx.hunk.accept");
    await untilState(api, other.hunks[0]?.id ?? "", "applied");
    assert.equal(hunkOf(api, one.hunks[0]?.id ?? "").state, "proposed");
  });

  test("Why and Evidence are pages with what was asked and what ran", async () => {
    const proposal = await proposeLines(api, "why.txt", 10, { 5: "five" });
    const id = proposal.hunks[0]?.id ?? "";
    const page = await vscode.workspace.openTextDocument(vscode.Uri.parse(`agentx-page:/why/${id}.md`));
    assert.match(page.getText(), /change why\.txt|change why\\\.txt/);
    assert.match(page.getText(), /```diff\n-line 5\n\+five\n```/);
    const evidence = await vscode.workspace.openTextDocument(vscode.Uri.parse(`agentx-page:/evidence/${proposal.id}.md`));
    assert.match(evidence.getText(), /^# Evidence for /);
    await vscode.commands.executeCommand("agentx.hunk.why", id);
    await until(() => vscode.window.tabGroups.all.some((group) => group.tabs.some((tab) => tab.label.includes(`${id}.md`))), "the rendered page");
    assert.ok(uri("why.txt"));
  });
});
