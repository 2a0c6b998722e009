"""What one client does or holds stops nobody from being told of decisions."""

import json

from agentxd.kernel.events import ApplyFailed, HunkAccepted
from unit.lsp.bench import edge

OLD, NEW = b"one\ntwo\nthree\n", b"one\nTWO\nthree\n"
TEXT = "one\n\ud800\nthree\n"
PUBLISH = "textDocument/publishDiagnostics"


async def test_invariant_7_text_that_is_no_unicode_breaks_nothing_for_anyone(tmp_path):
    async with edge(tmp_path, {"a": OLD, "b": OLD}) as bench:
        hunks = await bench.propose("p1", a=(OLD, NEW), b=(OLD, NEW))
        odd, other = await bench.client(), await bench.client()
        uris = {path: f"file://{bench.root}/{path}" for path in "ab"}
        odd.open(uris["a"], TEXT)
        found = await odd.wait_for(PUBLISH, lambda params: params["uri"] == uris["a"])
        assert len(found["diagnostics"]) == 1
        for client in (odd, other):
            for method, params in (
                ("agentx/proposal/list", {}),
                ("agentx/proposal/get", {"proposalId": "p1"}),
                ("agentx/proposal/text", {"proposalId": "p1", "path": "a", "side": "current"}),
                ("agentx/proposal/text", {"proposalId": "p1", "path": "a", "side": "result"}),
                ("textDocument/codeLens", {"textDocument": {"uri": uris["a"]}}),
                ("agentx/hunk/edit", {"hunkId": hunks[1], "newText": "\ud800"}),
                ("agentx/hunk/accept", {"ids": [hunks[0]]}),
            ):
                answer = await client.request(method, params)
                code = answer.get("error", {}).get("data", {}).get("code")
                assert code != "internal", (method, answer)
        await other.request("agentx/hunk/reject", {"ids": [hunks[1]]})
        for client in (odd, other):
            seen = [m["params"] for m in client.seen if m.get("method") == PUBLISH]
            if not any(p["uri"] == uris["b"] and not p["diagnostics"] for p in seen):
                await client.wait_for(
                    PUBLISH, lambda p: p["uri"] == uris["b"] and not p["diagnostics"]
                )
            await client.close()


async def test_invariant_7_after_trouble_with_one_client_all_are_told_of_the_next_decision(
    tmp_path,
):
    async with edge(tmp_path, {"a": OLD, "b": OLD}) as bench:
        broken, other = await bench.client(), await bench.client()
        hunks = await bench.propose("p1", a=(OLD, NEW), b=(OLD, NEW))
        await other.wait_for(PUBLISH, lambda p: p["uri"].endswith("/b"))
        await broken.request("agentx/approval/list")
        first = bench.listener.connections[0]
        first.application = None  # whatever is done for this client breaks
        for hunk, path in zip(hunks, "ab", strict=True):
            await other.request("agentx/hunk/reject", {"ids": [hunk]})
            await other.wait_for("agentx/proposal/changed", lambda p, at=path: p["paths"] == [at])
        first.application = bench.application
        assert json.dumps((await broken.request("agentx/approval/list"))["result"])
        for client in (broken, other):
            await client.close()


async def test_all_are_told_that_an_apply_failed_and_the_hunk_waits_again(tmp_path):
    async with edge(tmp_path, {"a": OLD}) as bench:
        client = await bench.client()
        await client.request("agentx/approval/list")  # who never used a method of ours is not told
        (hunk,) = await bench.propose("p1", a=(OLD, NEW))
        await client.wait_for("agentx/proposal/changed", lambda p: p["paths"] == ["a"])
        journal = bench.application.journal
        await journal.record(HunkAccepted(hunk, "someone"))
        await client.wait_for("agentx/proposal/changed", lambda p: p["seq"] == journal.last_seq)
        await journal.record(ApplyFailed((hunk,), "a", "the text moved on"))
        await client.wait_for("agentx/proposal/changed", lambda p: p["seq"] == journal.last_seq)
        found = await client.request("agentx/proposal/get", {"proposalId": "p1"})
        assert found["result"]["proposal"]["hunks"][0]["state"] == "proposed"
        await client.close()
