"""What stand-ins answer, well and badly, and what is made of it."""

import json
import signal
import time
from pathlib import Path

import pytest
from agentxd.kernel.review import Severity
from unit.linters.standing_in import TWO_LINES, change, linted, program, written

ANSWERS = {
    "shellcheck": (
        {".shellcheckrc": b"", "a.sh": b"one\ntwo words\n"},
        {
            "comments": [
                {
                    "file": "./a.sh",
                    "line": 2,
                    "endLine": 2,
                    "column": 5,
                    "endColumn": 10,
                    "level": "info",
                    "code": 2086,
                    "message": "Double quote.",
                }
            ]
        },
        ("shellcheck/SC2086", "note", "a.sh", 1, 4, 9),
    ),
    "actionlint": (
        {".github/workflows/a.yml": b"one\ntwo words\n"},
        [
            {
                "message": "bad",
                "filepath": "./.github/workflows/a.yml",
                "line": 2,
                "column": 5,
                "end_column": 9,
                "kind": "expression",
                "snippet": "two words",
            }
        ],
        ("actionlint/expression", "warning", ".github/workflows/a.yml", 1, 4, 9),
    ),
    "eslint": (
        {"eslint.config.js": "one\n𝒳𝒳 x\n".encode()},
        [
            {
                "filePath": "{root}/eslint.config.js",
                "messages": [
                    {
                        "ruleId": "no-undef",
                        "severity": 2,
                        "message": "no x.",
                        "line": 2,
                        "column": 6,
                        "endLine": 2,
                        "endColumn": 7,
                    },
                    {"ruleId": None, "severity": 1, "message": "File ignored because of x"},
                ],
            }
        ],
        ("eslint/no-undef", "error", "eslint.config.js", 1, 3, 4),
    ),
    "rubocop": (
        {".rubocop.yml": b"", "a.rb": b"one\ntwo words\n"},
        {
            "files": [
                {
                    "path": "a.rb",
                    "offenses": [
                        {
                            "severity": "convention",
                            "message": "no.",
                            "cop_name": "Style/X",
                            "location": {
                                "start_line": 2,
                                "start_column": 5,
                                "last_line": 2,
                                "last_column": 9,
                            },
                        }
                    ],
                }
            ]
        },
        ("rubocop/Style/X", "note", "a.rb", 1, 4, 9),
    ),
    "phpstan": (
        {"phpstan.neon": b"", "a.php": TWO_LINES},
        {
            "files": {
                "{root}/a.php": {
                    "messages": [{"message": "no.", "line": 2, "identifier": "return.type"}]
                }
            },
            "errors": [],
        },
        ("phpstan/return.type", "warning", "a.php", 1, -1, -1),
    ),
    "golangci-lint": (
        {".golangci.yml": b"run:\n", "a.go": b"one\ntwo words\n"},
        {
            "Issues": [
                {
                    "FromLinter": "typecheck",
                    "Text": "no.",
                    "Pos": {"Filename": "a.go", "Line": 2, "Column": 5},
                },
                {"FromLinter": "lll", "Text": "x", "Pos": {"Filename": "other.go", "Line": 2}},
            ]
        },
        ("golangci-lint/typecheck", "error", "a.go", 1, 4, 5),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_their_own_forms_are_read(tmp_path, name):
    files, answer, wanted = ANSWERS[name]
    root = tmp_path / "root"
    text = json.dumps(answer).replace("{root}", str(root))
    program(tmp_path / "bin", name, f"print({text!r})\nsys.exit(1)")
    told = linted(root, written(root, files), name, path=tmp_path / "bin")
    (found,) = told.findings
    place = (found.path, found.line, found.column, found.end_column)
    assert (found.rule, found.severity.value, *place) == wanted
    assert found.reviewer == "linter"
    assert told.failures == ()


def test_eslint_is_read_as_sarif_where_its_formatter_is_there(tmp_path):
    files = {
        "eslint.config.js": TWO_LINES,
        "node_modules/@microsoft/eslint-formatter-sarif/package.json": b"{}",
    }
    answer = "print('{\"runs\": []}' if 'eslint-formatter-sarif' in given[0] else 'no')"
    program(tmp_path / "bin", "eslint", answer)
    root = tmp_path / "root"
    told = linted(root, written(root, files), "eslint", path=tmp_path / "bin")
    assert (told.ran, told.failures) == (("eslint",), ())


def test_a_file_from_standard_input_is_known_as_such(tmp_path):
    answer = (
        "text = sys.stdin.read()\n"
        "print(json.dumps({'comments': [{'file': '-', 'line': 1, 'code': 1, 'message': text}]}))"
    )
    program(tmp_path / "bin", "shellcheck", answer)
    (tmp_path / "root").mkdir()
    told = linted(
        tmp_path / "root", change({"a.sh": b"staged"}), "shellcheck", path=tmp_path / "bin"
    )
    assert [(found.path, found.message) for found in told.findings] == [("a.sh", "staged")]


def test_a_linter_that_reads_the_disk_alone_says_what_it_did_not_see(tmp_path):
    root = tmp_path / "root"
    written(root, {"phpstan.neon": b"", "a.php": b"other"})
    program(tmp_path / "bin", "phpstan", "print('x')")
    told = linted(root, change({"a.php": b"staged"}), "phpstan", path=tmp_path / "bin")
    assert (told.ran, told.failures) == ((), ())
    assert told.notices == (
        "phpstan did not look at 1 file: the working tree holds other contents",
    )


def test_a_remark_without_a_line_is_about_a_new_file_only(tmp_path):
    from msgspec.structs import replace

    answer = "print(json.dumps({'comments': [{'file': 'a.sh', 'code': 1, 'message': 'x'}]}))"
    program(tmp_path / "bin", "shellcheck", answer)
    what = written(tmp_path / "root", {"a.sh": TWO_LINES})
    old = replace(what, files=tuple(replace(file, old=b"old") for file in what.files))
    for one, is_about_file in ((what, True), (old, False)):
        told = linted(tmp_path / "root", one, "shellcheck", path=tmp_path / "bin")
        assert [found.is_about_file for found in told.findings] == [is_about_file]


BROKEN = {
    "wrote nothing": ("", "it wrote no JSON"),
    "wrote text": ("print('Usage: shellcheck')", "it wrote no JSON"),
    "wrote another shape": ("print('[]')", "JSON of another shape"),
    "complains": ("sys.exit('cannot read .shellcheckrc')", "cannot read .shellcheckrc"),
    "ends badly": ("print('{\"comments\": []}')\nsys.exit(3)", "it ended with 3"),
    "dies": (f"os.kill(os.getpid(), {int(signal.SIGSEGV)})", "it ended with -11"),
    "writes for ever": (
        "while True: sys.stdout.write('x' * 1_000_000)",
        "it wrote more than 32 MiB",
    ),
    "complains for ever, then ends": (
        "[sys.stderr.write('x' * 100_000) for _ in range(100)]\nsys.exit(2)",
        "it ended with 2",
    ),
}


@pytest.mark.parametrize(("body", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_linter_that_fails_is_a_failure(tmp_path, body, reason):
    program(tmp_path / "bin", "shellcheck", body)
    root = tmp_path / "root"
    told = linted(root, written(root, {"a.sh": TWO_LINES}), "shellcheck", path=tmp_path / "bin")
    (failure,) = told.failures
    assert failure.rule == "linter/shellcheck"
    assert reason in failure.reason
    assert len(failure.reason) < 700


def test_a_linter_that_reports_its_own_error_is_a_failure(tmp_path):
    answer = {"files": [], "errors": ["Ignored error pattern was not matched."]}
    program(tmp_path / "bin", "phpstan", f"print({json.dumps(answer)!r})\nsys.exit(1)")
    what = written(tmp_path / "root", {"phpstan.neon": b"", "a.php": TWO_LINES})
    (failure,) = linted(tmp_path / "root", what, "phpstan", path=tmp_path / "bin").failures
    assert "Ignored error pattern was not matched" in failure.reason


def test_a_program_that_cannot_be_started_is_a_failure(tmp_path):
    path = program(tmp_path / "bin", "shellcheck", "")
    path.write_text("#!/no/such/interpreter\n")
    what = written(tmp_path / "root", {"a.sh": TWO_LINES})
    (failure,) = linted(tmp_path / "root", what, "shellcheck", path=tmp_path / "bin").failures
    assert failure.reason.startswith("it cannot be started")


def test_one_that_fails_does_not_keep_the_others_from_their_work(tmp_path):
    program(tmp_path / "bin", "shellcheck", "sys.exit(7)")
    what = written(tmp_path / "root", {"a.sh": TWO_LINES, "a.py": b"import os\n"})
    told = linted(tmp_path / "root", what, "shellcheck", "ruff", path=tmp_path / "bin")
    assert [found.rule for found in told.findings] == ["ruff/F401"]
    assert [failure.rule for failure in told.failures] == ["linter/shellcheck"]


def test_one_that_hangs_is_ended_with_its_children(tmp_path):
    body = (
        "child = os.fork()\n"
        "if child: open(os.environ['HOME'] + '/pids', 'w').write(f'{os.getpid()} {child}')\n"
        "import time; time.sleep(600)"
    )
    program(tmp_path / "bin", "shellcheck", body)
    what = written(tmp_path / "root", {"a.sh": TWO_LINES})
    root = tmp_path / "root"
    told = linted(root, what, "shellcheck", path=tmp_path / "bin", seconds=2.0)
    (failure,) = told.failures
    assert failure.reason == "it did not end in time"
    pids = [int(pid) for pid in (root / "pids").read_text().split()]
    assert [pid for pid in pids if is_running(pid)] == []


def test_what_a_linter_leaves_behind_is_ended_with_it(tmp_path):
    body = (
        "child = os.fork()\n"
        "if not child: import time; time.sleep(600)\n"
        "open(os.environ['HOME'] + '/pids', 'w').write(str(child))\n"
        "print('{\"comments\": []}')"
    )
    program(tmp_path / "bin", "shellcheck", body)
    root = tmp_path / "root"
    told = linted(root, written(root, {"a.sh": b""}), "shellcheck", path=tmp_path / "bin")
    assert told.failures == ()
    assert not is_running(int((root / "pids").read_text()))


def is_running(pid):
    """Whether it is there within two seconds; a killed one may wait for its parent as a zombie."""
    for _ in range(40):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True


SARIF = {
    "version": "2.1.0",
    "runs": [
        {
            "results": [
                {
                    "ruleId": "X1",
                    "level": "error",
                    "message": {"text": "no"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "a.py"},
                                "region": {"startLine": 2},
                            }
                        }
                    ],
                }
            ]
        }
    ],
}


def custom(tmp_path, line, body, files=None):
    program(tmp_path / "bin", "mine", body)
    root = tmp_path / "root"
    what = written(root, files or {"a.py": TWO_LINES, "b c.py": TWO_LINES})
    return linted(root, what, "auto", path=tmp_path / "bin", commands={"my-lint": line})


def test_a_command_of_the_user_is_read_as_sarif(tmp_path):
    told = custom(tmp_path, "mine --sarif {files}", f"print({json.dumps(SARIF)!r})\nsys.exit(4)")
    (found,) = told.findings
    assert (found.rule, found.severity, found.line) == ("my-lint/X1", Severity.ERROR, 1)
    assert (told.ran, told.failures) == (("my-lint",), ())


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("mine --sarif {files} --last", ["--sarif", "./a.py", "./b c.py", "--last"]),
        ("mine 'two words' $HOME `x`", ["two words", "$HOME", "`x`"]),
    ],
)
def test_a_command_gets_its_words_without_a_shell(tmp_path, line, given):
    body = (
        "open(os.environ['HOME'] + '/seen', 'w').write(json.dumps(given))\nprint('{\"runs\": []}')"
    )
    custom(tmp_path, line, body)
    assert json.loads((tmp_path / "root/seen").read_text()) == given


NO_COMMANDS = {
    "no program": ("nothing-like-it", "there is no program nothing-like-it"),
    "no words": ("", "its command is none"),
    "an open quote": ("mine 'x", "its command is none: No closing quotation"),
    "fails": ("mine", "it ended with 4"),
}


@pytest.mark.parametrize(("line", "reason"), NO_COMMANDS.values(), ids=NO_COMMANDS)
def test_a_command_that_is_none_is_a_failure(tmp_path, line, reason):
    told = custom(tmp_path, line, "print('{\"runs\": []}')\nsys.exit(4)")
    assert [reason in failure.reason for failure in told.failures] == [True]
    assert told.failures[0].rule == "linter/my-lint"


def test_a_command_may_stand_for_a_linter_of_the_table(tmp_path):
    program(tmp_path / "bin", "mine", "print('{\"runs\": []}')")
    root = tmp_path / "root"
    what = written(root, {"ruff.toml": b"", "a.py": b"import os\n"})
    told = linted(root, what, "auto", path=tmp_path / "bin", commands={"ruff": "mine"})
    assert (told.ran, told.findings) == (("ruff",), ())


def test_many_files_are_given_in_several_calls(tmp_path):
    body = "open(os.environ['HOME'] + f'/seen-{os.getpid()}', 'w').write('\\n'.join(given))\nprint('{\"comments\": []}')"
    program(tmp_path / "bin", "shellcheck", body)
    root = tmp_path / "root"
    names = {f"{'x' * 200}{number}.sh": b"" for number in range(300)}
    linted(root, written(root, names), "shellcheck", path=tmp_path / "bin")
    seen = [path.read_text().split("\n")[1:] for path in root.glob("seen-*")]
    assert len(seen) > 1
    assert sorted(name for one in seen for name in one) == sorted(f"./{name}" for name in names)


def test_nothing_is_called_where_nothing_changed(tmp_path):
    told = linted(tmp_path, change({}), "auto", "eslint")
    assert (told.ran, told.findings, told.failures, told.notices) == ((), (), (), ())
    assert list(tmp_path.iterdir()) == []
