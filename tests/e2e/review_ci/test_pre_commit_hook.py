"""The hook for the pre-commit framework, with the variables that the framework sets."""

import re
import subprocess
import sys

import pytest
from agentxd_cli.pre_commit import reviewed
from e2e.review_ci.blocks import ROOT
from e2e.review_ci.repositories import CLEAN, CONFLICT, Repository

HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text()
A, B, ZERO = "a" * 40, "b" * 40, "0" * 40
PUSH = {
    "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/topic",
    "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/up",
    "PRE_COMMIT_REMOTE_NAME": "origin",
    "PRE_COMMIT_REMOTE_URL": "x",
}
CASES = {
    "a commit": ({"PRE_COMMIT": "1"}, ["--staged"], ""),
    "two ends": (
        {"PRE_COMMIT_FROM_REF": "main", "PRE_COMMIT_TO_REF": "HEAD"},
        ["main...HEAD"],
        "",
    ),
    "a push": (
        {**PUSH, "PRE_COMMIT_FROM_REF": A, "PRE_COMMIT_TO_REF": B},
        ["--pre-push", "--remote", "origin", "--time-budget", "60"],
        f"refs/heads/topic {B} refs/heads/up {A}\n",
    ),
}


@pytest.mark.parametrize(("variables", "words", "refs"), CASES.values(), ids=CASES)
def test_what_is_reviewed(variables, words, refs):
    assert reviewed(variables, []) == (words, refs)
    given = ["--fail-on", "warning"]
    assert sorted(reviewed(variables, given)[0]) == sorted([*words, *given])


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def hook(repository, **variables):
    entry = re.search(r"entry: python (.+)", HOOKS)[1].split()
    return subprocess.run(
        [sys.executable, *entry],
        cwd=repository.path,
        env=repository.environment(PRE_COMMIT="1", **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_commit_is_reviewed(repository):
    (repository.path / "bad.py").write_text(CONFLICT)
    assert hook(repository).returncode == 0
    repository.git("add", "bad.py")
    assert hook(repository).returncode == 19


@pytest.mark.parametrize(("text", "code"), [(CONFLICT, 19), (CLEAN, 0)])
def test_a_push_is_reviewed(repository, text, code):
    old = repository.git("rev-parse", "main")
    repository.git("checkout", "-q", "-b", "topic")
    new = repository.commit({"file.py": text})
    ends = {"PRE_COMMIT_FROM_REF": old, "PRE_COMMIT_TO_REF": new}
    done = hook(repository, **PUSH, **ends)
    assert done.returncode == code, done.stderr


def test_the_first_push_of_a_whole_history_is_reviewed(repository):
    """The framework names no ends then, only the branch."""
    repository.git("checkout", "-q", "--orphan", "topic")
    repository.commit({"bad.py": CONFLICT})
    done = hook(repository, **PUSH)
    assert done.returncode == 19, done.stderr


def test_modules_of_the_repository_are_not_loaded(repository):
    planted = "open('pwned', 'w').close()\nraise SystemExit(0)\n"
    for name in ("agentxd_cli.py", "subprocess.py", "re.py", "agentxd.py"):
        (repository.path / name).write_text(planted)
    repository.commit({"bad.py": CONFLICT})
    done = hook(repository, PRE_COMMIT_FROM_REF="main~1", PRE_COMMIT_TO_REF="main")
    assert done.returncode == 19, done.stderr
    assert not (repository.path / "pwned").exists()
