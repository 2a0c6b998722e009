import { labelOf, split, withAttached } from "../../src/chat/attachments";
import { endingOf, subjectOf } from "../../src/chat/calls";
import { Conversation } from "../../src/chat/conversation";
import { remembered } from "../../src/chat/history";
import type { Item } from "../../src/chat/items";
import { linkTarget, readFromPage } from "../../src/chat/messages";
import { Page } from "../../src/chat/page";
import type { ToPage } from "../../src/chat/messages";
import type { ChainItem, EventRecord, GetSessionResult, Session, StreamedNotification, Task, TranscriptItem } from "../../src/protocol.gen";
import { assert, note } from "./support";

let seq = 0;

function record(type: string, data: Record<string, unknown>): EventRecord {
  seq += 1;
  return { seq, atMs: seq, type, data, hash: "" };
}

function said(text: string, ...calls: readonly [string, string, Record<string, unknown>][]): Record<string, unknown> {
  const parts = calls.map(([id, name, given]) => ({ type: "tool_call", id, name, arguments: given }));
  return { task: "t1", step: 1, stop_reason: "end", message: { role: "assistant", parts: [{ type: "text", text }, ...parts] } };
}

function piece(kind: StreamedNotification["kind"], text: string): StreamedNotification {
  return { taskId: "t1", kind, text, nDropped: 0 };
}

/** A conversation in which the turn t1 of s1 has begun. */
function begun(): Conversation {
  const conversation = new Conversation("s1");
  conversation.take(record("TaskCreated", { task: "t1", session: "s1", goal: "mend it" }));
  conversation.take(record("TaskStarted", { task: "t1" }));
  conversation.take(record("MessageAdded", { task: "t1", message: { role: "user", parts: [{ type: "text", text: "mend it" }] } }));
  return conversation;
}

/** The items in short: kind, state, text. */
function told(items: readonly Item[]): string[] {
  return items.map((item) => {
    switch (item.kind) {
      case "tool":
        return `tool ${item.tool} ${item.subject} ${item.state}${item.ending ? ` ${item.ending}` : ""}`;
      case "text":
      case "thinking":
        return `${item.kind}${item.isLive ? "…" : ""} ${item.text}`;
      case "user":
        return `user ${item.text}`;
      case "note":
        return `note ${item.title}`;
      case "question":
        return `question ${item.subject} ${item.decision}`.trim();
      case "proposal":
        return `proposal ${item.proposalId}`;
      case "end":
        return `end ${item.outcome} ${item.reason}`.trim();
    }
  });
}

suite("conversation", () => {
  test("what streams becomes what was said, in the same item", () => {
    const chat = begun();
    chat.stream(piece("thinking", "Let me "));
    chat.stream(piece("thinking", "see."));
    const first = chat.stream(piece("text", "I lo"));
    const grown = chat.stream(piece("text", "ok."));
    assert.deepEqual(grown.grown, { id: "t1.m2.1", text: "ok." });
    assert.deepEqual(told(chat.items), ["user mend it", "thinking Let me see.", "text… I look."]);
    assert.deepEqual(first.changed, ["t1.m2.0", "t1.m2.1"], "the thought is over");
    const parts = [{ type: "thinking", text: "Let me see." }, { type: "text", text: "I look." }];
    const whole = chat.take(record("StepCompleted", { task: "t1", message: { role: "assistant", parts } }));
    assert.deepEqual(told(chat.items), ["user mend it", "thinking Let me see.", "text I look."]);
    assert.deepEqual(whole.removed, []);
  });

  test("a call that broke off takes back what it streamed, and a notice goes with the answer", () => {
    const chat = begun();
    chat.stream(piece("text", "Half an ans"));
    chat.take(record("StepFailed", { task: "t1", reason: "gone" }));
    chat.stream(piece("notice", "waits 2 s, then tries again"));
    assert.deepEqual(told(chat.items), ["user mend it", "note waits 2 s, then tries again"]);
    chat.stream(piece("text", "Whole."));
    assert.deepEqual(told(chat.items), ["user mend it", "text… Whole."]);
  });

  test("tools go from wanted to running to done or failed, with what they print meanwhile", () => {
    const chat = begun();
    chat.take(record("StepCompleted", said("I run.", ["c1", "run", { command: "make\ntest" }], ["c2", "read", { path: "a.py" }])));
    assert.deepEqual(told(chat.items).slice(2), ["tool run make test wanted", "tool read a.py wanted"]);
    chat.take(record("ToolCallRequested", { task: "t1", call: { type: "tool_call", id: "c1", name: "run", arguments: {} } }));
    chat.stream(piece("output", "one\n"));
    chat.stream(piece("output", "two\n"));
    const running = chat.items[2];
    assert.equal(running?.kind === "tool" && running.output, "one\ntwo\n");
    chat.take(record("ToolCallCompleted", { task: "t1", duration_ms: 1500, observation: { type: "observation", call_id: "c1", output: "exit code 2\nno" } }));
    chat.take(record("ToolCallCompleted", { task: "t1", observation: { type: "observation", call_id: "c2", output: "no such file\nat all", is_error: true } }));
    assert.deepEqual(told(chat.items).slice(2), ["tool run make test done exit code 2", "tool read a.py failed no such file"]);
  });

  test("a turn's end tells no more than is new, and gives up what was not done", () => {
    const chat = begun();
    chat.take(record("StepCompleted", said("All done.", ["c1", "run", { command: "make" }])));
    chat.take(record("ApprovalRequested", { approval: "q1", task: "t1", subject: "make", why: "it asks", options: ["once", "never"] }));
    chat.take(record("ProposalCreated", { proposal: "p1", task: "t1", title: "mend it" }));
    chat.take(record("TaskEnded", { task: "t1", outcome: "completed", reason: "All done." }));
    assert.deepEqual(told(chat.items).slice(2), ["tool run make lost", "question make expired", "proposal p1", "end completed"]);
  });

  test("a question is answered once, whoever answers", () => {
    const chat = begun();
    chat.take(record("ApprovalRequested", { approval: "q1", task: "t1", subject: "make", why: "", options: ["once"] }));
    chat.take(record("ApprovalDecided", { approval: "q1", decision: "once", by: "nvim" }));
    chat.take(record("ApprovalDecided", { approval: "q1", decision: "never", by: "late" }));
    assert.deepEqual(told(chat.items).slice(1), ["question make once"]);
  });

  test("what is said while it runs joins; what the agent is told is folded away", () => {
    const chat = begun();
    chat.take(record("MessageAdded", { task: "t1", message: { role: "user", parts: [{ type: "text", text: "p1.1 was rejected" }] } }));
    chat.take(record("MessageAdded", { task: "t1", prompts: ["s1.i2"], message: { role: "user", parts: [{ type: "text", text: "and the tests" }] } }));
    assert.deepEqual(told(chat.items), ["user mend it", "note The agent was told", "user and the tests"]);
  });

  test("what a turn is told before its goal is not taken for what a person said", () => {
    const parts = [{ type: "text", text: "Your last turn was ended." }, { type: "text", text: "mend it" }];
    const chat = new Conversation("s1");
    chat.take(record("TaskCreated", { task: "t1", session: "s1", goal: "mend it\n" }));
    chat.take(record("MessageAdded", { task: "t1", message: { role: "user", parts } }));
    assert.deepEqual(told(chat.items), ["user mend it", "note The agent was told"]);
    const items = parts.map(({ text }) => part("user", "text", text));
    const old = remembered({ session: history({}, [message("t1.m1", ...items)]), newest: undefined, tasks: [{ ...TASK, proposalIds: [], endedMs: 0 }], approvals: [] });
    assert.deepEqual(told(old.items), ["note The agent was told", "user mend it"]);
  });

  test("other sessions, known records and words of later versions change nothing", () => {
    const chat = begun();
    const before = told(chat.items);
    chat.take(record("TaskCreated", { task: "t9", session: "s9", goal: "else" }));
    chat.take(record("MessageAdded", { task: "t9", message: { role: "user", parts: [] } }));
    chat.take(record("SomethingNew", { task: "t1", message: 5 }));
    chat.take(record("StepCompleted", { task: "t1", message: { role: "assistant", parts: [{ type: "hologram" }, 7, null] } }));
    chat.take({ ...record("TaskEnded", { task: 3 }), data: {} });
    assert.deepEqual(told(chat.items), before);
  });

  test("a turn that a restart interrupted is shown again from its beginning", () => {
    const chat = begun();
    chat.take(record("StepCompleted", said("Lost words.")));
    chat.take(record("TaskEnded", { task: "t1", outcome: "interrupted", reason: "the daemon went away" }));
    chat.take(record("TaskStarted", { task: "t1" }));
    assert.deepEqual(told(chat.items), ["user mend it"]);
    chat.take(record("MessageAdded", { task: "t1", message: { role: "user", parts: [{ type: "text", text: "mend it" }] } }));
    chat.take(record("StepCompleted", said("New words.")));
    assert.deepEqual(told(chat.items), ["user mend it", "text New words."]);
  });
});

const TASK: Task = {
  id: "t1", sessionId: "s1", goal: "mend it", role: "implementer", provider: "scripted", model: "", state: "completed", reason: "", nextStep: "",
  errorCode: "", sandbox: "", isSandboxUnsafe: false, proposalIds: ["p1"], nSteps: 1, inputTokens: 0, outputTokens: 0, costMicros: 0, cacheReadTokens: 0,
  modelLabel: "scripted", modelMs: 0, toolMs: 0, nCompactions: 0, startedMs: 1, endedMs: 2, isSettled: true, isPausing: false, isBeingTakenOver: false,
  pausedAtMs: 0, pausedMs: 0,
};
const SESSION: Session = {
  id: "s1", title: "mend it", client: "", state: "idle", queueMode: "steer", collectMs: 0, provider: "", model: "", parentId: "", at: "", source: "",
  taskIds: ["t1"], runningTaskId: "", waiting: [], openHunkIds: [], nMessages: 0, inputTokens: 0, outputTokens: 0, costMicros: 0, startedMs: 0, lastMs: 0,
};

function part(role: TranscriptItem["role"], kind: TranscriptItem["kind"], text: string, callId = ""): TranscriptItem {
  return { role, kind, text, tool: callId ? "run" : "", callId, isError: false };
}

function message(id: string, ...items: TranscriptItem[]): ChainItem {
  return { id, parent: "", role: items[0]?.role ?? "user", atMs: 0, model: "", items };
}

function history(session: Partial<Session>, transcript: ChainItem[], lastSeq = 10): GetSessionResult {
  return { session: { ...SESSION, ...session }, transcript, lastSeq };
}

suite("history of a conversation", () => {
  const messages = [
    message("t1.m1", part("user", "text", "mend it")),
    message("t1.m2", part("assistant", "text", "I run."), part("assistant", "tool_call", '{"command":"make"}', "c1")),
    message("t1.m3", part("tool", "observation", "exit code 1", "c1")),
    message("t1.m4", part("user", "text", "and the tests")),
    message("t1.m5", part("assistant", "text", "Done.")),
  ];

  test("it reads as it was seen", () => {
    const chat = remembered({ session: history({}, messages), newest: undefined, tasks: [{ ...TASK, reason: "Done." }], approvals: [] });
    assert.deepEqual(told(chat.items), ["user mend it", "text I run.", "tool run make done exit code 1", "user and the tests", "text Done.", "proposal p1", "end completed"]);
  });

  test("the turn under way goes on without gap or repetition", () => {
    const running = { task: { ...TASK, state: "running" as const, endedMs: 0, proposalIds: [] }, transcript: messages.slice(0, 2).flatMap((one) => one.items), lastSeq: 20 };
    const chat = remembered({ session: history({ runningTaskId: "t1", state: "running" }, messages.slice(0, 1)), newest: running, tasks: [running.task], approvals: [] });
    assert.deepEqual(told(chat.items), ["user mend it", "text I run.", "tool run make wanted"]);
    const done = { task: "t1", observation: { type: "observation", call_id: "c1", output: "ok" } };
    chat.take({ seq: 20, atMs: 0, type: "ToolCallCompleted", data: done, hash: "" });
    assert.equal(told(chat.items).at(-1), "tool run make wanted", "record 20 was in the transcript");
    chat.take({ seq: 21, atMs: 0, type: "ToolCallCompleted", data: done, hash: "" });
    assert.equal(told(chat.items).at(-1), "tool run make done");
  });

  test("a turn that failed before a word, and a forked beginning", () => {
    const failed: Task = { ...TASK, state: "failed", proposalIds: [], reason: "no key", nextStep: "agentxd key set" };
    const chat = remembered({
      session: history({}, [message("s0.m1", part("user", "text", "old")), message("s0.m2", part("assistant", "text", "older"))]),
      newest: undefined,
      tasks: [failed],
      approvals: [],
    });
    assert.deepEqual(told(chat.items), ["user old", "text older", "user mend it", "end failed no key"]);
  });

  test("a long one is built in little time, and a page gets its newest part", function () {
    const many = Array.from({ length: 5000 }, (_, at) => [
      message(`t1.m${at * 2 + 1}`, part("user", "text", `question ${at}`)),
      message(`t1.m${at * 2 + 2}`, part("assistant", "text", `answer ${at}`)),
    ]).flat();
    const began = performance.now();
    const chat = remembered({ session: history({}, many), newest: undefined, tasks: [TASK], approvals: [] });
    const messages: ToPage[] = [];
    const page = new Page(() => undefined);
    page.connect((one) => messages.push(one));
    page.reset(chat, { sessionId: "s1" } as never);
    const took = performance.now() - began;
    const reset = messages[0];
    assert.ok(reset?.type === "reset" && reset.items.length === 150 && reset.nEarlier === chat.size - 150);
    page.earlier(reset.items[0]?.id ?? "");
    const earlier = messages[1];
    assert.ok(earlier?.type === "earlier" && earlier.items.length === 150 && earlier.nEarlier === chat.size - 300);
    note(this, `10,000 messages: ${took.toFixed(0)} ms to the first page`);
  });

  test("a page is told each thing once, and streamed pieces together", async () => {
    const chat = begun();
    const messages: ToPage[] = [];
    const page = new Page(() => undefined);
    page.connect((one) => messages.push(one));
    page.reset(chat, { sessionId: "s1" } as never);
    page.streamed(chat.stream(piece("text", "a")));
    for (const letter of "bcdef") page.streamed(chat.stream(piece("text", letter)));
    page.changed([chat.take(record("StepCompleted", said("abcdef")))]);
    const kinds = messages.map((one) => (one.type === "items" ? `items +${one.added.length} ~${one.changed.length}` : one.type));
    assert.deepEqual(kinds, ["reset", "items +1 ~0", "grown", "items +0 ~1"]);
  });
});

suite("words of a chat", () => {
  test("what is attached goes with the prompt, and is shown apart from it", () => {
    const file = { path: "src/a.py", language: "", lines: undefined, text: "" };
    const lines = { path: "b.md", language: "markdown", lines: [2, 5] as const, text: "x\n- `no`\n```\ny\n```" };
    const text = withAttached("look at this", [file, lines]);
    assert.match(text, /Attached:\n- `src\/a\.py`\n- `b\.md`, lines 3 to 5\n\n````markdown\n/);
    assert.deepEqual([split(text).words, split(text).title], ["look at this", "2 attachments"]);
    assert.deepEqual([labelOf(file), labelOf(lines), labelOf({ ...lines, lines: [2, 3] })], ["a.py", "b.md:3-5", "b.md:3"]);
    assert.equal(split("no attachment").words, "no attachment");
  });

  test("a tool's line says what it is about", () => {
    assert.equal(subjectOf({ command: "make  \n test" }), "make test");
    assert.equal(subjectOf({ diff: "--- a/x.py\n+++ b/x.py\n@@" }), "x.py");
    assert.equal(subjectOf({ patch: "*** Update File: one\n*** Add File: two\n" }), "one, two");
    assert.equal(endingOf("run", "exit code 0\n", false), "");
    assert.equal(endingOf("read", "nothing\nthere", true), "nothing");
  });

  test("links lead to the web or below the root, never elsewhere", () => {
    assert.deepEqual(linkTarget("https://example.com/a"), { web: "https://example.com/a" });
    assert.deepEqual(linkTarget("src/a.py:12"), { path: "src/a.py", line: 11 });
    assert.deepEqual(linkTarget("./src/a%20b.py#L7-L9"), { path: "src/a b.py", line: 6 });
    for (const bad of ["javascript:alert(1)", "command:workbench.action.quit", "file:///etc/passwd", "/etc/passwd", "../x", "a/../../x", "vscode://x", "http://", ""]) {
      assert.equal(linkTarget(bad), undefined, bad);
    }
  });

  test("a page may say only what it may say", () => {
    assert.deepEqual(readFromPage({ type: "send", text: "hi", queueMode: "queue", more: 1 }), { type: "send", text: "hi", queueMode: "queue" });
    assert.deepEqual(readFromPage({ type: "stop", what: "ever" }), { type: "stop" });
    for (const bad of [null, 5, "stop", {}, { type: "send" }, { type: "send", text: " " }, { type: "setMode", queueMode: "x" }, { type: "accept", ids: [] }, { type: "accept", ids: [1] }, { type: "rm" }]) {
      assert.equal(readFromPage(bad), undefined, JSON.stringify(bad));
    }
  });
});
