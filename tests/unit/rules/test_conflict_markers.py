"""Conflicts that nobody resolved are found once each; what only shows one is not."""

import pytest
from agentxd.kernel.review import Example, Severity
from agentxd.plugins.rules.conflict_markers import ConflictMarkers
from review_parts import findings_of, ground_of

L, M, R, B = "<" * 7, "=" * 7, ">" * 7, "|" * 7
WHOLE = f"{L} HEAD\na\n{M}\nb\n{R} topic\n"


def found(path, new, old=None):
    return findings_of(ConflictMarkers(), ground_of(Example(path, new, old)))


@pytest.mark.parametrize(
    ("path", "text", "spans"),
    [
        ("a.py", WHOLE, [(0, 5)]),
        ("a.py", WHOLE + "c\n" + WHOLE, [(0, 5), (6, 11)]),
        ("a.json", f"{{\n{L} ours\n{B} base\n{M}\n{R} theirs\n}}\n", [(1, 5)]),
        ("a.js", WHOLE.replace("\n", "\r\n"), [(0, 5)]),
        ("a.css", f"a\n{R} 1a2b3c4 (message)\n", [(1, 2)]),
        ("a.css", f"{L} Updated upstream\na\n", [(0, 1)]),
        ("docs/a.rst", f"Title\n{M}\n\n{WHOLE}", [(3, 8)]),
        ("tests/test_a.py", WHOLE, [(0, 5)]),
        ("a.py.orig", WHOLE, [(0, 5)]),
    ],
)
def test_each_conflict_is_found_once(path, text, spans):
    findings = found(path, text)
    assert [(one.line, one.end_line) for one in findings] == spans
    assert {one.severity for one in findings} == {Severity.ERROR}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.rst", f"Title\n{M}\n"), ("a.patch", WHOLE), ("a.md", f"~~~\n{WHOLE}~~~\n"),
        ("tests/a_test.go", f"package a\n\nvar text = `\n{WHOLE}`\n"), ("a.c", f"// {L} x {R} y\n"),
        ("a.txt", f"{L}{L} banner {R}\n{'<' * 8} x\n"), ("a.bin", "\0" + WHOLE),
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_not_found(path, text):
    assert found(path, text) == []


def test_a_text_that_tests_read_is_a_note():
    (finding,) = found("tests/data/merge.txt", WHOLE)
    assert finding.severity is Severity.NOTE


def test_a_conflict_that_was_there_before_is_not_of_the_change():
    assert found("a.py", WHOLE + "c\n", old=WHOLE) == []
