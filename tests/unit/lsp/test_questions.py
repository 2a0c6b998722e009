"""How a question that already waits comes to an editor that connects: once, and only where asked."""

import pytest
from agentxd.kernel.events import ApprovalRequested, TaskCreated
from unit.lsp.bench import edge

OLD, NEW = b"one\n", b"ONE\n"
SHOWN = {"textDocument": {"publishDiagnostics": {}}}
MESSAGES = {"window": {"showMessage": {"messageActionItem": {}}}}
OWN = {"experimental": {"agentx": {"asksApprovals": True}}}
CLIENTS = {
    "with buttons": ({**SHOWN, **MESSAGES}, "window/showMessageRequest", False),
    "with messages alone": (SHOWN, "window/showMessage", True),
    "with buttons, and asks by itself": ({**SHOWN, **MESSAGES, **OWN}, "", False),
    "with messages alone, and asks by itself": ({**SHOWN, **OWN}, "", False),
    "says that it does not ask": (
        {**SHOWN, "experimental": {"agentx": {"asksApprovals": False}}},
        "window/showMessage",
        True,
    ),
    "has experiments of others": ({**SHOWN, "experimental": [1]}, "window/showMessage", True),
}


@pytest.mark.parametrize(("capabilities", "method", "has_actions"), CLIENTS.values(), ids=CLIENTS)
async def test_a_question_that_waits_is_shown_once_and_to_whom_it_must_be(
    tmp_path, capabilities, method, has_actions
):
    async with edge(tmp_path, {"a": OLD}) as bench:
        journal = bench.application.journal
        await journal.record(TaskCreated("t1", "s1", "goal", "implementer", "scripted", "", ""))
        await journal.record(_asked("q1"))
        client = await bench.client(capabilities=capabilities)
        client.send("initialized", {})
        await client.request("textDocument/codeLens", {"textDocument": {"uri": "file:///x"}})
        await journal.record(_asked("q2"))
        await bench.propose("p1", a=(OLD, NEW))
        await client.wait_for("textDocument/publishDiagnostics")
        uri = f"file://{bench.root}/a"
        place = {"line": 0, "character": 0}
        actions = await client.request(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}},
        )
        told = [found for found in client.seen if found["method"].startswith("window/showMessage")]
        assert {found["method"] for found in told} == ({method} if method else set())
        assert len(told) == (2 if method else 0), told
        assert any("q1" in action["title"] for action in actions["result"]) is has_actions
        await client.close()


def _asked(name: str) -> ApprovalRequested:
    return ApprovalRequested(name, "t1", "echo yes", "it writes", ("once", "deny"), 1 << 60)
