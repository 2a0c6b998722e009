"""The steps of action.yml, run as a runner does, in clones of a real remote."""

import json
import re
from pathlib import Path

import pytest
from e2e.review_ci.blocks import ROOT, scripts
from e2e.review_ci.repositories import AGENTXD, CLEAN, CONFLICT, Repository, run_script

ACTION = (ROOT / "action.yml").read_text()
INSTALL, REVIEW = scripts("action.yml")
DEFAULTS = {
    "WANTED_BASE": "",
    "QUEUE_BASE": "",
    "PUSH_BASE": "",
    "FAIL_ON": "error",
    "MIN_SEVERITY": "warning",
    "FILTER_MODE": "added",
    "SARIF": "agentxd-review.sarif",
    "SUMMARY": "true",
    "AGENTXD": str(AGENTXD),
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


class Step:
    """One run of the review step."""

    def __init__(self, repository: Repository, cwd: Path, **variables: str) -> None:
        runner = cwd.parent / "runner"
        runner.mkdir(exist_ok=True)
        files = {"GITHUB_OUTPUT": runner / "output", "GITHUB_STEP_SUMMARY": runner / "summary"}
        places = {name: str(path) for name, path in files.items()}
        environment = {**DEFAULTS, **places, "RUNNER_TEMP": str(runner), **variables}
        done = run_script(REVIEW, cwd, repository.environment(**environment))
        self.code, self.lines, self.errors = done.returncode, done.stdout.splitlines(), done.stderr
        self.output, self.summary = (
            path.read_text() if path.exists() else "" for path in files.values()
        )
        self.findings = [line for line in self.lines if line.startswith("::error file=")]


def test_a_pull_request_with_a_mistake_fails_with_annotations(repository, tmp_path):
    head = repository.branch("topic", {"bad.py": CONFLICT})
    clone = repository.cloned(tmp_path / "clone", head)
    step = Step(repository, clone, GITHUB_BASE_REF="main")
    assert step.code == 19, step.errors
    assert any("file=bad.py,line=1" in line for line in step.findings)
    assert "exit-code=19" in step.output
    assert "agentxd-review.sarif" in step.output
    assert "bad\\.py" in step.summary or "bad.py" in step.summary
    sarif = json.loads((clone / "agentxd-review.sarif").read_text())
    assert sarif["version"] == "2.1.0"
    assert sarif["runs"][0]["results"]


def test_a_good_pull_request_passes(repository, tmp_path):
    head = repository.branch("topic", {"more.py": CLEAN})
    step = Step(repository, repository.cloned(tmp_path / "clone", head), GITHUB_BASE_REF="main")
    assert (step.code, step.findings) == (0, []), step.errors
    assert "exit-code=0" in step.output


def test_only_what_the_pull_request_brings_is_reviewed(repository, tmp_path):
    """The merge commit of GitHub holds what came to main since: that is not this change."""
    repository.branch("topic", {"more.py": CLEAN})
    repository.git("checkout", "-q", "main")
    repository.commit({"bad.py": CONFLICT})
    repository.git("push", "-q", "origin", "main")
    repository.git("merge", "-q", "--no-edit", "topic")
    merged = repository.git("rev-parse", "HEAD")
    repository.git("push", "-q", "origin", "HEAD:refs/pull/1/merge")
    step = Step(repository, repository.cloned(tmp_path / "clone", merged), GITHUB_BASE_REF="main")
    assert (step.code, step.findings) == (0, []), step.errors


def test_missing_history_is_fetched(repository, tmp_path):
    for number in range(3):
        repository.commit({"good.py": CLEAN + f"# {number}\n"})
    repository.git("push", "-q", "origin", "main")
    head = repository.branch("topic", {"bad.py": CONFLICT})
    repository.git("push", "-q", "origin", "HEAD:refs/pull/1/head")
    clone = repository.cloned(tmp_path / "clone", head, "--depth=1")
    step = Step(repository, clone, GITHUB_BASE_REF="main")
    assert step.code == 19, step.errors
    assert {re.search("file=([^,]*)", line)[1] for line in step.findings} == {"bad.py"}


def test_history_that_cannot_be_fetched_is_no_pass(repository, tmp_path):
    head = repository.branch("topic", {"more.py": CLEAN})
    clone = repository.cloned(tmp_path / "clone", head, "--depth=1")
    repository.remote.rename(tmp_path / "away.git")
    repository.git("update-ref", "-d", "refs/remotes/origin/main", cwd=clone)
    step = Step(repository, clone, GITHUB_BASE_REF="main")
    assert step.code not in (0, 19, 20, 21)
    assert f"exit-code={step.code}" in step.output


BASES = {
    "of the input": {"WANTED_BASE": "origin/main"},
    "of a merge queue": {"QUEUE_BASE": "{main}"},
    "before a push": {"PUSH_BASE": "{main}"},
    "before the first push of a branch": {"PUSH_BASE": "0" * 40},
    "before a forced push": {"PUSH_BASE": "1" * 40},
    "none": {},
}


@pytest.mark.parametrize("variables", BASES.values(), ids=BASES)
def test_what_it_is_compared_with(repository, tmp_path, variables):
    main = repository.git("rev-parse", "main")
    head = repository.branch("topic", {"bad.py": CONFLICT})
    given = {name: value.format(main=main) for name, value in variables.items()}
    step = Step(repository, repository.cloned(tmp_path / "clone", head), **given)
    assert step.code == 19, step.errors


def test_a_first_commit_is_compared_with_nothing(repository, tmp_path):
    head = repository.git("rev-parse", "main")
    step = Step(repository, repository.cloned(tmp_path / "clone", head))
    assert step.code == 2
    assert step.lines[0].startswith("::error title=agentxd review::nothing says")


HOSTILE = ['a";touch$IFS"pwned', "$(touch${IFS}pwned)", "`touch${IFS}pwned`", "--output=text=pwned"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_never_run(repository, tmp_path, name):
    head = repository.branch("topic", {"bad.py": CONFLICT, f"{name}.py": CONFLICT})
    repository.git("push", "-q", "origin", f"main:refs/heads/{name}")
    clone = repository.cloned(tmp_path / "clone", head)
    for variables in ({"GITHUB_BASE_REF": name}, {"WANTED_BASE": f"refs/remotes/origin/{name}"}):
        assert Step(repository, clone, **variables).code == 19
    for setting in ("FAIL_ON", "MIN_SEVERITY", "FILTER_MODE"):
        step = Step(repository, clone, **{"WANTED_BASE": "origin/main", setting: name})
        assert step.code == 2
    assert not (clone / "pwned").exists()


def test_nothing_of_the_change_becomes_a_command_of_the_runner(repository, tmp_path):
    name = "a\n::set-output name=x::y\n::error file=z::.py"
    text = CONFLICT.replace("HEAD", "HEAD\r::error::injected")
    head = repository.branch("topic", {name: text, "b.py": text})
    step = Step(repository, repository.cloned(tmp_path / "clone", head), GITHUB_BASE_REF="main")
    assert step.code == 19
    assert {line.split(" ")[0] for line in step.lines} <= {"::error", "::notice", "::warning"}
    assert not [line for line in step.lines if line.startswith(("::error::", "::error file=z"))]


def test_modules_of_the_repository_are_not_loaded(repository, tmp_path):
    planted = "open('pwned', 'w').close()\nraise SystemExit(0)\n"
    names = (
        "agentxd.py",
        "agentxd_cli.py",
        "json.py",
        "msgspec.py",
        "venv.py",
        "pip.py",
        "ruff.py",
    )
    files = dict.fromkeys((*names, "sitecustomize.py", "ruff/__init__.py"), planted)
    head = repository.branch("topic", {**files, "bad.py": CONFLICT})
    clone = repository.cloned(tmp_path / "clone", head)
    assert Step(repository, clone, GITHUB_BASE_REF="main").code == 19
    assert not (clone / "pwned").exists()


def test_a_review_that_fails_never_passes(repository, tmp_path):
    head = repository.branch("topic", {"ruff.toml": "no-such-setting = 1\n", "more.py": CLEAN})
    step = Step(repository, repository.cloned(tmp_path / "clone", head), GITHUB_BASE_REF="main")
    assert step.code == 22, step.lines


def test_no_script_holds_an_expression():
    assert [script for script in (INSTALL, REVIEW) if "${{" in script] == []


def test_it_uses_nothing_foreign_but_the_upload_and_that_only_when_asked():
    assert re.findall(r"uses: (\S+)", ACTION) == ["github/codeql-action/upload-sarif@v3"]
    upload = ACTION[ACTION.index("Upload to code scanning") :]
    assert "inputs.upload-sarif == 'true'" in upload
    assert re.findall(r'upload-sarif:\n.*\n    default: "(\w+)"', ACTION) == ["false"]
    assert "secrets." not in ACTION
    assert "github.token" not in ACTION


def test_it_installs_from_its_own_checkout_away_from_the_repository():
    assert INSTALL.startswith('cd "$RUNNER_TEMP"')
    assert '"$GITHUB_ACTION_PATH"\n' in INSTALL
    assert (ROOT / "scripts/constraints.txt").exists()
    assert len(re.findall(r'python" -I ', INSTALL)) == len(re.findall(r'python" -', INSTALL)) == 3


def test_a_machine_without_a_fitting_python_is_told(repository, tmp_path):
    bare = tmp_path / "bin"
    bare.mkdir()
    variables = {"PATH": str(bare), "RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(ROOT)}
    bash = tmp_path / "sh"
    bash.symlink_to("/bin/bash")
    import subprocess

    done = subprocess.run(
        [bash, "-e", "-c", INSTALL], env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "there is no Python 3.11" in done.stdout
