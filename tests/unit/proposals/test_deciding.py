"""Accept and undo of every kind of hunk, against every kind of meanwhile."""

from typing import Any

import pytest
from agentxd.kernel.files import (
    MODE_EXECUTABLE,
    MODE_FILE,
    MODE_LINK,
    ChangeKind,
    FileChange,
)
from agentxd.proposals.cutting import cut
from agentxd.proposals.deciding import FileCase, FilePlan, plan_accept, plan_undo
from msgspec.structs import replace

K = ChangeKind
BASE, NEW = b"a\nb\nc\nd\ne\n", b"A\nb\nC\nd\nE\n"


def case_of(change: FileChange, current: bytes | None, mode: int = MODE_FILE) -> FileCase:
    pieces = cut("p1", [change])
    nothing: frozenset[str] = frozenset()
    (file,) = pieces.files
    return FileCase(
        file, change.base, change.new, pieces.hunks, nothing, nothing, {}, current, mode
    )


def text_case(base: bytes, new: bytes, current: bytes | None) -> FileCase:
    return case_of(FileChange("f", K.MODIFIED, base, new, MODE_FILE, MODE_FILE), current)


def accepted(case: FileCase, *names: str) -> tuple[FilePlan, FileCase]:
    """The plan, and the case as it is when it was carried out."""
    plan = plan_accept(case, names or [hunk.id for hunk in case.hunks])
    already = {name for name, level in plan.levels.items() if level == "already"}
    return plan, replace(
        case,
        current=plan.after,
        current_mode=plan.after_mode,
        applied=case.applied | set(plan.levels),
        already=case.already | already,
    )


# --- text ------------------------------------------------------------------------------------

ACCEPTS: dict[str, Any] = {
    "what the agent saw": (BASE, "p1.1", b"A\nb\nc\nd\ne\n", "exact"),
    "typed elsewhere": (b"a\nb\nc\nd\ne\ntyped\n", "p1.1", b"A\nb\nc\nd\ne\ntyped\n", "merged"),
    "typed above": (b"typed\n\na\nb\nc\nd\ne\n", "p1.2", b"typed\n\na\nb\nC\nd\ne\n", "merged"),
    "typed by hand": (b"a\nb\nC\nd\ne\n", "p1.2", b"a\nb\nC\nd\ne\n", "already"),
    "typed by hand, and more": (b"a\nb\nC\nd\ne\nf\n", "p1.2", b"a\nb\nC\nd\ne\nf\n", "already"),
    "no final newline any more": (b"a\nb\nc\nd\ne", "p1.1", b"A\nb\nc\nd\ne", "merged"),
}


@pytest.mark.parametrize(("current", "hunk", "after", "level"), ACCEPTS.values(), ids=ACCEPTS)
def test_a_hunk_is_merged_into_what_the_user_sees(current, hunk, after, level):
    plan, now = accepted(text_case(BASE, NEW, current), hunk)
    assert (plan.after, plan.levels, plan.conflicts) == (after, {hunk: level}, ())
    undone = plan_undo(now, [hunk])
    assert (undone.after, undone.conflicts) == (current, ())


CLASHES: dict[str, Any] = {
    "the same line": (b"a\nb\nmine\nd\ne\n", b"mine\n", b"C\n", "line 3"),
    "a neighbour": (b"a\nmine\nc\nd\ne\n", b"mine\nc\n", b"b\nC\n", "line 2"),
    "deleted": (b"a\nb\nd\ne\n", b"", b"C\n", "line 3"),
    "the file is gone": (None, b"", b"a\nb\nC\nd\ne\n", "not there any more"),
}


@pytest.mark.parametrize(("current", "ours", "theirs", "why"), CLASHES.values(), ids=CLASHES)
def test_what_does_not_merge_shows_both_sides_and_why(current, ours, theirs, why):
    plan = plan_accept(text_case(BASE, NEW, current), ["p1.2"])
    assert (plan.after, plan.levels) == (current, {})
    (clash,) = plan.conflicts
    assert (clash.hunk, clash.ours, clash.theirs) == ("p1.2", ours, theirs)
    assert why in clash.reason


def test_a_hunk_that_clashes_does_not_hinder_the_others():
    plan, now = accepted(text_case(BASE, NEW, b"a\nb\nmine\nd\ne\n"))
    assert plan.after == b"A\nb\nmine\nd\nE\n"
    assert plan.levels == {"p1.1": "merged", "p1.3": "merged"}
    assert [clash.hunk for clash in plan.conflicts] == ["p1.2"]
    assert plan_undo(now, ["p1.3", "p1.1"]).after == b"a\nb\nmine\nd\ne\n"


@pytest.mark.parametrize("order", [[1, 2, 3], [3, 2, 1], [2, 3, 1]])
def test_hunks_can_be_taken_back_in_any_order_also_after_typing(order):
    top, end = b"first\n\n", b"\nlast\n"
    _, now = accepted(text_case(top + BASE + end, top + NEW + end, top + BASE + end))
    now = replace(now, current=b"typed\n" + (now.current or b"") + b"typed\n")
    for number in order:
        plan = plan_undo(now, [f"p1.{number}"])
        assert plan.conflicts == ()
        now = replace(now, current=plan.after, applied=now.applied - {f"p1.{number}"})
    assert now.current == b"typed\n" + top + BASE + end + b"typed\n"


def test_an_undo_of_a_line_that_was_changed_since_says_so_and_changes_nothing():
    _, now = accepted(text_case(BASE, NEW, BASE), "p1.2")
    typed = replace(now, current=b"a\nb\nC and mine\nd\ne\n")
    plan = plan_undo(typed, ["p1.2"])
    assert (plan.after, plan.levels) == (typed.current, {})
    assert "line 3" in plan.conflicts[0].reason


def test_an_undo_of_what_was_taken_out_by_hand_has_nothing_to_do():
    _, now = accepted(text_case(BASE, NEW, BASE), "p1.2")
    plan = plan_undo(replace(now, current=BASE), ["p1.2"])
    assert (plan.after, plan.levels) == (BASE, {"p1.2": "already"})


def test_invariant_5_what_the_user_had_typed_before_the_accept_outlives_the_undo():
    _, now = accepted(text_case(BASE, NEW, b"a\nb\nC\nd\ne\n"), "p1.2")
    plan = plan_undo(now, ["p1.2"])
    assert (plan.after, plan.levels) == (b"a\nb\nC\nd\ne\n", {"p1.2": "already"})


def test_invariant_5_a_hunk_of_which_the_user_typed_a_part_is_no_merge():
    """An undo would take the typed part along, so both sides are shown instead."""
    case = text_case(b"a\nb\nc\nd\n", b"a\nX\nY\nZ\nd\n", b"a\nX\nb\nc\nd\n")
    case = replace(case, edits={"p1.1": b"X\nb\nc\nZ\n"})
    plan = plan_accept(case, ["p1.1"])
    assert (plan.after, plan.levels) == (case.current, {})
    assert "an undo could take the wrong ones" in plan.conflicts[0].reason
    assert plan.conflicts[0].ours == b"X\nb\nc\n"
    assert plan.conflicts[0].theirs == b"X\nb\nc\nZ\n"


def test_an_edit_is_what_is_accepted_and_taken_back():
    case = replace(text_case(BASE, NEW, BASE + b"typed\n"), edits={"p1.2": b"edited\nby me\n"})
    plan, now = accepted(case, "p1.2")
    assert plan.after == b"a\nb\nedited\nby me\nd\ne\ntyped\n"
    assert plan_undo(now, ["p1.2"]).after == BASE + b"typed\n"


BYTES = {
    "carriage returns": (b"a\r\nb\r\nc\r\n", b"a\r\nb\r\nC\r\n", b"mine\r\na\r\nb\r\nc\r\n"),
    "mixed endings": (b"a\nb\r\nc\n", b"a\nb\r\nC\n", b"mine\na\nb\r\nc\n"),
    "byte-order mark": (b"\xef\xbb\xbfa\nb\nc\n", b"\xef\xbb\xbfa\nb\nC\n", None),
    "latin-1": (b"\xe9\nb\nc\n", b"\xe9\nb\n\xe8\n", b"\xe4\n\xe9\nb\nc\n"),
    "no final newline": (b"a\nb\nc", b"a\nb\nC", b"mine\na\nb\nc"),
    "a final newline comes": (b"a\nb\nc", b"a\nb\nc\n", b"mine\na\nb\nc"),
    "a final newline goes": (b"a\nb\nc\n", b"a\nb\nc", b"mine\na\nb\nc\n"),
}


@pytest.mark.parametrize(("base", "new", "current"), BYTES.values(), ids=BYTES)
def test_bytes_stay_as_they_are(base, new, current):
    current = current or base
    plan, now = accepted(text_case(base, new, current))
    mine = current.removesuffix(base)
    assert plan.after == mine + new
    assert plan_undo(now, ["p1.1"]).after == current


# --- whole files, names and modes -------------------------------------------------------------


def create(new: bytes = b"x\n", mode: int = MODE_FILE) -> FileChange:
    return FileChange("f", K.CREATED, None, new, 0, mode)


def delete(base: bytes = b"x\n") -> FileChange:
    return FileChange("f", K.DELETED, base, None, MODE_FILE, 0)


def modify(base: bytes, new: bytes, before: int = MODE_FILE, after: int = MODE_FILE) -> FileChange:
    return FileChange("f", K.MODIFIED, base, new, before, after)


def rename(base: bytes, new: bytes, after: int = MODE_FILE) -> FileChange:
    return FileChange("g", K.RENAMED, base, new, MODE_FILE, after, old_path="f")


F, X, L = MODE_FILE, MODE_EXECUTABLE, MODE_LINK
LONG, LONGER = b"a\nb\nc\nd\n", b"a\nb\nc\nD\n"
Case = tuple[FileChange, bytes | None, int, bytes | None, int, str, tuple[bytes | None, int]]
WHOLE: dict[str, Case] = {
    # change, content and mode before; content, mode and level after; after the undo
    "create": (create(), None, F, b"x\n", F, "exact", (None, F)),
    "create a script": (create(b"#!", X), None, F, b"#!", X, "exact", (None, X)),
    "create what is there": (create(), b"x\n", F, b"x\n", F, "already", (b"x\n", F)),
    "create a link": (create(b"to", L), None, F, b"to", L, "exact", (None, L)),
    "delete": (delete(), b"x\n", F, None, F, "exact", (b"x\n", F)),
    "delete what is gone": (delete(), None, F, None, F, "already", (None, F)),
    "binary": (modify(b"\0a", b"\0b"), b"\0a", F, b"\0b", F, "exact", (b"\0a", F)),
    "binary of other mode": (modify(b"\0a", b"\0b"), b"\0a", X, b"\0b", X, "exact", (b"\0a", X)),
    "binary that is there": (modify(b"\0a", b"\0b"), b"\0b", F, b"\0b", F, "already", (b"\0b", F)),
    "link moves": (modify(b"p", b"q", L, L), b"p", L, b"q", L, "exact", (b"p", L)),
    "file to link": (modify(b"p", b"q", F, L), b"p", F, b"q", L, "exact", (b"p", F)),
    "mode": (modify(b"a", b"a", F, X), b"a", F, b"a", X, "exact", (b"a", F)),
    "mode beside typing": (modify(b"a", b"a", F, X), b"mine", F, b"mine", X, "exact", (b"mine", F)),
    "mode that is there": (modify(b"a", b"a", F, X), b"a", X, b"a", X, "already", (b"a", X)),
    "rename": (rename(LONG, LONG), LONG, F, LONG, F, "exact", (LONG, F)),
    "rename with mode": (rename(LONG, LONG, X), LONG, F, LONG, X, "exact", (LONG, F)),
    "rename and change": (rename(LONG, LONGER), LONG, F, LONGER, F, "exact", (LONG, F)),
    "rename beside typing": (
        rename(LONG, LONGER),
        b"mine\n" + LONG,
        F,
        b"mine\n" + LONGER,
        F,
        "merged",
        (b"mine\n" + LONG, F),
    ),
    "rename of what was typed": (rename(LONG, LONGER), LONGER, F, LONGER, F, "already", (LONGER, F)),
}  # fmt: skip


@pytest.mark.parametrize("row", WHOLE.values(), ids=WHOLE)
def test_whole_files_names_and_modes_come_and_go(row: Case):
    change, current, mode, after, after_mode, level, undone = row
    plan, now = accepted(case_of(change, current, mode))
    assert plan.conflicts == ()
    assert (plan.after, plan.after_mode, plan.levels) == (after, after_mode, {"p1.1": level})
    back = plan_undo(now, ["p1.1"])
    assert back.conflicts == ()
    assert (back.after, back.after_mode) == undone


UNKNOWN = FileChange("f", K.MODIFIED, b"a\n", b"b\n", F, F, is_base_known=False)
REFUSED: dict[str, tuple[FileChange, bytes | None, int, str]] = {
    "create where another is": (create(), b"mine\n", F, "another content"),
    "create a link where a file of that text is": (create(b"to", L), b"to", F, "no link"),
    "delete what was changed": (delete(), b"x\nmine\n", F, "cannot be merged"),
    "binary that was changed": (modify(b"\0a", b"\0b"), b"\0mine", F, "cannot be merged"),
    "text that became a link": (modify(b"a\nb\nc\n", b"a\nb\nC\n"), b"to", L, "a link by now"),
    "a link that became a file": (modify(b"p", b"q", L, L), b"p", F, "no link any more"),
    "mode of what is gone": (modify(b"a", b"a", F, X), None, F, "not there"),
    "rename of what is gone": (rename(LONG, LONGER), None, F, "not there"),
    "rename of what was changed there": (rename(LONG, LONGER), b"a\nb\nc\nmine\n", F, "line 4"),
    "a base that nobody knows": (UNKNOWN, b"a\n", F, "its base is not known"),
}


@pytest.mark.parametrize(("change", "current", "mode", "why"), REFUSED.values(), ids=REFUSED)
def test_a_whole_file_is_never_taken_from_under_the_user(change, current, mode, why):
    plan = plan_accept(case_of(change, current, mode), ["p1.1"])
    assert (plan.after, plan.after_mode, plan.levels) == (current, mode, {})
    assert why in plan.conflicts[0].reason


UNDO_REFUSED = {
    "a created file that was changed since": (create(), None, b"x\nmine\n"),
    "a deleted file that is there again": (delete(), b"x\n", b"mine\n"),
    "a binary that was changed since": (modify(b"\0a", b"\0b"), b"\0a", b"\0mine"),
}


@pytest.mark.parametrize(("change", "current", "later"), UNDO_REFUSED.values(), ids=UNDO_REFUSED)
def test_an_undo_never_takes_what_was_typed_since(change, current, later):
    _, now = accepted(case_of(change, current))
    plan = plan_undo(replace(now, current=later), ["p1.1"])
    assert (plan.after, plan.levels) == (later, {})
    assert plan.conflicts


def test_a_hunk_of_an_unknown_base_is_applied_where_it_is_there_already():
    assert plan_accept(case_of(UNKNOWN, b"b\n"), ["p1.1"]).levels == {"p1.1": "already"}


def test_invariant_3_the_same_case_gives_the_same_plan():
    one, other = (text_case(BASE, NEW, b"typed\n" + BASE) for _ in range(2))
    assert accepted(one) == accepted(other)
