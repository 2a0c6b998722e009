"""agentxd hook: what is put where git looks for it, and what is left alone."""

import json
import subprocess
import sys

import pytest
from repositories import ENVIRONMENT, Repository

OTHER = b"#!/bin/sh\n# not ours, \xff\r\nexit 0\n"


@pytest.fixture
def repository(tmp_path):
    found = Repository(tmp_path / "a repository's")
    found.commit({"a": "a\n"})
    return found


def call(repository, *words, code=0):
    """Its output; JSON where that is asked for."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "agentxd_cli", "hook", *words],
        cwd=repository.root,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout) if "--json" in words else done.stdout + done.stderr


def hooks(repository):
    return repository.root / ".git/hooks"


def test_it_comes_and_goes(repository):
    hook = hooks(repository) / "pre-push"
    found = call(repository, "status", "--json", code=3)
    assert found == {
        "state": "absent",
        "hook": str(hook),
        "earlier": "",
        "hooksPath": "",
        "isChanged": False,
    }
    assert call(repository, "install", "--json") == found | {
        "state": "installed",
        "isChanged": True,
    }
    written = hook.read_bytes()
    assert hook.stat().st_mode & 0o777 == 0o755
    assert b"\r" not in written
    assert call(repository, "install", "--json") == found | {"state": "installed"}
    assert hook.read_bytes() == written
    assert "git reviews what is pushed" in call(repository)
    assert call(repository, "uninstall", "--json") == found | {"isChanged": True}
    assert not hook.exists()
    assert call(repository, "uninstall", "--json") == found


@pytest.mark.parametrize("mode", [0o755, 0o700, 0o644])
def test_what_was_there_comes_back_byte_for_byte(repository, mode):
    hook = hooks(repository) / "pre-push"
    repository.write(".git/hooks/pre-push", OTHER, mode)
    assert call(repository, "--json", code=3)["state"] == "foreign"
    found = call(repository, "install", "--json")
    assert found["earlier"] == f"{hook}.before-agentx"
    call(repository, "install")
    call(repository, "uninstall")
    assert hook.read_bytes() == OTHER
    assert hook.stat().st_mode & 0o777 == mode
    assert not hook.with_name("pre-push.before-agentx").exists()
    call(repository, "uninstall")
    assert hook.read_bytes() == OTHER


def test_a_link_stays_a_link(repository):
    repository.write("tools/push.sh", OTHER)
    hook = hooks(repository) / "pre-push"
    hook.symlink_to("../../tools/push.sh")
    call(repository, "install")
    assert not hook.is_symlink()
    assert (repository.root / "tools/push.sh").read_bytes() == OTHER
    call(repository, "uninstall")
    assert str(hook.readlink()) == "../../tools/push.sh"


def test_one_of_another_version_is_brought_up_to_date(repository, tmp_path):
    call(repository, "install")
    hook = hooks(repository) / "pre-push"
    written = hook.read_bytes()
    old = subprocess.run(
        [sys.executable, "-P", "-c", RESIGN, str(hook)], check=True, capture_output=True
    ).stdout
    hook.write_bytes(old)
    assert call(repository, "--json")["state"] == "outdated"
    assert "updated" in call(repository, "install")
    assert hook.read_bytes() == written
    hook.chmod(0o644)
    assert call(repository, "--json")["state"] == "outdated"
    call(repository, "install")
    assert hook.stat().st_mode & 0o777 == 0o755


RESIGN = """
import hashlib, sys
head, mark, body = open(sys.argv[1], "rb").read().split(b"\\n", 2)
body += b"# of another version\\n"
mark = b"# agentx-hook " + hashlib.sha256(body).hexdigest().encode()
sys.stdout.buffer.write(b"\\n".join((head, mark, body)))
"""


@pytest.mark.parametrize("action", ["install", "uninstall"])
def test_one_that_was_changed_by_hand_is_left_alone(repository, action):
    call(repository, "install")
    hook = hooks(repository) / "pre-push"
    hook.write_bytes(hook.read_bytes() + b"echo mine\n")
    changed = hook.read_bytes()
    assert "changed by hand" in call(repository, action, code=4)
    assert hook.read_bytes() == changed
    assert call(repository, "--json", code=3)["state"] == "changed"


@pytest.mark.parametrize("action", ["install", "uninstall"])
def test_two_that_are_not_ours_are_left_alone(repository, action):
    repository.write(".git/hooks/pre-push", OTHER, 0o755)
    call(repository, "install")
    repository.write(".git/hooks/pre-push", b"another tool wrote this\n", 0o755)
    words = call(repository, action, code=4)
    assert "pre-push.before-agentx" in words
    assert (hooks(repository) / "pre-push").read_bytes() == b"another tool wrote this\n"
    assert (hooks(repository) / "pre-push.before-agentx").read_bytes() == OTHER


def test_husky_writes_its_folder_anew_so_nothing_is_put_there(repository):
    repository.git("config", "core.hooksPath", ".husky/_")
    repository.write(".husky/_/pre-push", OTHER, 0o755)
    assert ".husky/pre-push" in call(repository, "install", code=4)
    assert (repository.root / ".husky/_/pre-push").read_bytes() == OTHER


def test_hooks_of_the_whole_user(repository, tmp_path):
    (tmp_path / "all hooks").mkdir()
    repository.git("config", "core.hooksPath", str(tmp_path / "all hooks"))
    found = call(repository, "install", "--json")
    assert found["hooksPath"] == str(tmp_path / "all hooks")
    assert found["hook"] == str(tmp_path / "all hooks/pre-push")
    assert "every repository" in call(repository)


def test_a_folder_of_hooks_that_is_not_there_yet(repository):
    repository.git("config", "core.hooksPath", "not/yet")
    call(repository, "install")
    assert (repository.root / "not/yet/pre-push").exists()


def test_a_folder_that_cannot_be_written(repository):
    repository.write("in the way", "")
    repository.git("config", "core.hooksPath", "in the way")
    assert "cannot be written" in call(repository, "install", code=14)
    assert (repository.root / "in the way").read_bytes() == b""


def test_where_there_is_no_repository(tmp_path):
    class Nowhere:
        root = tmp_path

    assert "no git repository" in call(Nowhere, "install", code=15)
    assert "no git repository" in call(Nowhere, "status", code=15)


def test_a_bare_repository(tmp_path):
    bare = Repository(tmp_path / "bare.git", "--bare")
    call(bare, "install")
    assert (tmp_path / "bare.git/hooks/pre-push").exists()


def test_the_script_is_plain_sh(repository):
    call(repository, "install")
    hook = hooks(repository) / "pre-push"
    text = hook.read_text()
    assert text.startswith("#!/bin/sh\n")
    for word in ("[[", "local ", "function ", "<<<", "<(", "pipefail", "${!", "echo -"):
        assert word not in text
    subprocess.run(["sh", "-n", str(hook)], check=True)
