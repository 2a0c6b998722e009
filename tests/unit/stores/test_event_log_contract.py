"""What every event log does, shown for the one on SQLite and for the fake."""

import asyncio

import pytest
from agentxd.kernel.errors import StateError, StorageError
from agentxd.kernel.events import (
    DaemonStarted,
    EvidenceRecorded,
    MessageAdded,
    SettingChanged,
    TaskStarted,
    encode_event,
)
from agentxd.kernel.hunks import Evidence
from agentxd.kernel.messages import Message, Text, ToolCall
from agentxd.plugins.stores.chain import Head, follow
from agentxd.plugins.stores.event_log import SqliteEventLog
from agentxd.plugins.stores.memory_log import InMemoryEventLog

TOKEN = "ghp_" + "a1B2c3D4" * 5


@pytest.fixture(params=["sqlite", "memory"])
async def log(request, tmp_path):
    if request.param == "memory":
        made = InMemoryEventLog()
    else:
        made = await SqliteEventLog.open(tmp_path / "events.db")
    yield made
    await made.close()


async def test_records_are_numbered_from_1_and_read_back_as_they_were(log):
    records = await log.append([DaemonStarted("1", 2), TaskStarted("t1")])
    records += await log.append([TaskStarted("t2")])
    assert [record.seq for record in records] == [1, 2, 3]
    assert await log.read(0, 10) == records
    assert await log.read(1, 1) == records[1:2]
    assert await log.read(3, 10) == []


async def test_nothing_appended_is_nothing_recorded(log):
    assert await log.append([]) == []
    assert await log.read(0, 10) == []


async def test_the_order_of_the_calls_is_the_order_of_the_log(log):
    await asyncio.gather(*(log.append([TaskStarted(f"t{n}")]) for n in range(200)))
    assert [record.event.task for record in await log.read(0, 500)] == [f"t{n}" for n in range(200)]


async def test_the_records_form_a_chain_from_the_first_on(log):
    await log.append([TaskStarted(f"t{n}") for n in range(20)])
    rows = [(r.seq, r.at_ms, encode_event(r.event), r.hash) for r in await log.read(0, 100)]
    assert follow(Head(), rows) == (Head(20, rows[-1][3], rows[-1][1]), "")


async def test_an_append_that_is_cancelled_is_written_all_the_same(log):
    waiter = asyncio.ensure_future(log.append([TaskStarted("t1")]))
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    await log.append([TaskStarted("t2")])
    assert [record.event.task for record in await log.read(0, 9)] == ["t1", "t2"]


async def test_invariant_13_a_secret_in_any_string_of_an_event_never_reaches_the_log(log):
    call = ToolCall("c", "run", {"env": [{"password": "hunter22"}], "line": f"curl -H {TOKEN}"})
    events = [
        MessageAdded("t1", Message("user", (Text(f"use {TOKEN}"), call))),
        SettingChanged("openai.apiKey", '"plain-looking-words"', "me"),
    ]
    records = await log.append(events)
    kept = b"".join(encode_event(record.event) for record in await log.read(0, 9)).decode()
    for secret in (TOKEN, "hunter22", "plain-looking-words"):
        assert secret not in kept
    assert await log.read(0, 9) == records


async def test_every_content_that_an_event_names_is_known(log):
    evidence = Evidence("e1", "make", "a" * 64, "before", 0, 1, "b" * 64, "", "docker", at_ms=5)
    await log.append([EvidenceRecorded("t1", evidence), TaskStarted("t1")])
    assert await log.named_blobs() == {"a" * 64, "b" * 64}
    newest = (await log.read(1, 1))[0].at_ms
    assert await log.named_blobs(newest + 1) == frozenset()
    await log.append([SettingChanged("x", "c" * 64, "me"), SettingChanged("x", "d" * 65, "me")])
    assert await log.named_blobs() == {"a" * 64, "b" * 64, "c" * 64}


async def test_a_kept_state_comes_back_for_its_own_kind_only(log):
    assert await log.kept_state("a-1") is None
    await log.append([TaskStarted(f"t{n}") for n in range(3)])
    await log.keep_state("a-1", 2, b"first")
    await log.keep_state("a-1", 3, b"\0second")
    assert await log.kept_state("a-1") == (3, b"\0second")
    assert await log.kept_state("a-2") is None
    for seq in (0, 4):
        with pytest.raises(StateError):
            await log.keep_state("a-1", seq, b"")
    assert await log.verify() == 3


async def test_a_closed_log_refuses(log):
    await log.close()
    await log.close()
    with pytest.raises(StorageError):
        await log.append([TaskStarted("t1")])
