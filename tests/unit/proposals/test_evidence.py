"""Evidence holds while every file is its base plus the proposal's own applied hunks."""

import pytest
from agentxd.kernel.files import MODE_FILE, ChangeKind, FileChange
from agentxd.proposals.cutting import cut
from agentxd.proposals.deciding import FileCase
from agentxd.proposals.evidence import is_expired

BASE, NEW = b"a\nb\nc\n", b"A\nb\nC\n"


def case(current: bytes | None, *applied: str) -> FileCase:
    pieces = cut("p1", [FileChange("f", ChangeKind.MODIFIED, BASE, NEW, MODE_FILE, MODE_FILE)])
    names = frozenset(applied)
    nothing: frozenset[str] = frozenset()
    return FileCase(
        pieces.files[0], BASE, NEW, pieces.hunks, names, nothing, {}, current, MODE_FILE
    )


HOLDS = {
    "nothing happened": (case(BASE), False),
    "one hunk applied": (case(b"A\nb\nc\n", "p1.1"), False),
    "all applied": (case(NEW, "p1.1", "p1.2"), False),
    "typed": (case(BASE + b"typed\n"), True),
    "applied, and typed": (case(b"A\nb\nc\ntyped\n", "p1.1"), True),
    "taken out by hand": (case(BASE, "p1.1"), True),
    "the file is gone": (case(None), True),
}


@pytest.mark.parametrize(("found", "expected"), HOLDS.values(), ids=HOLDS)
def test_evidence_expires_when_a_file_moves_on(found, expected):
    assert is_expired([found]) == expected
    assert is_expired([case(BASE), found]) == expected


def test_a_proposal_without_files_has_nothing_to_expire():
    assert not is_expired([])
