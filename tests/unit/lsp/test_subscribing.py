"""A subscription is followed from its cursor, and nothing of an older one comes behind it."""

import asyncio

from agentxd.kernel.events import SessionStarted
from unit.lsp.bench import edge

PUBLISHED = "agentx/event/published"


async def test_no_page_of_an_older_subscription_comes_behind_a_newer_one(tmp_path):
    async with edge(tmp_path, {}) as bench, asyncio.timeout(30):
        for number in range(20):
            await bench.application.journal.record(SessionStarted(f"s{number}", "c"))
        client = await bench.client()
        read, is_reading, may_go_on = bench.log.read, asyncio.Event(), asyncio.Event()

        async def slow_read(after, limit):
            page = await read(after, limit)
            if after == 0:
                is_reading.set()
                await may_go_on.wait()
            return page

        bench.log.read = slow_read
        await client.request("agentx/event/subscribe", {"after": 0})
        await is_reading.wait()
        (connection,) = bench.listener.connections
        older = connection.subscription
        client.send("agentx/event/subscribe", {"after": 15}, 7)
        while connection.subscription is older:
            await asyncio.sleep(0)
        may_go_on.set()
        found = await client.wait_for(PUBLISHED)
        assert [record["seq"] for record in found["records"]] == [16, 17, 18, 19, 20]
        await bench.application.journal.record(SessionStarted("last", "c"))
        found = await client.wait_for(PUBLISHED)
        assert [record["seq"] for record in found["records"]] == [21]
        assert not [message for message in client.seen if message.get("method") == PUBLISHED]
        await client.close()


async def test_snapshot_and_live_events_have_neither_gap_nor_duplicate(tmp_path):
    """What is decided and not durable yet is not in the snapshot: it comes as an event."""
    async with edge(tmp_path, {"a.txt": b"1\n2\n3\n"}) as bench, asyncio.timeout(30):
        await bench.propose("p1", **{"a.txt": (b"1\n2\n3\n", b"one\n2\nthree\n")})
        append, may_go_on = bench.log.append, asyncio.Event()

        async def slow_append(events):
            await may_go_on.wait()
            return await append(events)

        bench.log.append = slow_append
        reject = asyncio.ensure_future(bench.application.reviewing.reject(["p1.1"], "me"))
        await asyncio.sleep(0)
        assert bench.application.journal.state.ledger.hunks["p1.1"].state.value == "rejected"
        client = await bench.client()
        answer = await client.request("agentx/event/subscribe", {"hasSnapshot": True})
        found = answer["result"]
        (proposal,) = found["snapshot"]["proposals"]
        assert proposal["hunkStates"] == {"p1.1": "proposed", "p1.2": "proposed"}
        may_go_on.set()
        await reject
        live = await client.wait_for(PUBLISHED)
        assert [record["seq"] for record in live["records"]] == [found["lastSeq"] + 1]
        assert live["records"][0]["data"]["hunk"] == "p1.1"
        again = await client.request("agentx/event/subscribe", {"hasSnapshot": True})
        assert again["result"]["snapshot"]["proposals"][0]["hunkStates"]["p1.1"] == "rejected"
        await client.close()
