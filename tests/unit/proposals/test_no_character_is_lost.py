"""Random interleavings of typing, accept, reject, edit and undo: nothing that was typed is lost.

What "lost" means is written in docs/merge.md. Here it is looked at in three independent ways:
every typed character is one of its own, so the order of all of them is compared before and after
each decision; the lines that came and went are compared with the lines that the hunk adds and
removes; and an undo right after an accept must give back exactly what was there.
"""

import os
from collections import Counter

import msgspec
import pytest
from agentxd.kernel.events import (
    ApplyRequested,
    Event,
    HunkAccepted,
    HunkApplied,
    HunkConflicted,
    HunkEdited,
    HunkRejected,
    HunkUndone,
    ProposalCreated,
)
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE, ChangeKind, FileChange, blob_id
from agentxd.kernel.hunks import HunkState
from agentxd.proposals.cutting import cut
from agentxd.proposals.deciding import FileCase, FilePlan, plan_accept, plan_undo
from agentxd.proposals.ledger import LedgerState, may, reduce_ledger
from agentxd.workspace.lines import split_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

N_EXAMPLES = int(os.environ.get("AGENTX_EXAMPLES", "4000" if os.environ.get("CI") else "1000"))
TYPED = range(0x80, 0xC0)
"""Characters that only the user types, each once: none of them is in any base or proposal."""
EDITS = [b"", b"x\n", b"y\r\nx\n", b"without an ending"]

words = st.sampled_from([b"%c" % n for n in b"abcdefghijklm}"] + [b"", b"\xe9", b"\xef\xfb\xff"])
endings = st.sampled_from([b"\n", b"\n", b"\r\n", b"\r"])
lines = st.tuples(words, endings).map(b"".join)
texts = st.tuples(st.lists(lines, min_size=5, max_size=20), words).map(
    lambda t: b"".join(t[0]) + t[1]
)
edits = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 2), st.lists(lines, max_size=2)),
    min_size=2,
    max_size=6,
)
operations = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "type",
                "type",
                "type",
                "type_line",
                "type_line",
                "retype",
                "erase",
                "erase_line",
                "reload",
                "mode",
                "accept",
                "accept",
                "accept",
                "accept_all",
                "edit",
                "reject",
                "undo",
                "undo",
                "undo_all",
            ]
        ),
        st.integers(0, 40),
        st.integers(0, 1),
    ),
    min_size=5,
    max_size=16,
)


def edited(base: bytes, wanted: list[tuple[int, int, list[bytes]]]) -> bytes:
    found = split_lines(base)
    for at, n_gone, new in wanted:
        found[at : at + n_gone] = new
    return b"".join(found)


def typed_in(text: bytes) -> bytes:
    """The typed characters of a text, in their order."""
    return bytes(byte for byte in text if byte in TYPED)


class World:
    """One proposal for one file that is open in two editors with different unsaved text."""

    def __init__(self, base: bytes, new: bytes) -> None:
        change = FileChange("f", ChangeKind.MODIFIED, base, new, MODE_FILE, MODE_EXECUTABLE)
        self.pieces = cut("p1", [change])
        self.base, self.new = base, new
        self.texts, self.modes = [base, base], MODE_FILE
        self.blobs: dict[str, bytes] = {}
        self.left = list(TYPED)
        self.state = LedgerState()
        self.events: list[Event] = []
        self.expected = {hunk.id: HunkState.PROPOSED for hunk in self.pieces.hunks}
        hunks, files = self.pieces.hunks, self.pieces.files
        self.tell(ProposalCreated("p1", "t1", "x", "a", "b", files, hunks, "me"))

    def tell(self, *events: Event) -> None:
        for event in events:
            self.state = reduce_ledger(self.state, event)
            self.events.append(event)

    def case(self, editor: int) -> FileCase:
        found = self.state.of_file("p1", "f")
        applied = [status for status in found if status.state is HunkState.APPLIED]
        return FileCase(
            file=self.pieces.files[0],
            base=self.base,
            new=self.new,
            hunks=self.pieces.hunks,
            applied=frozenset(status.hunk.id for status in applied),
            already=frozenset(s.hunk.id for s in applied if s.level == "already"),
            edits={s.hunk.id: self.blobs[s.edit_blob] for s in found if s.edit_blob},
            current=self.texts[editor],
            current_mode=self.modes,
        )

    # --- the user types ---------------------------------------------------------------------

    def type(self, number: int, editor: int) -> None:
        self._insert(editor, number, self._fresh())

    def type_line(self, number: int, editor: int) -> None:
        ending = b"\r\n" if number % 3 == 0 else b"\n"
        self._insert(editor, number, self._fresh() + ending + self._fresh())

    def retype(self, number: int, editor: int) -> None:
        """Types what the proposal, or the base, says."""
        blobs = [self.new, self.base, *self.blobs.values()]
        source = split_lines(blobs[number % len(blobs)])
        place = number % (len(source) + 1)
        here = split_lines(self.texts[editor])
        here[place:place] = source[place : place + 1 + number % 3]
        self.texts[editor] = b"".join(here)

    def erase(self, number: int, editor: int) -> None:
        text = self.texts[editor]
        self.texts[editor] = text[:number] + text[number + 1 + number % 3 :]

    def erase_line(self, number: int, editor: int) -> None:
        here = split_lines(self.texts[editor])
        del here[number % (len(here) + 1) : number % (len(here) + 1) + 1]
        self.texts[editor] = b"".join(here)

    def reload(self, _number: int, editor: int) -> None:
        self.texts[editor] = self.texts[1 - editor]

    def mode(self, number: int, _editor: int) -> None:
        self.modes = MODE_EXECUTABLE if number % 2 else MODE_FILE

    def _insert(self, editor: int, at: int, what: bytes) -> None:
        text = self.texts[editor]
        self.texts[editor] = text[:at] + what + text[at:]

    def _fresh(self) -> bytes:
        return bytes([self.left.pop()]) if self.left else b""

    # --- decisions --------------------------------------------------------------------------

    def accept(self, number: int, editor: int) -> None:
        self._decide([self._pick(number, "accept")], editor, is_undo=False)

    def accept_all(self, _number: int, editor: int) -> None:
        self._decide(self._allowed("accept"), editor, is_undo=False)

    def undo(self, number: int, editor: int) -> None:
        self._decide([self._pick(number, "undo")], editor, is_undo=True)

    def undo_all(self, _number: int, editor: int) -> None:
        self._decide(self._allowed("undo"), editor, is_undo=True)

    def reject(self, number: int, _editor: int) -> None:
        if name := self._pick(number, "reject"):
            self.tell(HunkRejected(name, "me"))
            self.expected[name] = HunkState.REJECTED

    def edit(self, number: int, _editor: int) -> None:
        if name := self._pick(number, "edit"):
            hunk = self.state.hunks[name].hunk
            old = split_lines(self.base)[hunk.base_start : hunk.base_start + hunk.base_count]
            new = b"".join([EDITS[number % 4], *old, EDITS[number // 4 % 4]])
            self.blobs[blob_id(new)] = new
            self.tell(HunkEdited(name, "me", blob_id(new)))
            self.expected[name] = HunkState.EDITED

    def _allowed(self, decision: str) -> list[str]:
        return [name for name, state in self.expected.items() if may(decision, state)]

    def _pick(self, number: int, decision: str) -> str:
        found = self._allowed(decision)
        return found[number % len(found)] if found else ""

    def _decide(self, names: list[str], editor: int, *, is_undo: bool) -> None:
        names = [name for name in names if name]
        case = self.case(editor)
        plan = (plan_undo if is_undo else plan_accept)(case, names)
        assert plan.levels.keys() | {clash.hunk for clash in plan.conflicts} == set(names)
        check_text(case, plan, is_undo=is_undo)
        if not is_undo:
            self.tell(*(HunkAccepted(name, "me") for name in names))
            self._record_conflicts(plan)
        done = tuple(plan.levels)
        if done:
            self.tell(ApplyRequested(done, "f", "b", "a", f"c{editor}", is_undo))
        for name, level in plan.levels.items():
            self.tell(HunkUndone(name, "me") if is_undo else HunkApplied(name, level))
            self.expected[name] = HunkState.UNDONE if is_undo else HunkState.APPLIED
        assert plan.after is not None
        self.texts[editor], self.modes = plan.after, plan.after_mode
        if not is_undo:
            check_taken_back(case, self.case(editor), plan)

    def _record_conflicts(self, plan: FilePlan) -> None:
        for clash in plan.conflicts:
            self.tell(HunkConflicted(clash.hunk, "o", "t", clash.reason))
            self.expected[clash.hunk] = HunkState.CONFLICTED

    def check_ledger(self) -> None:
        """The states are what was decided, and the events alone lead to them again."""
        assert {name: self.state.hunks[name].state for name in self.expected} == self.expected
        assert self.state.open_intents == ()
        again = LedgerState()
        for event in self.events:
            again = reduce_ledger(again, event)
        encode = msgspec.json.Encoder(order="deterministic").encode
        assert encode(again) == encode(self.state)


def check_text(case: FileCase, plan: FilePlan, *, is_undo: bool) -> None:
    """Every typed character is there, and only lines of the hunks came and went."""
    current, after = case.current, plan.after
    assert current is not None
    assert after is not None
    assert typed_in(after) == typed_in(current)
    done = set(plan.levels)
    applied = case.applied - done if is_undo else case.applied | done
    old, new = (Counter(split_lines(case.having(s) or b"")) for s in (case.applied, applied))
    seen, result = Counter(split_lines(current)), Counter(split_lines(after))
    if len(done) == 1:
        assert seen - result <= old - new
        assert result - seen <= new - old
    if all(level == "already" for level in plan.levels.values()):
        assert after == current
    for clash in plan.conflicts:
        assert clash.reason
        assert clash.ours in current
        assert clash.ours != clash.theirs


def check_taken_back(before: FileCase, now: FileCase, plan: FilePlan) -> None:
    """An undo of what was just accepted gives back exactly the text that was there."""
    if len(plan.levels) == 1:
        undone = plan_undo(now, list(plan.levels))
        assert undone.after == before.current
        assert not undone.conflicts


@pytest.mark.timeout(1500)  # thousands of examples, on a machine that may be slow
@settings(
    max_examples=N_EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(texts, edits, operations)
def test_invariant_5_no_interleaving_of_typing_and_deciding_loses_a_character(
    base, wanted, operations
):
    world = World(base, edited(base, wanted))
    for name, number, editor in operations:
        getattr(world, name)(number, editor)
    world.check_ledger()
