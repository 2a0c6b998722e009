"""Superseding: a newer proposal takes the place of open hunks at the same lines."""

from agentxd.kernel.events import HunkAccepted, HunkApplied, HunkRejected, ProposalCreated
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE, ChangeKind, FileChange
from agentxd.proposals.cutting import cut
from agentxd.proposals.ledger import LedgerState, reduce_ledger
from agentxd.proposals.superseding import superseded_by

BASE = b"".join(b"%d\n" % n for n in range(20))


def edited(base: bytes, *lines: int) -> bytes:
    """The base with these lines changed."""
    found = base.splitlines(keepends=True)
    return b"".join(b"new\n" if n in lines else line for n, line in enumerate(found))


def proposal(name: str, base: bytes, new: bytes, path: str = "f", mode: int = MODE_FILE):
    kind = ChangeKind.MODIFIED
    return cut(name, [FileChange(path, kind, base, new, MODE_FILE, mode)])


def ledger(*pieces, decided=()) -> tuple[LedgerState, dict[str, bytes]]:
    state, contents = LedgerState(), {}
    for number, cuts in enumerate(pieces, 1):
        created = ProposalCreated(f"p{number}", "t1", "", "", "", cuts.files, cuts.hunks, "me")
        state = reduce_ledger(state, created)
        contents |= cuts.blobs
        if number == 1:
            for event in decided:
                state = reduce_ledger(state, event)
    return state, contents


OLD = proposal("p1", BASE, edited(BASE, 2, 8, 15))


def test_what_is_about_the_same_lines_is_superseded_and_a_neighbour_is_not():
    state, _ = ledger(OLD, proposal("p2", BASE, edited(BASE, 8, 16)))
    assert superseded_by(state, "p2") == ["p1.2"]


def test_other_files_and_other_lines_stay_open():
    state, _ = ledger(OLD, proposal("p2", BASE, edited(BASE, 5)))
    assert superseded_by(state, "p2") == []
    state, _ = ledger(OLD, proposal("p2", BASE, edited(BASE, 8), "g"))
    assert superseded_by(state, "p2") == []


def test_what_was_decided_stays_decided():
    decided = (HunkRejected("p1.1", "me"), HunkAccepted("p1.2", "me"), HunkApplied("p1.2"))
    state, _ = ledger(OLD, proposal("p2", BASE, edited(BASE, 2, 8, 15)), decided=decided)
    assert superseded_by(state, "p2") == ["p1.3"]


def test_the_lines_are_found_again_in_a_newer_base_where_its_content_is_known():
    newer = b"above\nabove\n" + edited(BASE, 2)
    state, contents = ledger(OLD, proposal("p2", newer, edited(newer, 10)))
    assert superseded_by(state, "p2", contents) == ["p1.2"]
    assert superseded_by(state, "p2") == []


def test_lines_that_changed_in_between_are_left_to_the_merge():
    newer = BASE.replace(b"8\n", b"eight\n")
    state, contents = ledger(OLD, proposal("p2", newer, edited(newer, 8)))
    assert superseded_by(state, "p2", contents) == []


def test_a_whole_file_supersedes_its_text_hunks_and_a_mode_only_a_mode():
    whole = cut("p2", [FileChange("f", ChangeKind.DELETED, BASE, None, MODE_FILE, 0)])
    state, _ = ledger(OLD, whole)
    assert superseded_by(state, "p2") == ["p1.1", "p1.2", "p1.3"]
    mode = proposal("p2", BASE, BASE, mode=MODE_EXECUTABLE)
    state, _ = ledger(OLD, mode)
    assert superseded_by(state, "p2") == []
    state, _ = ledger(proposal("p1", BASE, edited(BASE, 2), mode=MODE_EXECUTABLE), mode)
    assert superseded_by(state, "p2") == ["p1.1"]


def test_two_proposals_of_ten_thousand_hunks_are_compared():
    base = b"".join(b"%d\n" % n for n in range(20_000))
    new = edited(base, *range(0, 20_000, 2))
    state, _ = ledger(proposal("p1", base, new), proposal("p2", base, new))
    assert len(superseded_by(state, "p2")) == 10_000
