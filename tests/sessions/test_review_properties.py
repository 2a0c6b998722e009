"""Random interleavings of typing, two editors, accept, reject, edit and undo: nothing is lost."""

import asyncio
import contextlib
import os

import pytest
from agentxd.kernel.errors import AgentxError
from agentxd.kernel.events import ProposalCreated
from agentxd.kernel.files import MODE_FILE, ChangeKind, FileChange
from agentxd.kernel.hunks import HunkState
from agentxd.plugins.disk.memory import InMemoryDisk
from agentxd.plugins.stores.memory_blobs import InMemoryBlobStore
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.proposals.cutting import cut
from agentxd.proposals.deciding import plan_accept
from agentxd.sessions.cases import case_of
from agentxd.sessions.journal import Journal
from agentxd.sessions.replaying import replay
from agentxd.sessions.reviewing import Decision, Reviewing
from agentxd.sessions.seen import Sight
from agentxd.sessions.state import state_hash
from agentxd.workspace.documents import Documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

N_EXAMPLES = int(os.environ.get("AGENTX_EXAMPLES", "4000" if os.environ.get("CI") else "1000"))
ROOT, PATH = "/root/w", "a.txt"
ENDINGS = ["\n", "\r\n", "\n\n"]
lines = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(ENDINGS)), min_size=1, max_size=12
).map(lambda found: "".join(word + end for word, end in found))
texts = st.tuples(lines, st.sampled_from(["", "tail without end"])).map("".join)
changes_of = st.lists(
    st.tuples(
        st.integers(0, 14), st.sampled_from(["insert", "delete", "replace"]), st.integers(0, 9)
    ),
    min_size=1,
    max_size=6,
)
operations = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("type", "type", "type_inside", "erase", "accept", "accept", "reject"),
                *("edit", "undo", "undo", "save", "accept_all", "race"),
            )
        ),
        st.integers(0, 1),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=12,
)


def changed(text, changes):
    found = text.splitlines(keepends=True)
    for at, what, number in changes:
        place = min(at, len(found))
        if what == "insert":
            found.insert(place, f"new {number}\n")
        elif place < len(found):
            found[place : place + 1] = [] if what == "delete" else [f"other {number}\n"]
    return "".join(found)


class FakeClock:
    def __init__(self):
        self.now = 0

    def now_ms(self):
        self.now += 1
        return self.now

    async def sleep(self, seconds):
        self.now += round(seconds * 1000)
        await asyncio.sleep(0)


class FakeEditor:
    """Applies versioned edits; `race` types right before the next one, as people do."""

    def __init__(self, name, documents, text):
        self.id = name
        self.text = text
        self.version = 0
        self.typed = set()
        self.race = ""
        self._documents = documents
        documents.opened(name, PATH, 0, text)

    def set_text(self, text):
        self.text = text
        self.version += 1
        self._documents.changed(self.id, PATH, self.version, text)

    async def apply(self, path, version, before, after, label):
        if self.race:
            mark, self.race = self.race, ""
            self.typed.add(mark)
            self.set_text(self.text + mark)
        if version != self.version:
            return False
        assert self.text == before
        self.set_text(after)
        return True


class World:
    def __init__(self, base, new):
        self.base, self.new = base, new
        self.n_marks = 0

    async def start(self):
        self.log = InMemoryEventLog(lambda: 0)
        self.journal = Journal(self.log)
        self.blobs = InMemoryBlobStore()
        self.disk = InMemoryDisk({PATH: self.base.encode()})
        self.documents = Documents()
        sight = Sight(ROOT, self.disk, self.documents, FakeClock())
        self.sight = sight
        self.reviewing = Reviewing(self.journal, self.blobs, sight)
        self.editors = [FakeEditor(f"c{n}", self.documents, self.base) for n in range(2)]
        for editor in self.editors:
            sight.attach(editor)
        change = FileChange(
            PATH, ChangeKind.MODIFIED, self.base.encode(), self.new.encode(), MODE_FILE, MODE_FILE
        )
        pieces = cut("p1", [change])
        for content in pieces.blobs.values():
            await self.blobs.put(content)
        await self.journal.record(
            ProposalCreated("p1", "t1", "x", "a", "b", pieces.files, pieces.hunks, "me")
        )
        self.hunks = [hunk.id for hunk in pieces.hunks]

    async def do(self, what, who, number):
        editor = self.editors[who]
        hunk = self.hunks[number % len(self.hunks)] if self.hunks else ""
        with contextlib.suppress(AgentxError):  # a refusal is an answer; the text stays whole
            await getattr(self, what)(editor, hunk, number)
        self.check_typed()

    def mark(self):
        self.n_marks += 1
        return f"<typed {self.n_marks}>"

    async def type(self, editor, hunk, number):
        found = editor.text.splitlines(keepends=True)
        place = min(number, len(found))
        mark = self.mark()
        editor.set_text("".join([*found[:place], mark + "\n", *found[place:]]))
        editor.typed.add(mark)

    async def type_inside(self, editor, hunk, number):
        place = min(number * 3, len(editor.text))
        while place < len(editor.text) and "<" in editor.text[:place].rpartition(">")[2]:
            place += 1  # never into an older mark: it would no longer be found
        mark = self.mark()
        editor.set_text(editor.text[:place] + mark + editor.text[place:])
        editor.typed.add(mark)

    async def erase(self, editor, hunk, number):
        found = editor.text.splitlines(keepends=True)
        if found:
            gone = found.pop(number % len(found))
            editor.typed -= {mark for mark in editor.typed if mark.strip() in gone}
            editor.set_text("".join(found))

    async def save(self, editor, hunk, number):
        self.disk.files[PATH] = editor.text.encode()
        self.documents.saved(editor.id, PATH)

    async def race(self, editor, hunk, number):
        editor.race = self.mark()
        await self.accept(editor, hunk, number)

    async def accept(self, editor, hunk, number):
        if not hunk:
            return
        found = await self.reviewing.accept([hunk], Decision("me", editor.id))
        if found[0].state is HunkState.APPLIED:
            await self.check_applied(editor, hunk)

    async def accept_all(self, editor, hunk, number):
        await self.reviewing.accept(["p1"], Decision("me", editor.id))

    async def reject(self, editor, hunk, number):
        await self.reviewing.reject([hunk] if hunk else ["p1"], "me")

    async def edit(self, editor, hunk, number):
        if hunk:
            await self.reviewing.edit(hunk, f"edited {number}\n", "me")

    async def undo(self, editor, hunk, number):
        if hunk:
            await self.reviewing.undo([hunk], Decision("me", editor.id))

    def check_typed(self):
        for editor in self.editors:
            for mark in editor.typed:
                assert mark in editor.text, (mark, editor.text)

    async def check_applied(self, editor, hunk):
        """What the state says is in the text: to merge it once more changes nothing.

        Among lines that are alike nobody can tell which one was taken out, so there only texts
        with different lines are looked at.
        """
        for text in (self.base, self.new):
            if len(set(text.splitlines())) < len(text.splitlines()):
                return
        ledger = self.journal.state.ledger
        seen = await self.sight.look(PATH, editor.id)
        case = await case_of(ledger, self.blobs, "p1", PATH, seen)
        again = plan_accept(
            type(case)(**{**{f: getattr(case, f) for f in case.__struct_fields__},
                          "applied": case.applied - {hunk}}),
            [hunk],
        )  # fmt: skip
        assert again.after == seen.content, (hunk, again)

    async def check_end(self):
        found = await replay(self.log)
        assert found.is_same
        assert found.state_hash == state_hash(self.journal.state)
        for status in self.journal.state.ledger.hunks.values():
            assert status.state is not HunkState.ACCEPTED, "an accept was left hanging"
        assert not self.journal.state.ledger.open_intents


@pytest.mark.timeout(1500)  # thousands of examples, on a machine that may be slow
@settings(
    max_examples=N_EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(texts, changes_of, operations)
def test_invariant_5_no_interleaving_loses_a_typed_character(base, changes, wanted):
    async def play():
        world = World(base, changed(base, changes))
        await world.start()
        for what, who, number in wanted:
            await world.do(what, who, number)
        await world.check_end()

    asyncio.run(play())
