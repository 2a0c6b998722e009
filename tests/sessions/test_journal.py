"""The journal when the log refuses: the state is what the log has, and no subscriber has a gap."""

import asyncio

import pytest
from agentxd.kernel.errors import StorageError
from agentxd.kernel.events import SessionStarted
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.sessions.journal import Journal


class FaultyLog(InMemoryEventLog):
    """Takes its time, and refuses what names `full`."""

    async def append(self, events):
        await asyncio.sleep(0.002 if events[0].session == "slow" else 0)
        if events[0].session == "full":
            raise StorageError("the disk is full", "Free some space.")
        return await super().append(events)


def begun(name):
    return SessionStarted(name, "me")


async def test_what_the_log_took_while_another_append_failed_is_in_the_state():
    journal = Journal(FaultyLog(lambda: 0))
    seen = []
    journal.subscribe(seen.extend)
    await journal.record(begun("s1"))
    slow = asyncio.ensure_future(journal.record(begun("slow")))
    await asyncio.sleep(0)
    with pytest.raises(StorageError):
        await journal.record(begun("full"))
    await slow
    assert list(journal.state.sessions) == ["s1", "slow"]
    await journal.record(begun("s3"))
    assert [record.event.session for record in seen] == ["s1", "slow", "s3"]
    assert [record.seq for record in seen] == [1, 2, 3]


async def test_nothing_is_decided_while_the_state_is_read_back():
    journal = Journal(FaultyLog(lambda: 0))
    slow = asyncio.ensure_future(journal.record(begun("slow")))
    failing = asyncio.ensure_future(journal.record(begun("full")))
    await asyncio.sleep(0.001)
    with pytest.raises(StorageError, match="read back"):
        await journal.record(begun("s2"))
    results = await asyncio.gather(slow, failing, return_exceptions=True)
    assert isinstance(results[1], StorageError)
    await journal.record(begun("s2"))
    assert list(journal.state.sessions) == ["slow", "s2"]
