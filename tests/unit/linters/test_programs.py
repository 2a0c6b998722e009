"""Which programs run: never one of the repository, unless the user named the linter."""

import json

import pytest
from unit.linters.standing_in import TWO_LINES, change, linted, program, written

SAYS_NOTHING = {
    "shellcheck": "print(json.dumps({'comments': []}))",
    "hadolint": "print(json.dumps({'runs': []}))",
    "actionlint": "print('[]')",
    "eslint": "print('[]')",
    "rubocop": "print(json.dumps({'files': []}))",
    "phpstan": "print(json.dumps({'files': [], 'errors': []}))",
    "golangci-lint": "print(json.dumps({'runs': []}))",
}
USED = {
    "shellcheck": {".shellcheckrc": b"", "a.sh": TWO_LINES},
    "hadolint": {".hadolint.yaml": b"", "Dockerfile": TWO_LINES},
    "actionlint": {".github/actionlint.yaml": b"", ".github/workflows/a.yml": TWO_LINES},
    "eslint": {"eslint.config.js": TWO_LINES},
    "rubocop": {".rubocop.yml": b"", "a.rb": TWO_LINES},
    "phpstan": {"phpstan.neon": b"", "a.php": TWO_LINES},
    "golangci-lint": {".golangci.yml": b'version: "2"\n', "a.go": TWO_LINES},
}
SAFE = ("shellcheck", "hadolint", "actionlint")
RUNS_CODE = ("eslint", "rubocop", "phpstan", "golangci-lint")


@pytest.mark.parametrize("name", SAFE)
def test_what_runs_no_code_of_the_repository_runs_by_itself(tmp_path, name):
    program(tmp_path / "bin", name, SAYS_NOTHING[name])
    what = written(tmp_path / "root", USED[name])
    answer = linted(tmp_path / "root", what, "auto", path=tmp_path / "bin")
    assert (answer.ran, answer.failures, answer.notices) == ((name,), (), ())


@pytest.mark.parametrize("name", RUNS_CODE)
def test_what_runs_code_of_the_repository_runs_only_when_it_is_named(tmp_path, name):
    program(tmp_path / "bin", name, SAYS_NOTHING[name])
    what = written(tmp_path / "root", USED[name])
    answer = linted(tmp_path / "root", what, "auto", path=tmp_path / "bin")
    assert (answer.ran, answer.failures) == ((), ())
    assert len(answer.notices) == 1
    assert "review_linters" in answer.notices[0]
    answer = linted(tmp_path / "root", what, "auto", name, path=tmp_path / "bin")
    assert (answer.ran, answer.failures, answer.notices) == ((name,), (), ())


@pytest.mark.parametrize("name", RUNS_CODE)
def test_a_named_one_that_the_project_does_not_use_is_no_matter(tmp_path, name):
    files = [path for path in USED[name] if not path.startswith((".", "eslint", "phpstan"))]
    what = written(tmp_path, {**dict.fromkeys(files, TWO_LINES), "a.js": TWO_LINES})
    answer = linted(tmp_path, what, "auto", name)
    assert (answer.ran, answer.failures, answer.notices) == ((), (), ())


@pytest.mark.parametrize("name", SAFE)
def test_what_is_not_installed_is_a_notice_and_when_it_is_named_a_failure(tmp_path, name):
    what = written(tmp_path, USED[name])
    answer = linted(tmp_path, what, "auto")
    assert answer.failures == ()
    assert answer.notices == (f"{name} did not run: the project uses it, and it is not there",)
    (failure,) = linted(tmp_path, what, name).failures
    assert (failure.rule, failure.reason) == (f"linter/{name}", "it is not installed")


def test_a_typing_error_among_the_names_is_a_failure(tmp_path):
    (failure,) = linted(tmp_path, change({"a.py": b""}), "auto", "esslint").failures
    assert (failure.rule, failure.reason) == ("linter/esslint", "there is no such linter")
    assert "eslint" in failure.next_step


INSIDE = ["tools", "node_modules/.bin", ".venv/bin"]


@pytest.mark.parametrize("folder", INSIDE)
def test_a_program_of_the_repository_does_not_run(tmp_path, folder):
    root = tmp_path / "root"
    what = written(root, USED["shellcheck"])
    program(root / folder, "shellcheck", "open('ran', 'w').close()")
    for path in (root / folder, root / "." / folder):
        for wanted in ("auto", "shellcheck"):
            assert linted(root, what, wanted, path=path).ran == ()
    assert not (root / "ran").exists()


def test_a_link_to_a_program_of_the_repository_does_not_run_either(tmp_path):
    root = tmp_path / "root"
    what = written(root, USED["shellcheck"])
    inside = program(root / "tools", "shellcheck", "open('ran', 'w').close()")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "shellcheck").symlink_to(inside)
    (tmp_path / "more").symlink_to(root / "tools")
    for folder in ("bin", "more"):
        assert linted(root, what, "auto", path=tmp_path / folder).ran == ()


def test_relative_entries_of_the_path_count_for_nothing(tmp_path, monkeypatch):
    root = tmp_path / "root"
    what = written(root, USED["shellcheck"])
    program(root / "tools", "shellcheck", "open('ran', 'w').close()")
    monkeypatch.chdir(root)
    for entry in ("tools", ".", ""):
        assert linted(root, what, "auto", path=entry).ran == ()


def test_a_named_linter_is_taken_from_the_nearest_package(tmp_path):
    says = "print(json.dumps([{'filePath': given[-1], 'messages': [{'message': 'from %s'}]}]))"
    program(tmp_path / "node_modules/.bin", "eslint", says % "top")
    program(tmp_path / "app/node_modules/.bin", "eslint", says % "app")
    what = written(tmp_path, {"eslint.config.js": b"", "app/a.js": b""})
    answer = linted(tmp_path, what, "eslint")
    assert {finding.message for finding in answer.findings} == {"from app"}


def test_what_a_linter_sees_of_the_environment(tmp_path):
    says = (
        "seen = {'env': dict(os.environ), 'cwd': os.getcwd(), 'given': given}\n"
        "open(os.environ['HOME'] + '/seen', 'w').write(json.dumps(seen))\n"
        "print(json.dumps({'comments': []}))"
    )
    program(tmp_path / "bin", "shellcheck", says)
    root = tmp_path / "root"
    linted(root, written(root, USED["shellcheck"]), "auto", path=tmp_path / "bin")
    seen = json.loads((root / "seen").read_text())
    assert seen["cwd"] == str(root)
    assert seen["given"] == ["--format=json1", "./a.sh"]
    assert set(seen["env"]) <= {"HOME", "LANG", "PATH", "NO_COLOR", "PYTHONSAFEPATH", "LC_CTYPE"}
    assert seen["env"]["PATH"] == str(tmp_path / "bin")


def test_go_is_kept_from_the_network(tmp_path):
    says = "open(os.environ['HOME'] + '/seen', 'w').write(os.environ['GOPROXY'])\nprint('{\"runs\": []}')"
    program(tmp_path / "bin", "golangci-lint", says)
    root = tmp_path / "root"
    linted(root, written(root, USED["golangci-lint"]), "golangci-lint", path=tmp_path / "bin")
    assert (root / "seen").read_text() == "off"


def test_both_versions_of_a_configuration_are_called_in_their_own_way(tmp_path):
    says = "open(os.environ['HOME'] + '/seen', 'w').write(' '.join(given))\nprint('{}')"
    program(tmp_path / "bin", "golangci-lint", says)
    root = tmp_path / "root"
    for version, option in (
        (b'version: "2"\n', "--output.sarif.path"),
        (b"run:\n", "--out-format"),
    ):
        files = {".golangci.yml": version, "a.go": TWO_LINES, "b/c.go": TWO_LINES, "b/d.go": b""}
        linted(root, written(root, files), "golangci-lint", path=tmp_path / "bin")
        seen = (root / "seen").read_text()
        assert option in seen
        assert seen.endswith(" ./. ./b")


FILES = {
    "a shebang": ("run", b"#!/usr/bin/env -S bash -e\n", True),
    "another shebang": ("run", b"#!/usr/bin/python3\n", False),
    "an ending": ("a.sh", b"echo\n", True),
    "no script": ("README", b"echo\n", False),
}


@pytest.mark.parametrize(("name", "text", "is_given"), FILES.values(), ids=FILES)
def test_scripts_are_known_by_their_first_line(tmp_path, name, text, is_given):
    program(tmp_path / "bin", "shellcheck", SAYS_NOTHING["shellcheck"])
    root = tmp_path / "root"
    answer = linted(root, written(root, {name: text}), "shellcheck", path=tmp_path / "bin")
    assert bool(answer.ran) is is_given


LEFT = {
    "deleted": {"new": None},
    "binary": {"is_binary": True},
    "generated": {"is_generated": True},
    "a part of a diff": {"is_whole": False},
    "huge": {"new_size": 5_000_000},
}


@pytest.mark.parametrize("more", LEFT.values(), ids=LEFT)
def test_files_that_no_linter_gets(tmp_path, more):
    from msgspec.structs import replace

    (file,) = change({"a.py": b"import os\n"}).files
    what = replace(change({}), files=(replace(file, **more),))
    assert linted(tmp_path, what, "ruff").ran == ()
