"""A client that asks for a lot, or reads nothing, is answered or cut off: it never hangs."""

import asyncio
import json

import pytest
from agentxd.edges.lsp import outbox
from agentxd.kernel.errors import StorageError
from unit.lsp.bench import edge

BIG = b"y" * 79 + b"\n"
SIDE = {"proposalId": "p1", "path": "big", "side": "base"}
OVERLOADED = -33014


async def test_more_than_fits_is_answered_or_refused_and_the_link_stays(tmp_path):
    old = BIG * 60_000
    async with edge(tmp_path, {"big": old}) as bench, asyncio.timeout(60):
        await bench.propose("p1", big=(old, b"new\n" + old))
        client = await bench.client()
        wanted = list(range(12))
        for identity in wanted:
            client.send("agentx/proposal/text", SIDE, identity)
        await asyncio.sleep(2)  # nothing is read meanwhile
        answers = {}
        while len(answers) < len(wanted):
            found = await client.receive()
            answers[found["id"]] = found
        texts = [found for found in answers.values() if "result" in found]
        refused = [found["error"] for found in answers.values() if "error" in found]
        assert len(texts) >= 3
        assert {error["code"] for error in refused} == {OVERLOADED}
        assert all("Read the answers" in error["data"]["nextStep"] for error in refused)
        assert "result" in await client.request("agentx/proposal/text", SIDE)
        await client.close()


async def test_an_answer_that_can_never_fit_is_refused_and_says_so(tmp_path):
    old = BIG * (outbox.MAX_WAITING // len(BIG) + 1)
    async with edge(tmp_path, {"big": old}) as bench, asyncio.timeout(60):
        await bench.propose("p1", big=(old, b"new\n" + old))
        client = await bench.client()
        answer = await client.request("agentx/proposal/text", SIDE)
        assert answer["error"]["code"] == OVERLOADED
        assert answer["error"]["data"]["code"] == "overloaded"
        assert "result" in await client.request("agentx/approval/list")
        await client.close()


async def test_a_client_that_reads_nothing_of_what_it_is_told_is_cut_off(tmp_path):
    async with edge(tmp_path, {}) as bench, asyncio.timeout(60):
        client = await bench.client()
        other = await bench.client()
        connection = bench.listener.connections[0]
        for _ in range(40):
            connection.send("window/logMessage", {"type": 4, "message": "x" * (1 << 20)})
            await asyncio.sleep(0)
        with pytest.raises((EOFError, ConnectionError)):
            await client.read_to_end()
        assert "result" in await other.request("agentx/approval/list")
        assert connection not in bench.listener.connections
        await other.close()


async def test_a_log_that_cannot_be_read_closes_the_link_of_who_follows_it(tmp_path):
    async with edge(tmp_path, {"a": b"1\n"}) as bench, asyncio.timeout(60):
        await bench.propose("p1", a=(b"1\n", b"2\n"))
        client = await bench.client()

        async def read(after, limit):
            raise StorageError("the disk is gone", "")

        bench.log.read = read
        await client.request("agentx/event/subscribe", {"after": 0})
        with pytest.raises((EOFError, ConnectionError)):
            await client.read_to_end()
        await (await bench.client()).close()


async def test_a_list_stays_small_and_says_which_texts_it_leaves_out(tmp_path):
    long = BIG * 10_000
    async with edge(tmp_path, {"big": long, "small": b"1\n"}) as bench, asyncio.timeout(60):
        for number in range(1, 7):
            new = long.replace(b"y", b"%d" % number)
            await bench.propose(f"p{number}", big=(long, new), small=(b"1\n", b"2\n"))
        client = await bench.client()
        answer = await client.request("agentx/proposal/list")
        assert len(json.dumps(answer)) < 2 << 20
        hunks = [hunk for found in answer["result"]["proposals"] for hunk in found["hunks"]]
        told = {hunk["id"]: (hunk["newText"], hunk["isTextLeftOut"]) for hunk in hunks}
        assert len(told) == 12
        assert {told[f"p{n}.1"] for n in range(1, 7)} == {("", True)}
        assert {told[f"p{n}.2"] for n in range(1, 7)} == {("2\n", False)}
        whole = await client.request("agentx/proposal/get", {"proposalId": "p3"})
        assert len(whole["result"]["proposal"]["hunks"][0]["newText"]) == len(long)
        assert whole["result"]["proposal"]["hunks"][0]["isTextLeftOut"] is False
        await client.close()
