"""Decisions on special files, and what a restart makes of a decision that was cut off."""

import pytest
from agentxd.kernel.errors import ConflictError, InvalidRequestError
from agentxd.kernel.events import (
    ApplyRequested,
    HunkAccepted,
    ProposalCreated,
    StepRequested,
    TaskCreated,
    TaskStarted,
)
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE, ChangeKind, FileChange, blob_id
from agentxd.kernel.hunks import HunkState
from agentxd.plugins.disk.memory import InMemoryDisk
from agentxd.plugins.stores.memory_blobs import InMemoryBlobStore
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.proposals.cutting import cut
from agentxd.sessions.journal import Journal
from agentxd.sessions.recovering import recover
from agentxd.sessions.reviewing import Decision, Reviewing
from agentxd.sessions.seen import Sight
from agentxd.workspace.documents import Documents

ROOT = "/root/w"
ME = Decision("me")


class StillClock:
    def now_ms(self):
        return 0

    async def sleep(self, seconds):
        del seconds


class Bench:
    """A workspace in memory with one proposal."""

    def __init__(self, files):
        self.log = InMemoryEventLog(lambda: 0)
        self.journal = Journal(self.log)
        self.blobs = InMemoryBlobStore()
        self.disk = InMemoryDisk(files)
        self.documents = Documents()
        self.sight = Sight(ROOT, self.disk, self.documents, StillClock())
        self.reviewing = Reviewing(self.journal, self.blobs, self.sight)

    async def propose(self, *changes):
        pieces = cut("p1", list(changes))
        for content in pieces.blobs.values():
            await self.blobs.put(content)
        created = ProposalCreated("p1", "t1", "x", "a", "b", pieces.files, pieces.hunks, "me")
        await self.journal.record(created)
        return [hunk.id for hunk in pieces.hunks]

    async def file(self, path):
        found = await self.disk.read(ROOT, path)
        return found[0] if found else None

    def state(self, hunk):
        return self.journal.state.ledger.hunks[hunk]


def modified(path, old, new, modes=(MODE_FILE, MODE_FILE)):
    return FileChange(path, ChangeKind.MODIFIED, old, new, *modes)


def renamed(old, new, content):
    return FileChange(new, ChangeKind.RENAMED, content, content, MODE_FILE, MODE_FILE, old_path=old)


# --- renames --------------------------------------------------------------------------------


async def test_a_rename_moves_the_file_and_an_undo_moves_it_back():
    bench = Bench({"old.py": b"x\n"})
    hunks = await bench.propose(renamed("old.py", "new.py", b"x\n"))
    await bench.reviewing.accept(hunks, ME)
    assert (await bench.file("old.py"), await bench.file("new.py")) == (None, b"x\n")
    await bench.reviewing.undo(hunks, ME)
    assert (await bench.file("old.py"), await bench.file("new.py")) == (b"x\n", None)


async def test_a_rename_onto_a_file_that_came_meanwhile_is_a_conflict_with_both_sides():
    bench = Bench({"old.py": b"x\n", "new.py": b"the user's\n"})
    hunks = await bench.propose(renamed("old.py", "new.py", b"x\n"))
    found = await bench.reviewing.accept(hunks, ME)
    assert [status.state for status in found] == [HunkState.CONFLICTED]
    assert "new.py is there already" in found[0].reason
    assert await bench.blobs.get(found[0].ours_blob) == b"the user's\n"
    assert await bench.blobs.get(found[0].theirs_blob) == b"x\n"
    assert (await bench.file("old.py"), await bench.file("new.py")) == (b"x\n", b"the user's\n")


async def test_an_undo_of_a_rename_never_writes_over_the_old_name():
    bench = Bench({"old.py": b"x\n"})
    hunks = await bench.propose(renamed("old.py", "new.py", b"x\n"))
    await bench.reviewing.accept(hunks, ME)
    await bench.disk.replace(ROOT, "old.py", None, b"another\n", MODE_FILE)
    with pytest.raises(ConflictError, match=r"old\.py is there already"):
        await bench.reviewing.undo(hunks, ME)
    assert (await bench.file("old.py"), await bench.file("new.py")) == (b"another\n", b"x\n")


# --- encodings ------------------------------------------------------------------------------

LATIN = "caf\xe9\n".encode("latin-1")


async def test_an_edit_of_a_hunk_keeps_the_encoding_of_its_file():
    bench = Bench({"a.txt": LATIN})
    hunks = await bench.propose(modified("a.txt", LATIN, b"other\n"))
    await bench.reviewing.edit(hunks[0], "th\xe9\n", "me")
    await bench.reviewing.accept(hunks, ME)
    assert await bench.file("a.txt") == "th\xe9\n".encode("latin-1")


async def test_an_edit_that_the_encoding_cannot_say_is_refused_with_its_reason():
    bench = Bench({"a.txt": LATIN})
    hunks = await bench.propose(modified("a.txt", LATIN, b"other\n"))
    with pytest.raises(InvalidRequestError, match="latin-1"):
        await bench.reviewing.edit(hunks[0], "日本\n", "me")
    assert bench.state(hunks[0]).state is HunkState.PROPOSED


BOM = b"\xef\xbb\xbf"
ON_DISK = {
    "utf-8": ("t\xe9\n", "t\xe9\n".encode(), "n\xe9w\n".encode()),
    "latin-1": ("t\xe9\n", "t\xe9\n".encode("latin-1"), "n\xe9w\n".encode("latin-1")),
    "byte-order mark that the editor hides": ("t\n", BOM + b"t\n", BOM + "n\xe9w\n".encode()),
    "not there yet": ("t\n", None, "n\xe9w\n".encode()),
}


@pytest.mark.parametrize(("text", "disk", "wanted"), ON_DISK.values(), ids=ON_DISK)
async def test_unsaved_text_is_laid_over_in_the_encoding_of_the_disk(text, disk, wanted):
    bench = Bench({} if disk is None else {"a.txt": disk})
    await bench.sight.opened("c1", "a.txt", 1, text)
    assert await bench.sight.overlay() == ({"a.txt": b"t\n"} if disk is None else {})
    bench.documents.changed("c1", "a.txt", 2, "n\xe9w\n")
    assert await bench.sight.overlay() == {"a.txt": wanted}


async def test_unsaved_text_that_an_editor_restores_when_it_opens_a_file_is_seen():
    bench = Bench({"a.txt": b"on disk\n"})
    await bench.sight.opened("c1", "a.txt", 1, "typed before the editor was restarted\n")
    assert await bench.sight.overlay() == {"a.txt": b"typed before the editor was restarted\n"}


# --- after a crash --------------------------------------------------------------------------


async def cut_off(bench, hunk, path, before, after, **words):
    """An intent without its result, as kill -9 leaves it."""
    names = ["" if text is None else await bench.blobs.put(text) for text in (before, after)]
    intent = ApplyRequested((hunk,), path, *names, "disk", after_mode=MODE_FILE, **words)
    await bench.journal.record(HunkAccepted(hunk, "me"), intent)


@pytest.mark.parametrize(
    ("now", "state"),
    [(b"new\n", HunkState.APPLIED), (b"old\n", HunkState.PROPOSED), (b"?\n", HunkState.PROPOSED)],
    ids=["it had happened", "it had not", "neither"],
)
async def test_the_file_tells_what_became_of_an_intent(now, state):
    bench = Bench({"a.txt": now})
    [hunk] = await bench.propose(modified("a.txt", b"old\n", b"new\n"))
    await cut_off(bench, hunk, "a.txt", b"old\n", b"new\n")
    told = await recover(bench.journal, bench.disk, ROOT)
    assert len(told) == 1
    assert hunk in told[0]
    assert bench.state(hunk).state is state
    assert await bench.file("a.txt") == now, "a recovery changes no text of the user's"
    assert bench.journal.state.ledger.open_intents == ()


async def test_a_hunk_that_was_there_already_stays_the_users_after_a_crash():
    """Its undo must not take away what the user typed."""
    bench = Bench({"a.txt": b"new\n"})
    [hunk] = await bench.propose(modified("a.txt", b"old\n", b"new\n"))
    await cut_off(bench, hunk, "a.txt", b"new\n", b"new\n", levels={hunk: "already"})
    await recover(bench.journal, bench.disk, ROOT)
    assert bench.state(hunk).level == "already"
    await bench.reviewing.undo([hunk], ME)
    assert await bench.file("a.txt") == b"new\n"


async def test_a_change_of_mode_that_did_not_happen_is_not_taken_for_done():
    bench = Bench({"run.sh": b"x\n"})
    [hunk] = await bench.propose(modified("run.sh", b"x\n", b"x\n", (MODE_FILE, MODE_EXECUTABLE)))
    names = [blob_id(b"x\n")] * 2
    intent = ApplyRequested((hunk,), "run.sh", *names, "disk", after_mode=MODE_EXECUTABLE)
    await bench.journal.record(HunkAccepted(hunk, "me"), intent)
    await recover(bench.journal, bench.disk, ROOT)
    assert bench.state(hunk).state is HunkState.PROPOSED


@pytest.mark.parametrize(
    ("files", "state", "left"),
    [
        ({"old.py": b"x\n"}, HunkState.PROPOSED, (b"x\n", None)),
        ({"old.py": b"x\n", "new.py": b"x\n"}, HunkState.APPLIED, (None, b"x\n")),
        ({"new.py": b"x\n"}, HunkState.APPLIED, (None, b"x\n")),
        ({"old.py": b"typed\n", "new.py": b"x\n"}, HunkState.PROPOSED, (b"typed\n", b"x\n")),
    ],
    ids=["not begun", "cut in two", "done", "the old place was written meanwhile"],
)
async def test_a_rename_that_was_cut_off_is_finished_or_told(files, state, left):
    bench = Bench(files)
    [hunk] = await bench.propose(renamed("old.py", "new.py", b"x\n"))
    await cut_off(bench, hunk, "new.py", b"x\n", b"x\n", old_path="old.py")
    await recover(bench.journal, bench.disk, ROOT)
    assert bench.state(hunk).state is state
    assert (await bench.file("old.py"), await bench.file("new.py")) == left


async def test_invariant_12_a_model_call_that_a_crash_cut_off_counts_for_its_day():
    bench = Bench({})
    await bench.journal.record(
        TaskCreated("t1", "s1", "do it", "implementer", "p", "m", ""),
        TaskStarted("t1"),
        StepRequested("t1", 1, 5_000, 70_000, "p/m", 4_000),
    )
    await recover(bench.journal, bench.disk, ROOT)
    state = bench.journal.state
    (spent,) = [row for rows in state.spending.values() for row in rows.values()]
    assert (spent.cost_micros, spent.n_failed) == (70_000, 1)
    assert state.tasks.tasks["t1"].usage.cost_micros == 70_000
    assert state.tasks.tasks["t1"].open_step == 0
