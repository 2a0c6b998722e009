"""The index and the work tree: what is told apart, and what is no change."""

import hashlib
import os
import subprocess

import pytest
from agentxd.plugins.changes.git_changes import GitChanges
from repositories import ENVIRONMENT, Repository


@pytest.fixture
def repository(tmp_path):
    found = Repository(tmp_path / "r")
    found.commit({"a.txt": "a\n", "b.txt": "b\n", ".gitignore": "*.log\n"})
    return found


def paths(change):
    return {file.path: file.new for file in change.files}


def test_staged_is_what_the_commit_would_take(repository):
    repository.write("a.txt", "staged\n")
    repository.git("add", "a.txt")
    repository.write("a.txt", "later\n")
    repository.write("b.txt", "later\n")
    repository.write("new.txt", "new\n")
    changes = GitChanges(str(repository.root))
    assert paths(changes.staged()) == {"a.txt": b"staged\n"}
    assert paths(changes.working()) == {
        "a.txt": b"later\n",
        "b.txt": b"later\n",
        "new.txt": b"new\n",
    }
    assert changes.staged().base == changes.working().base == repository.head


def test_working_leaves_out_what_is_ignored_or_the_same(repository):
    repository.write("x.log", "ignored\n")
    repository.write("a.txt", "a\n")
    os.utime(repository.root / "a.txt", (1, 1))
    inner = Repository(repository.root / "inner")
    inner.commit({"x": "x\n"})
    assert GitChanges(str(repository.root)).working().files == ()


def test_a_file_that_git_shall_forget_is_still_there(repository):
    repository.git("rm", "-q", "--cached", "a.txt")
    repository.git("rm", "-q", "--cached", "b.txt")
    repository.write("b.txt", "other\n")
    changes = GitChanges(str(repository.root))
    assert paths(changes.working()) == {"b.txt": b"other\n"}
    assert paths(changes.staged()) == {"a.txt": None, "b.txt": None}


def test_a_merge_that_clashes(repository):
    repository.git("switch", "-qc", "side")
    repository.commit({"a.txt": "theirs\n"})
    repository.git("switch", "-q", "main")
    repository.commit({"a.txt": "ours\n"})
    repository.run("merge", "-q", "side")
    changes = GitChanges(str(repository.root))
    assert changes.staged().files == ()
    (file,) = changes.working().files
    assert file.old == b"ours\n"
    assert b"<<<<<<< HEAD" in (file.new or b"")


def test_other_line_ends_on_disk_are_no_change(repository):
    repository.write("a.txt", "a\r\n")
    repository.write("b.txt", "b\r\nmore\r\n")
    (file,) = GitChanges(str(repository.root)).working().files
    assert file.path == "b.txt"
    assert file.new == b"b\r\nmore\r\n"
    assert [(s.new_start, s.new_count) for s in file.spans] == [(1, 1)]


def test_of_a_sparse_work_tree_nothing_is_missing(repository):
    repository.commit({"in/x": "x\n", "out/y": "y\n"})
    repository.git("sparse-checkout", "set", "in")
    assert not (repository.root / "out").exists()
    assert GitChanges(str(repository.root)).working().files == ()


def test_a_way_through_a_link_is_not_gone(repository, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "x").write_text("secret\n")
    repository.commit({"folder/x": "x\n"})
    repository.write("folder/x", None)
    (repository.root / "folder").rmdir()
    (repository.root / "folder").symlink_to(tmp_path / "secrets")
    found = paths(GitChanges(str(repository.root)).working())
    assert found == {"folder": os.fsencode(tmp_path / "secrets"), "folder/x": None}


HOOK = """#!/bin/sh
{python} -P - <<'END'
import json, os
from agentxd.plugins.changes.git_changes import GitChanges
change = GitChanges(".").staged()
print(json.dumps({{file.path: (file.new or b"").decode() for file in change.files}}))
END
"""


@pytest.mark.parametrize("kind", ["plain", "all", "only", "worktree", "own index", "folder"])
def test_staged_in_a_hook_is_what_git_is_about_to_commit(repository, tmp_path, python, kind):
    hook = repository.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(python=python))
    hook.chmod(0o755)
    where, environment, expected = repository.root, {}, '{"b.txt": "new b\\n"}'
    if kind == "worktree":
        where = tmp_path / "tree"
        repository.git("worktree", "add", "-q", str(where))
    elif kind == "own index":
        environment = {"GIT_INDEX_FILE": str(tmp_path / "index")}
        repository.git("read-tree", "HEAD", **environment)
    elif kind == "folder":
        where = repository.root / "folder"
        where.mkdir()
    (where if kind == "worktree" else repository.root).joinpath("b.txt").write_text("new b\n")
    if kind in ("plain", "worktree", "own index", "folder"):
        words = ["add", ":/b.txt"]
        subprocess.run(["git", *words], cwd=where, env=ENVIRONMENT | environment, check=True)
    if kind == "only":
        repository.write("a.txt", "staged, but not of this commit\n")
        repository.git("add", "a.txt")
    last = {"all": ["-a"], "only": ["--only", "b.txt"]}.get(kind, [])
    done = subprocess.run(
        ["git", "commit", "-qm", "x", *last],
        cwd=where,
        env=ENVIRONMENT | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert expected in done.stderr + done.stdout


def test_what_git_says_of_another_repository_does_not_count(repository, tmp_path, monkeypatch):
    other = Repository(tmp_path / "other")
    other.commit({"o.txt": "o\n"})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    repository.write("a.txt", "other\n")
    changes = GitChanges(str(repository.root))
    assert paths(changes.working()) == {"a.txt": b"other\n"}
    assert changes.staged().files == ()


def test_a_git_directory_elsewhere(repository, tmp_path, monkeypatch):
    (repository.root / ".git").rename(tmp_path / "git")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repository.root))
    repository.write("a.txt", "other\n")
    assert paths(GitChanges(str(repository.root)).working()) == {"a.txt": b"other\n"}


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


@pytest.mark.parametrize("size", [3, 4_000_001])
def test_what_lfs_keeps_elsewhere_is_no_change(repository, size):
    large = b"x" * size
    pointer = POINTER.format(hashlib.sha256(large).hexdigest(), size)
    repository.commit({"kept.bin": pointer, "other.bin": pointer})
    repository.write("kept.bin", large)
    repository.write("other.bin", b"y" * (size + 1))
    (file,) = GitChanges(str(repository.root)).working().files
    assert file.path == "other.bin"
