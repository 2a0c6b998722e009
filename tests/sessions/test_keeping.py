"""Keeping house: what is old and needed by nobody goes; a start goes on from the kept state."""

import pytest
from agentxd.kernel.events import HunkAccepted, HunkApplied, HunkRejected, ProposalCreated
from agentxd.kernel.files import MODE_FILE, ChangeKind, FileChange
from agentxd.plugins.stores.memory_blobs import InMemoryBlobStore
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.proposals.cutting import cut
from agentxd.sessions.journal import Journal
from agentxd.sessions.keeping import Keeper
from agentxd.sessions.state import STATE_KIND, state_hash

DAY_MS = 24 * 3600 * 1000


class FakeTime:
    """Wall and grace time, turned by hand."""

    def __init__(self):
        self.now = 0

    def now_ms(self):
        return self.now

    async def sleep(self, seconds):
        self.now += round(seconds * 1000)


class Bench:
    def __init__(self):
        self.time = FakeTime()
        self.log = InMemoryEventLog(self.time.now_ms)
        self.journal = Journal(self.log)
        self.blobs = InMemoryBlobStore()
        self.keeper = Keeper(self.journal, self.log, self.blobs, self.time)

    async def propose(self, name, text):
        change = FileChange("a", ChangeKind.MODIFIED, b"old\n", text, MODE_FILE, MODE_FILE)
        pieces = cut(name, [change])
        for content in pieces.blobs.values():
            await self.blobs.put(content)
        created = ProposalCreated(name, "t1", "x", "a", "b", pieces.files, pieces.hunks, "me")
        await self.journal.record(created)
        return pieces.files[0].new_blob


@pytest.mark.parametrize(
    ("events", "is_kept"),
    [
        ((), True),
        ((HunkAccepted("p1.1", "me"), HunkApplied("p1.1")), True),
        ((HunkRejected("p1.1", "me"),), False),
    ],
    ids=["still open", "may be undone", "rejected"],
)
async def test_an_old_proposal_is_kept_as_long_as_something_can_be_done_with_it(events, is_kept):
    bench = Bench()
    blob = await bench.propose("p1", b"new\n")
    if events:
        await bench.journal.record(*events)
    bench.time.now = 31 * DAY_MS
    bench.blobs.put_at.clear()  # long ago
    await bench.keeper.round(1 << 30)
    assert await bench.blobs.size() == (8 if is_kept else 0)
    assert is_kept or blob not in bench.blobs.blobs


async def test_what_is_young_is_kept_until_the_store_is_nearly_full():
    bench = Bench()
    await bench.propose("p1", b"new\n")
    await bench.journal.record(HunkRejected("p1.1", "me"))
    bench.time.now = 8 * DAY_MS
    bench.blobs.put_at.clear()  # long ago
    assert not (await bench.keeper.round(1 << 30)).is_nearly_full
    assert await bench.blobs.size() == 8
    assert (await bench.keeper.round(9)).n_bytes == 8


async def test_a_start_goes_on_from_the_kept_state_and_comes_to_the_same():
    bench = Bench()
    await bench.propose("p1", b"new\n")
    await bench.keeper.keep_state()
    await bench.propose("p2", b"newer\n")
    again = Journal(bench.log)
    await again.load()
    assert state_hash(again.state) == state_hash(bench.journal.state)
    assert list(again.state.ledger.proposals) == ["p1", "p2"]
    assert again.last_seq == bench.journal.last_seq
    assert again.time_of("t1:ProposalCreated") == bench.journal.time_of("t1:ProposalCreated")


async def test_a_kept_state_that_cannot_be_read_is_passed_over():
    bench = Bench()
    await bench.propose("p1", b"new\n")
    await bench.log.keep_state(STATE_KIND, bench.journal.last_seq, b'{"state": 1}')
    again = Journal(bench.log)
    await again.load()
    assert state_hash(again.state) == state_hash(bench.journal.state)
