"""Which findings concern a change, in each scope."""

import pytest
from agentxd.kernel.review import ChangedFile, Finding, Scope, Severity, Span
from agentxd.review.scoping import concerns

FILE = ChangedFile(
    path="a", old=b"", new=b"", old_mode=0o100644, new_mode=0o100644,
    spans=(Span(10, 2, 10, 3), Span(30, 4, 31, 0)),
)  # fmt: skip
SCOPES = (Scope.ADDED, Scope.DIFF_CONTEXT, Scope.FILE, Scope.NOFILTER)
"""From the narrowest to the widest."""


def at(line: int, **also) -> Finding:
    values = {"rule": "r", "severity": Severity.NOTE, "path": "a", "message": "m"}
    return Finding(line=line, **values, **also)


CASES = [
    (at(9), Scope.DIFF_CONTEXT),
    (at(10), Scope.ADDED),
    (at(12), Scope.ADDED),
    (at(13), Scope.DIFF_CONTEXT),
    (at(15), Scope.DIFF_CONTEXT),
    (at(16), Scope.FILE),
    (at(6), Scope.FILE),
    (at(7), Scope.DIFF_CONTEXT),
    (at(5, end_line=11), Scope.ADDED),
    (at(5, end_line=10), Scope.DIFF_CONTEXT),
    (at(31), Scope.DIFF_CONTEXT),
    (at(31, is_about_removal=True), Scope.ADDED),
    (at(33, is_about_removal=True), Scope.DIFF_CONTEXT),
    (at(10, is_about_removal=True), Scope.ADDED),
    (at(20, is_about_removal=True), Scope.FILE),
    (at(0, is_about_file=True), Scope.ADDED),
]


@pytest.mark.parametrize(("finding", "narrowest"), CASES)
def test_a_finding_is_shown_from_its_narrowest_scope_on(finding, narrowest) -> None:
    shown = [scope for scope in SCOPES if concerns(finding, FILE, scope)]
    assert shown == list(SCOPES[SCOPES.index(narrowest) :])


def test_other_files_are_shown_only_without_a_filter() -> None:
    assert [scope for scope in SCOPES if concerns(at(1), None, scope)] == [Scope.NOFILTER]


def test_all_of_a_new_file_is_added() -> None:
    new = ChangedFile(path="a", new=b"x\n", new_mode=0o100644)
    assert concerns(at(0), new, Scope.ADDED)


def test_a_mere_rename_adds_no_line() -> None:
    renamed = ChangedFile(path="a", old_path="b", old=b"x\n", new=b"x\n", old_mode=0o100644)
    assert not concerns(at(0), renamed, Scope.ADDED)
    assert concerns(at(0, is_about_file=True), renamed, Scope.ADDED)


def test_added_lines_take_nothing_away() -> None:
    file = ChangedFile(path="a", old=b"", new=b"x\n", old_mode=1, spans=(Span(0, 0, 0, 1),))
    assert not concerns(at(0, is_about_removal=True), file, Scope.ADDED)
