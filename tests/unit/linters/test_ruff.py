"""The real ruff: on the disk, from standard input, with odd names and odd configurations."""

import pytest
from agentxd.kernel.review import Severity
from unit.linters.standing_in import change, linted, program, written

UNUSED = b"import os\n"
ON = {"ruff.toml": b"lint.select = ['F', 'E9']\n"}


def told(answer):
    return [(one.rule, one.path, one.line) for one in answer.findings]


def test_findings_have_rules_places_and_severities(tmp_path):
    files = {
        **ON,
        "a.py": b'x = "\xc3\xa9"; y = nowhere\nimport os\n',
        "b.py": b"<<<<<<< x y z\ndef f(:\n",
    }
    answer = linted(tmp_path, written(tmp_path, files), "auto")
    first, unused, *syntax = answer.findings
    assert (first.rule, first.severity, first.line) == ("ruff/F821", Severity.ERROR, 0)
    assert (first.column, first.end_column) == (13, 20)
    assert first.message == "Undefined name `nowhere`"
    assert (unused.rule, unused.severity, unused.line) == ("ruff/F401", Severity.WARNING, 1)
    assert unused.fix is not None
    assert [(one.start_line, one.end_line, one.text) for one in unused.fix.replacements] == [
        (1, 2, "")
    ]
    assert [one.rule for one in syntax] == ["ruff/invalid-syntax"]
    assert answer.ran == ("ruff",)
    assert answer.failures == answer.notices == ()


MARKS = {
    "own file": {".ruff.toml": b""},
    "section": {"pyproject.toml": b"[project]\n[tool.ruff.lint]\n"},
    "dependency": {"pyproject.toml": b'dev = ["ruff>=0.9"]\n'},
    "pre-commit": {".pre-commit-config.yaml": b"  - id: ruff\n"},
    "a folder in between": {"deep/ruff.toml": b""},
}


@pytest.mark.parametrize("files", MARKS.values(), ids=MARKS)
def test_a_project_that_uses_it_is_known_by(tmp_path, files):
    what = written(tmp_path, {**files, "deep/down/a.py": UNUSED})
    assert linted(tmp_path, what, "auto").ran == ("ruff",)


def test_a_project_that_does_not_use_it_is_left_alone_unless_it_is_named(tmp_path):
    files = {"pyproject.toml": b"[tool.mypy]\n# tool.ruffian\n", "a.py": UNUSED}
    what = written(tmp_path, files)
    assert linted(tmp_path, what, "auto").ran == ()
    assert told(linted(tmp_path, what, "ruff")) == [("ruff/F401", "a.py", 0)]
    assert linted(tmp_path, what).ran == ()


def test_what_is_staged_counts_not_what_the_disk_holds(tmp_path):
    written(tmp_path, {**ON, "a.py": b"x = 1\n"})
    answer = linted(tmp_path, change({"a.py": b"x = 1\nimport os\n"}), "auto")
    assert told(answer) == [("ruff/F401", "a.py", 1)]
    assert linted(tmp_path, change({"gone.py": UNUSED}), "auto").findings[0].path == "gone.py"


def test_it_changes_no_file_whatever_the_project_says(tmp_path):
    files = {"ruff.toml": b"fix = true\nunsafe-fixes = true\nfix-only = true\n", "a.py": UNUSED}
    answer = linted(tmp_path, written(tmp_path, files), "auto")
    assert told(answer) == [("ruff/F401", "a.py", 0)]
    assert (tmp_path / "a.py").read_bytes() == UNUSED
    assert {path.name for path in tmp_path.iterdir()} == {"ruff.toml", "a.py"}


def test_what_the_project_excludes_stays_excluded(tmp_path):
    files = {"ruff.toml": b"extend-exclude = ['old']\n", "old/a.py": UNUSED}
    assert linted(tmp_path, written(tmp_path, files), "auto").findings == ()


NAMES = ["-x.py", "@a.py", "a b.py", "a%20b.py", "ü.py", "a'b.py", "#.py", "a\\b.py", "\u202e.py"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name(tmp_path, name):
    what = written(tmp_path, {**ON, "b.py": UNUSED, name: UNUSED})
    assert {one.path for one in linted(tmp_path, what, "auto").findings} == {"b.py", name}


def test_a_link_is_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_bytes(UNUSED)
    root = tmp_path / "root"
    written(root, ON)
    (root / "folder").symlink_to(outside)
    (root / "a.py").symlink_to(outside / "secret.py")
    link = change({"a.py": b"../outside/secret.py"})
    linked = change({"folder/secret.py": b"x = 1\n"})
    files = tuple(
        type(one)(path=one.path, new=one.new, new_mode=0o120000, new_size=1) for one in link.files
    )
    assert linted(root, type(link)(files=files), "auto").ran == ()
    assert linted(root, linked, "auto").findings == ()


def test_a_broken_configuration_is_a_failure_that_quotes_no_file(tmp_path):
    (tmp_path / "keys").write_text("token = abc hidden-value\n")
    files = {"ruff.toml": f"extend = '{tmp_path}/keys'\n".encode(), "a.py": UNUSED}
    (failure,) = linted(tmp_path, written(tmp_path, files), "auto").failures
    assert failure.rule == "linter/ruff"
    assert "Failed to load" in failure.reason
    assert "hidden-value" not in failure.reason
    assert failure.next_step.startswith("See what it says: ruff check")


ASKED = {"ruff.toml": b'required-version = "==0.0.1"\n', "a.py": UNUSED}


def test_another_version_that_is_asked_for_is_told_as_a_notice(tmp_path):
    answer = linted(tmp_path, written(tmp_path, ASKED), "auto")
    assert answer.failures == answer.ran == ()
    assert answer.notices == ("ruff did not run: the project asks for another version",)


def test_another_version_that_is_asked_for_is_taken_from_the_path(tmp_path):
    program(tmp_path / "bin", "ruff", "print('{\"runs\": []}')\n")
    answer = linted(
        tmp_path / "root", written(tmp_path / "root", ASKED), "auto", path=tmp_path / "bin"
    )
    assert (answer.ran, answer.notices, answer.failures) == (("ruff",), (), ())
