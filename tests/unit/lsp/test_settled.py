"""Clients are told when what a task's end brings is done: no record of the log tells it."""

import asyncio

import pytest
from agentxd.kernel.events import TaskCreated, TaskEnded
from unit.lsp.bench import edge

SETTLED = "agentx/task/settled"


@pytest.mark.parametrize("has_record", [True, False], ids=["its end is recorded", "it is not yet"])
async def test_a_client_hears_when_a_task_is_settled(tmp_path, has_record):
    async with edge(tmp_path, {}) as bench:
        journal, goals = bench.application.journal, bench.application.goals
        await journal.record(TaskCreated("t1", "s1", "goal", "implementer", "scripted", "", ""))
        is_done = asyncio.Event()
        goals.adopt("t1", asyncio.get_running_loop().create_task(_wait(is_done)))
        client, stranger = await bench.client(), await bench.client()
        if has_record:
            await journal.record(TaskEnded("t1", "completed"))
        assert not await _is_settled(client)
        is_done.set()
        told = await client.wait_for(SETTLED)
        assert told == {"taskIds": ["t1"], "seq": journal.last_seq}
        assert await _is_settled(client)
        await stranger.request("textDocument/codeLens", {"textDocument": {"uri": "file:///x"}})
        assert [found for found in stranger.seen if found["method"] == SETTLED] == []
        for one in (client, stranger):
            await one.close()


async def _wait(is_done: asyncio.Event) -> None:
    await is_done.wait()


async def _is_settled(client) -> bool:
    (task,) = (await client.request("agentx/task/list"))["result"]["tasks"]
    return task["isSettled"]
