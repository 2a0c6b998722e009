import { ChatController } from "../../src/chat/controller";
import type { Item } from "../../src/chat/items";
import type { FromPage, Head, ToPage } from "../../src/chat/messages";
import type { Api } from "../../src/extension";
import { agentx, assert, begin, note, play, until } from "./support";

/** A page that remembers what it was told, and shows what a real one would. */
class FakePage {
  readonly said: ToPage[] = [];
  items = new Map<string, Item>();
  head: Head | undefined;
  nEarlier = 0;

  hear(message: ToPage): void {
    this.said.push(message);
    if (message.type === "reset") {
      this.items = new Map(message.items.map((item) => [item.id, item]));
      this.nEarlier = message.nEarlier;
      this.head = message.head;
    }
    if (message.type === "head") this.head = message.head;
    if (message.type !== "items") return;
    for (const item of [...message.changed, ...message.added]) this.items.set(item.id, item);
    for (const id of message.removed) this.items.delete(id);
  }

  all<K extends Item["kind"]>(kind: K): Extract<Item, { kind: K }>[] {
    return [...this.items.values()].filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);
  }

  texts(): string[] {
    return this.all("text").map((item) => item.text);
  }

  count(type: ToPage["type"]): number {
    return this.said.filter((message) => message.type === type).length;
  }
}

suite("chat", () => {
  let api: Api;
  const chats: ChatController[] = [];
  suiteSetup(async () => {
    api = await agentx();
  });
  teardown(() => {
    for (const chat of chats.splice(0)) chat.dispose();
  });

  function opened(): { chat: ChatController; page: FakePage; remembered: string[] } {
    const remembered: string[] = [];
    const chat = new ChatController(api.daemon, api.store, (id) => remembered.push(id));
    const page = new FakePage();
    chats.push(chat);
    chat.connect((message) => page.hear(message));
    return { chat, page, remembered };
  }

  async function obey(chat: ChatController, message: FromPage): Promise<void> {
    assert.ok(await chat.obey(message), `${message.type} is for somebody else`);
  }

  const slow = { calls: [{ name: "run", arguments: { command: "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo tick $i; sleep 0.5; done" } }] };

  test("a session is shown as it was, with its tools, its proposal and its end", async () => {
    const task = await play(api, "write a note", [{ text: "I **write**.", calls: [{ name: "write", arguments: { path: "chat/note.md", content: "hi\n" } }] }]);
    const { chat, page, remembered } = opened();
    await chat.open(task.sessionId);
    assert.deepEqual(page.texts(), ["I **write**.", "done"]);
    assert.deepEqual(page.all("tool").map((tool) => `${tool.tool} ${tool.subject} ${tool.state}`), ["write chat/note.md done"]);
    assert.deepEqual(page.all("proposal").map((item) => item.proposalId), task.proposalIds);
    assert.deepEqual(page.all("end").map((end) => end.outcome), ["completed"]);
    assert.equal(remembered.at(-1), task.sessionId);
    assert.equal(page.head?.title, "write a note");
  });

  test("an answer streams, its tool prints while it runs, and it can be stopped", async () => {
    const { sessionId } = await begin(api, "count slowly", [{ text: "I count.", ...slow }]);
    const { chat, page } = opened();
    await chat.open(sessionId);
    await until(() => page.all("tool").some((tool) => tool.state === "running" && tool.output.includes("tick 2")), "output of the running tool");
    assert.equal(page.head?.state, "running");
    assert.ok((page.head?.runningSinceMs ?? 0) > 0);
    await obey(chat, { type: "stop" });
    const end = await until(() => page.all("end")[0], "the end");
    assert.notEqual(end.outcome, "completed");
    await until(() => page.head?.runningTaskId === "", "nothing to run");
    assert.ok(page.all("tool").every((tool) => tool.state !== "running"), "a tool runs for ever");
  });

  test("what is said while it runs joins it, and is seen at once", async () => {
    const { sessionId } = await begin(api, "work a while", [{ text: "I begin.", ...slow }, { text: "I heard you." }]);
    const { chat, page } = opened();
    await chat.open(sessionId);
    await until(() => page.all("tool").some((tool) => tool.state === "running"), "a running tool");
    await obey(chat, { type: "send", text: "and be quick", queueMode: "" });
    await until(() => page.head?.waiting.some((prompt) => prompt.text === "and be quick"), "what waits");
    assert.equal(page.said.findLast((message) => message.type === "sent")?.isSent, true);
    await until(() => page.all("user").some((item) => item.text === "and be quick"), "it to join the turn");
    await until(() => page.head?.waiting.length === 0, "nothing to wait");
    await until(() => page.all("end").length > 0, "the end");
  });

  test("a prompt begins a session with what is attached, and its model is kept", async () => {
    const { chat, page, remembered } = opened();
    chat.attach([{ path: "a.py", language: "python", lines: [0, 1], text: "x = 1" }]);
    assert.ok(page.said.some((message) => message.type === "attachments" && message.attachments[0]?.label === "a.py:1"));
    await api.daemon.request("agentx/setting/set", { key: "provider", value: "mechanic", scope: "local" });
    await obey(chat, { type: "send", text: "what is this?", queueMode: "" });
    const sessionId = await until(() => remembered.at(-1), "a session");
    const asked = await until(() => page.all("user")[0], "the prompt");
    assert.match(asked.text, /^what is this\?\n\nAttached:\n- `a\.py`, line 1\n\n```python\nx = 1\n```/);
    await until(() => page.all("end").length > 0, "the end");
    await obey(chat, { type: "setMode", queueMode: "queue" });
    await until(() => page.head?.queueMode === "queue", "the mode");
    assert.equal(chat.sessionId, sessionId);
    assert.deepEqual(chat.attached, []);
    await api.daemon.request("agentx/setting/set", { key: "provider", value: null, scope: "local" });
  });

  test("what cannot be sent is told with the next step, and stays typed", async () => {
    const { chat, page } = opened();
    await chat.open("s99999").catch((error: unknown) => chat.fail(error));
    const trouble = page.said.findLast((message) => message.type === "trouble");
    assert.match(trouble?.type === "trouble" ? trouble.trouble.message : "", /s99999/);
    const task = await play(api, "a base", []);
    await chat.open(task.sessionId);
    await assert.rejects(obey(chat, { type: "send", text: "x", queueMode: "nonsense" as never }));
    assert.equal(page.said.findLast((message) => message.type === "sent")?.isSent, false);
  });

  test("after the daemon was killed the chat goes on from the log", async () => {
    const { sessionId, taskId } = await begin(api, "be interrupted", [{ text: "I start.", ...slow }]);
    const { chat, page } = opened();
    await chat.open(sessionId);
    await until(() => page.all("tool").some((tool) => tool.state === "running"), "a running tool");
    const { pid } = await api.daemon.request("agentx/daemon/status", {});
    process.kill(pid, "SIGKILL");
    await until(() => page.said.some((message) => message.type === "daemon" && !message.isRunning), "the loss to be told");
    await until(() => page.said.at(-1)?.type !== "daemon" || api.daemon.state === "running", "the daemon again");
    await until(() => page.head?.state === "interrupted", () => `interrupted; it is ${page.head?.state}`);
    assert.deepEqual(page.texts(), ["I start."]);
    await obey(chat, { type: "resume" });
    await until(() => page.head?.state === "running", "it to run again");
    await api.daemon.request("agentx/task/cancel", { taskId });
    await until(() => page.all("end").some((end) => end.outcome === "cancelled"), "the end");
  });

  test("a question is answered where one reads", async () => {
    await api.daemon.request("agentx/setting/set", { key: "permission_ask", value: ["run(*)"], scope: "local" });
    try {
      const { sessionId } = await begin(api, "ask me", [{ calls: [{ name: "run", arguments: { command: "true" } }] }]);
      const { chat, page } = opened();
      await chat.open(sessionId);
      const question = await until(() => page.all("question")[0], "the question");
      assert.match(question.subject, /true/);
      const decision = question.options[0] ?? assert.fail("no options");
      await obey(chat, { type: "decide", approvalId: question.approvalId, decision });
      await until(() => page.all("question")[0]?.decision === decision, "the answer");
      await until(() => page.all("end").length > 0, "the end");
    } finally {
      await api.daemon.request("agentx/setting/set", { key: "permission_ask", value: null, scope: "local" });
    }
  });

  test("a long answer is told in few messages", async function () {
    const words = Array.from({ length: 4000 }, (_, at) => `word${at}`).join(" ");
    const { sessionId } = await begin(api, "speak long", [{ calls: [{ name: "run", arguments: { command: "sleep 1" } }] }, { text: words }]);
    const { chat, page } = opened();
    await chat.open(sessionId);
    await until(() => page.all("end").length > 0, "the end");
    assert.equal(page.texts().some((text) => text.trim() === words), true, "the words are whole");
    note(this, `${words.length} characters in ${page.count("grown")} pieces`);
    assert.ok(page.count("grown") < 1000, `${page.count("grown")} pieces`);
  });
});
