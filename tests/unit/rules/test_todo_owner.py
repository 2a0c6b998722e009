"""Remarks that are nobody's are notes."""

import pytest
from agentxd.kernel.review import Example, Severity
from agentxd.plugins.rules.todo_owner import TodoOwner
from review_parts import findings_of, ground_of

NOBODYS = ["TODO: mend", "FIXME mend", "TODO mend", "XXX: mend", "HACK: mend", "todo: mend"]
OWNED = [
    "TODO(ada): mend", "TODO(#12): mend", "TODO @ada: mend", "FIXME: see #123", "TODO ABC-12 mend",
    "TODO: https://example.com/1", "TODO [ada] mend", "TODO: remove in v3", "TODO: drop after 2.0",
    "FIXME(ada)", "XXX-XXX", "todo mend", "TODOS are here", "mastodonTODO", "TODO: by 2031-01-01",
]  # fmt: skip
FRAMES = [
    ("a.py", "a = 1  # {}\n"), ("a.ts", "// {}\nlet a = 1;\n"), ("a.go", "package a\n\n// {}\nvar a = 1\n"),
    ("a.rs", "fn a() {{}} // {}\n"), ("a.css", "/* {} */\na {{}}\n"), ("a.yml", "a: 1 # {}\n"),
    ("a.sh", "# {}\nls\n"), ("a.sql", "-- {}\nselect 1;\n"), ("A.java", "/**\n * {}\n */\nclass A {{}}\n"),
]  # fmt: skip


def found(path, new, old=None):
    return findings_of(TodoOwner(), ground_of(Example(path, new, old)))


@pytest.mark.parametrize(("path", "frame"), FRAMES)
@pytest.mark.parametrize("remark", NOBODYS)
def test_a_remark_without_an_owner_is_a_note(path, frame, remark):
    (finding,) = found(path, frame.format(remark))
    assert finding.severity is Severity.NOTE
    line = frame.format(remark).split("\n")[finding.line]
    assert len(line[finding.column : finding.end_column]) > 2
    assert line[finding.column : finding.end_column] in remark


@pytest.mark.parametrize(("path", "frame"), FRAMES)
@pytest.mark.parametrize("remark", OWNED)
def test_a_remark_with_an_owner_is_not_found(path, frame, remark):
    assert found(path, frame.format(remark)) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 'a = "# TODO: b"\n'),
        ("a.md", "# TODO: b\n"),
        ("TODO.txt", "TODO: b\n"),
        ("a.js", "TODO(1);\n"),
    ],
)
def test_strings_and_documents_are_not_looked_at(path, text):
    assert found(path, text) == []


def test_a_remark_that_was_only_moved_is_not_found():
    assert found("a.py", "b = 1\n\n# TODO: mend\na = 1\n", "# TODO: mend\na = 1\nb = 1\n") == []
