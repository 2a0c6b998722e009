"""A finding keeps its name while its code stays, wherever it moves to."""

import pytest
from agentxd.kernel.review import Change, ChangedFile, Finding, Severity, Span
from agentxd.review.fingerprints import alternatives, enclosing, fingerprinted, moved
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from unit.review.reviews import any_content, any_finding, some_spans

CODE = "def f(x):\n    y = 1\n    eval(x)\n"


def named(text: str, needle: str = "eval", *, nth: int = -1, path: str = "a.py", **also) -> Finding:
    """The finding at the nth line that holds the needle."""
    at = [i for i, line in enumerate(text.split("\n")) if needle in line][nth]
    values = {"rule": "dangerous-call", "message": "m", "line": at} | also
    finding = Finding(severity=Severity.ERROR, path=path, **values)
    change = Change(files=(ChangedFile(path=path, new=text.encode()),))
    return fingerprinted([finding], change)[0]


SAME = {
    "lines above": "import os\n\n\n" + CODE,
    "lines below": CODE + "\n\ndef g():\n    pass\n",
    "indentation": "class A:\n    def f(x):\n        y = 1\n        eval(x)\n",
    "tabs": "def f(x):\n\ty = 1\n\teval(x)\n",
    "inside a condition": "def f(x):\n    if x:\n        eval(x)\n",
    "inside a loop and a try": "def f(x):\n  for x in y:\n    try:\n      eval(x)\n",
    "other parameters": "def f(x, z):\n    eval(x)\n",
    "CRLF": CODE.replace("\n", "\r\n"),
    "the definition moved behind another": "def g():\n    pass\n\n\n" + CODE,
    "the line moved in its definition": "def f(x):\n    eval(x)\n    y = 1\n",
}
OTHER = {
    "another text": CODE.replace("eval(x)", "eval(y)"),
    "another definition": CODE.replace("def f", "def g"),
    "a second one in the same definition": CODE + "    eval(x)\n",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_the_same_code_keeps_its_name(text: str) -> None:
    assert named(text).fingerprint == named(CODE).fingerprint


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER.keys())
def test_other_code_has_another_name(text: str) -> None:
    assert named(text).fingerprint != named(CODE).fingerprint


def test_a_brace_language_has_definitions_too() -> None:
    text = "class A {\n  void f(int x) {\n    if (x) {\n      eval(x);\n    }\n  }\n}\n"
    lines = text.split("\n")
    assert enclosing(lines, 3) == "void f"
    assert enclosing(lines, 1) == "class A {"
    assert enclosing(lines, 0) == ""


def test_rule_and_path_make_another_name() -> None:
    here = named(CODE)
    assert named(CODE, rule="other").fingerprint != here.fingerprint
    assert named(CODE, path="b.py").fingerprint != here.fingerprint


def test_two_remarks_on_one_line_differ() -> None:
    one = Finding(rule="r", severity=Severity.NOTE, path="a", column=0, message="m")
    change = Change(files=(ChangedFile(path="a", new=b"x x\n"),))
    first, second = fingerprinted([one, replace(one, column=2)], change)
    assert first.fingerprint != second.fingerprint
    turned = fingerprinted([replace(one, column=2), one], change)
    assert [f.fingerprint for f in turned] == [second.fingerprint, first.fingerprint]


def test_the_second_of_two_equal_lines_is_told_apart_though_only_it_is_looked_at() -> None:
    twice = CODE + "    eval(x)\n"
    assert named(twice, nth=0).fingerprint == named(CODE).fingerprint
    assert named(twice, nth=1).fingerprint != named(CODE).fingerprint


def test_a_renamed_file_keeps_its_names() -> None:
    before, after = named(CODE), named(CODE, path="new/b.py")
    assert before.fingerprint in alternatives(after, "a.py")
    assert set(alternatives(before)) & set(alternatives(after))
    assert moved(after.fingerprint, "new/b.py", "a.py") == before.fingerprint


def test_a_finding_about_a_file_has_no_name_without_its_path() -> None:
    finding = named(CODE, is_about_file=True)
    assert alternatives(finding) == ()
    assert len(alternatives(finding, "old.py")) == 1


def test_an_anchor_stands_for_the_text() -> None:
    here = named(CODE, anchor="test_x")
    assert named(OTHER["another text"], anchor="test_x").fingerprint == here.fingerprint
    assert named(CODE, anchor="test_y").fingerprint != here.fingerprint


def test_removed_lines_name_their_finding() -> None:
    def removal(gone: str, above: int) -> str:
        old = "a\n" * above + gone
        spans = (Span(above, 1, above, 0),)
        file = ChangedFile(path="a", old=old.encode(), new=b"a\n" * above, spans=spans)
        finding = Finding(
            rule="r",
            severity=Severity.NOTE,
            path="a",
            line=above,
            is_about_removal=True,
            message="m",
        )
        return fingerprinted([finding], Change(files=(file,)))[0].fingerprint

    assert removal("assert x\n", 1) == removal("assert x\n", 5)
    assert removal("assert x\n", 1) != removal("assert y\n", 1)


def test_a_secret_cannot_be_found_by_trying() -> None:
    """Of all secrets that may have stood there, one in 64 gives the same name."""
    names = {
        named(f"password = 'pw{number:04}'\n", "password", rule="secret").fingerprint
        for number in range(600)
    }
    assert 1 < len(names) <= 64


def test_a_secret_that_is_replaced_by_another_is_mostly_a_new_finding() -> None:
    names = [
        named(f"key = 'Ab{n}xZ9{n}'\n", "key", rule="secret", column=7, end_column=12).fingerprint
        for n in range(40)
    ]
    assert len(set(names)) > 15


@given(st.lists(any_finding, max_size=4), any_content, any_content, some_spans)
def test_every_finding_gets_sixteen_digits(findings, old, new, spans) -> None:
    files = tuple(
        ChangedFile(path=path, old=old, new=new, spans=spans)
        for path in {finding.path for finding in findings[1:]}
    )
    marked = fingerprinted(findings, Change(files=files))
    assert [replace(f, fingerprint="") for f in marked] == [
        replace(f, fingerprint="") for f in findings
    ]
    for finding in marked:
        assert len(finding.fingerprint) == 16
        assert int(finding.fingerprint, 16) >= 0
        assert all(len(name) == 16 for name in alternatives(finding, "old"))
    places = [(f.path, f.rule, f.fingerprint) for f in marked]
    assert len(set(places)) == len(places)
