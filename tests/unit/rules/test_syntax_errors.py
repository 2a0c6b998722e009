"""Files that the change broke, and those that only look like it."""

import pytest
from agentxd.kernel.review import Change
from agentxd.plugins.languages.review_syntax import ReviewSyntax
from agentxd.plugins.rules.syntax_errors import SyntaxErrors
from agentxd.review.gathering import Standing
from review_parts import MemoryTree, changed, findings_of


def found(path, old, new):
    change = Change(files=(changed(path, old and old.encode(), new.encode()),))
    return findings_of(SyntaxErrors(), Standing(change, ReviewSyntax(), MemoryTree({})))


def test_the_finding_stands_on_a_line_of_the_change():
    old = "def f():\n    return g(1)\n\n\ndef h():\n    return 2\n"
    [finding] = found("a.py", old, old.replace("g(1)", "g(1"))
    assert finding.line == 1


def test_where_a_bracket_went_it_is_about_what_was_removed():
    old = "x = {\n    1: 2,\n}\ny = 3\n"
    [finding] = found("a.py", old, "x = {\n    1: 2,\ny = 3\n")
    assert finding.is_about_removal
    assert finding.line == 2


def test_what_did_not_parse_before_is_not_told_again():
    assert found("a.py", "def f(:\n    pass\n", "def f(:\n    return 1\n") == []


def test_newer_syntax_than_ours_is_no_fault():
    assert found("a.py", "x = 1\n", "type A[T] = list[T]\nx = f'{a['b']}'\n") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("templates/a.py", "def {{ name }}(:\n"),
        ("tests/fixtures/bad.json", "{,}\n"),
        ("a.py", "<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n"),
        (".vscode/settings.json", '{"a": 1,}\n'),
        ("a.cpp", "FOO(bar) {\n  x;\n}\nBAR\n"),
        ("deploy.yaml", "a: {{ .Values.a }}\n{{- range .b }}\n- [\n{{- end }}\n"),
    ],
)
def test_what_only_looks_broken(path, text):
    assert found(path, None, text) == []


def test_values_are_not_repeated():
    [finding] = found("a.js", "let a = 1;\n", "let password = 'hunter2 hunter2' 'x' = (;\n")
    assert "hunter2" not in finding.message
