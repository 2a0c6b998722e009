"""Real pushes to a real remote, with the hook installed: what goes through, and what does not."""

import json
import shutil

import pytest
from pushing import CLASH, script


def start(pushing):
    """Pushed once, with the hook; the next commit is what it is about."""
    pushing.install()
    done = pushing.push("-q", "-u", "origin", "main")
    assert done.returncode == 0, done.stderr
    return pushing.repository


def refused(pushing, done, ref="main"):
    assert done.returncode != 0
    assert "the push is refused" in done.stderr
    assert pushing.has(ref) != pushing.repository.git("rev-parse", "HEAD")


def accepted(pushing, done, ref="main"):
    assert done.returncode == 0, done.stderr
    assert pushing.has(f"{ref}^{{commit}}") == pushing.repository.git("rev-parse", "HEAD")


def test_a_good_commit_goes_through_and_a_bad_one_does_not(pushing):
    repository = start(pushing)
    repository.commit({"b.py": "b = 1\n"}, "good")
    accepted(pushing, pushing.push())
    repository.commit({"c.py": CLASH}, "bad")
    done = pushing.push()
    refused(pushing, done)
    assert "c.py:2" in done.stderr
    assert "conflict-marker" in done.stderr
    assert "\x1b[" not in done.stderr  # no colours but on a terminal
    repository.commit({"c.py": "c = 1\n"}, "mended")
    accepted(pushing, pushing.push())


def test_a_new_branch_is_judged_by_what_is_new_in_it(pushing):
    pushing.install()
    repository = pushing.repository
    repository.commit({"old.py": CLASH}, "pushed before there was a hook")
    assert pushing.push("-q", "--no-verify", "origin", "main").returncode == 0
    repository.git("switch", "-qc", "größe/new")
    repository.commit({"b.py": "b = 1\n"}, "good")
    accepted(pushing, pushing.push("origin", "HEAD"), "größe/new")
    repository.git("switch", "-qc", "other", "main")
    repository.commit({"b.py": CLASH}, "bad")
    refused(pushing, pushing.push("origin", "other"), "other")
    assert pushing.has("other") == ""


def test_a_deleted_branch_and_nothing_at_all_go_through(pushing):
    repository = start(pushing)
    assert pushing.push("-q", "origin", "main:gone").returncode == 0
    repository.commit({"c.py": CLASH}, "bad, and not pushed here")
    done = pushing.push("origin", ":gone")
    assert done.returncode == 0, done.stderr
    assert pushing.has("gone") == ""
    assert pushing.push("origin", "main~1:refs/heads/main").returncode == 0


def test_a_forced_push(pushing):
    repository = start(pushing)
    repository.commit({"b.py": "b = 1\n"}, "good")
    accepted(pushing, pushing.push())
    repository.write("b.py", CLASH)
    repository.git("commit", "-qa", "--amend", "-m", "bad")
    refused(pushing, pushing.push("--force"))
    repository.write("b.py", "b = 2\n")
    repository.git("commit", "-qa", "--amend", "-m", "good again")
    accepted(pushing, pushing.push("--force-with-lease"))


def test_tags_bring_what_the_remote_has_not_got(pushing):
    repository = start(pushing)
    repository.git("tag", "v1")
    accepted(pushing, pushing.push("origin", "v1"), "v1")
    repository.commit({"b.py": CLASH}, "bad")
    repository.git("tag", "-am", "a tag", "v2")
    done = pushing.push("--tags")
    refused(pushing, done, "v2^{commit}")


def test_several_branches_and_one_of_them_bad(pushing):
    repository = start(pushing)
    repository.git("switch", "-qc", "one")
    repository.commit({"b.py": "b = 1\n"}, "good")
    repository.git("switch", "-qc", "two")
    repository.commit({"c.py": CLASH}, "bad")
    done = pushing.push("origin", "--all")
    assert done.returncode != 0
    assert (pushing.has("one"), pushing.has("two")) == ("", "")
    assert done.stderr.count("c.py:2") == 1


def test_a_worktree_has_the_same_hook(pushing):
    repository = start(pushing)
    tree = pushing.folder / "another tree"
    repository.git("worktree", "add", "-q", "-b", "side", str(tree))
    assert json.loads(pushing.house.cli("hook", "--json", cwd=tree).stdout)["state"] == "installed"
    (tree / "b.py").write_text(CLASH)
    repository.git("-C", str(tree), "add", "-A")
    repository.git("-C", str(tree), "commit", "-qm", "bad")
    done = pushing.push("origin", "side", cwd=tree)
    assert "b.py:2" in done.stderr
    assert pushing.has("side") == ""
    done = pushing.push("origin", "side", cwd=tree, AGENTX_SKIP_REVIEW="of a tree")
    assert done.returncode == 0, done.stderr
    log = repository.root / ".git/agentx/skipped.log"  # it outlives the worktree
    assert log.read_text().endswith("\tof a tree\n")


def test_a_submodule_has_a_hook_of_its_own(pushing):
    repository = start(pushing)
    inner = pushing.new_remote("inner.git")
    assert pushing.push("-q", str(inner), "main").returncode == 0
    add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub"]
    repository.git(*add)
    sub = repository.root / "sub"
    pushing.install(sub)
    assert (repository.root / ".git/modules/sub/hooks/pre-push").exists()
    (sub / "b.py").write_text(CLASH)
    repository.git("-C", str(sub), "commit", "-q", "--allow-empty", "-m", "x")
    repository.git("-C", str(sub), "add", "-A")
    repository.git("-C", str(sub), "commit", "-qm", "bad")
    done = pushing.push("origin", "HEAD:main", cwd=sub)
    assert "b.py:2" in done.stderr
    assert pushing.has("main", inner) == pushing.has("main")


@pytest.mark.parametrize("kind", ["relative", "absolute"])
def test_hooks_that_lie_elsewhere(pushing, kind):
    folder = pushing.repository.root / "my hooks"
    folder.mkdir()
    place = "my hooks" if kind == "relative" else str(folder)
    pushing.repository.git("config", "core.hooksPath", place)
    done = pushing.hook("install", cwd=folder)
    assert "every repository" in done.stdout
    assert (folder / "pre-push").exists()
    assert not (pushing.repository.root / ".git/hooks/pre-push").exists()
    pushing.repository.commit({"c.py": CLASH}, "bad")
    refused(pushing, pushing.push("origin", "main"))


EARLIER = """\
printf '%s|' "$@" >> "$RECORD"
cat >> "$RECORD"
exit "${EARLIER_EXIT:-0}"
"""


def test_the_hook_that_was_there_sees_the_same(pushing, tmp_path):
    hooks = pushing.repository.root / ".git/hooks"
    before = script(hooks, "pre-push", EARLIER).read_bytes()
    record = tmp_path / "record"
    environment = {"RECORD": str(record)}
    assert pushing.push("-q", "origin", "main", **environment).returncode == 0
    pushing.repository.commit({"b.py": "b = 1\n"}, "good")
    head, parent = (pushing.repository.git("rev-parse", name) for name in ("HEAD", "HEAD~1"))
    record.unlink()
    pushing.install()
    assert (hooks / "pre-push.before-agentx").read_bytes() == before
    done = pushing.push("origin", "main", EARLIER_EXIT="3", **environment)
    assert done.returncode != 0
    expected = f"origin|{pushing.remote}|refs/heads/main {head} refs/heads/main {parent}\n"
    assert record.read_text() == expected
    record.unlink()
    accepted(pushing, pushing.push("origin", "main", **environment))
    assert record.read_text() == expected
    record.unlink()
    assert pushing.push("origin", "main", **environment).returncode == 0
    assert record.read_text() == f"origin|{pushing.remote}|"  # up to date: no lines
    pushing.repository.commit({"c.py": CLASH}, "bad")
    record.unlink()
    refused(pushing, pushing.push("origin", "main", **environment))
    assert not record.exists()


def test_one_that_git_would_not_run_is_not_run(pushing):
    hook = script(pushing.repository.root / ".git/hooks", "pre-push", "exit 1")
    hook.chmod(0o644)
    pushing.install()
    accepted(pushing, pushing.push("origin", "main"))


def test_one_that_reads_nothing_does_no_harm(pushing):
    script(pushing.repository.root / ".git/hooks", "pre-push", "exec </dev/null; exit 0")
    pushing.install()
    accepted(pushing, pushing.push("origin", "main"))


def test_skipping_is_kept_for_the_owner_alone(pushing):
    repository = start(pushing)
    parent = repository.head
    repository.commit({"c.py": CLASH}, "bad")
    done = pushing.push(AGENTX_SKIP_REVIEW="it burns;\n\x1b[31mred\ttabs `touch harm` größe")
    accepted(pushing, done)
    assert "not reviewed: it burns;" in done.stderr
    log = repository.root / ".git/agentx/skipped.log"
    time, refs, reason = log.read_text().rstrip("\n").split("\t")
    assert time.endswith("Z")
    assert refs == f"refs/heads/main {repository.head} refs/heads/main {parent}"
    assert reason == "it burns; [31mred tabs `touch harm` größe"
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700
    repository.commit({"d.py": CLASH}, "bad")
    accepted(pushing, pushing.push(AGENTX_SKIP_REVIEW="again"))
    assert len(log.read_text().splitlines()) == 2
    repository.commit({"e.py": CLASH}, "bad")
    refused(pushing, pushing.push(AGENTX_SKIP_REVIEW=""))
    accepted(pushing, pushing.push("--no-verify"))
    assert len(log.read_text().splitlines()) == 2


def test_a_reason_that_cannot_be_kept_skips_nothing(pushing):
    repository = start(pushing)
    shutil.rmtree(repository.root / ".git/agentx")
    (repository.root / ".git/agentx").write_text("in the way")
    repository.commit({"b.py": "b = 1\n"}, "good")
    refused(pushing, pushing.push(AGENTX_SKIP_REVIEW="why"))
    accepted(pushing, pushing.push())


def test_without_agentxd_on_path_the_one_that_installed_it_is_found(pushing):
    repository = start(pushing)
    pushing.put_program(None)
    repository.commit({"c.py": CLASH}, "bad")
    refused(pushing, pushing.push())


def test_without_any_agentxd_the_push_goes_on_unless_reviews_are_required(pushing):
    repository = start(pushing)
    pushing.put_program(None)
    hook = repository.root / ".git/hooks/pre-push"
    hook.write_text(hook.read_text().replace("\npython='", "\npython='/nowhere"))
    repository.commit({"c.py": CLASH}, "bad")
    done = pushing.push(AGENTX_REVIEW="required")
    refused(pushing, done)
    done = pushing.push()
    accepted(pushing, done)
    said = [line for line in done.stderr.splitlines() if line.startswith("agentx: ")]
    assert len(said) == 1
    assert "not reviewed: agentxd was not found" in said[0]


def test_what_was_not_reviewed_in_time_is_told_and_goes_on(pushing):
    repository = start(pushing)
    settings = pushing.house.home / ".agent/settings.json"
    settings.parent.mkdir()
    settings.write_text('{"review_push_seconds": 0.0001}')
    repository.commit({"b.py": "b = 1\n"}, "good")
    refused(pushing, pushing.push(AGENTX_REVIEW="required"))
    done = pushing.push()
    accepted(pushing, done)
    assert "agentx: not reviewed in time: " in done.stderr
    assert not list((repository.root / ".git/agentx").glob("push.*"))


REPORT = """\
for word in "$@"; do
  case $word in json=*) printf '%s\\n' '{{' ' "failures": [{failures}],' ' "unreviewed": [' '  {{' \
'   "path": "",' '   "reason": "{reason}"' '  }}' ' ]' '}}' > "${{word#json=}}" ;; esac
done
exit 22"""
PROGRAMS = {
    "nothing found": ("exit 0", True, ""),
    "errors": ("exit 19", False, "AGENTX_SKIP_REVIEW"),
    "warnings": ("exit 20", False, "AGENTX_SKIP_REVIEW"),
    "notes": ("exit 21", False, "AGENTX_SKIP_REVIEW"),
    "not in time": (
        REPORT.format(failures="", reason="time: secret did not look"),
        True,
        "not reviewed in time: secret did not look",
    ),
    "too large": (
        REPORT.format(failures="", reason="size: too many bytes"),
        True,
        "not all was reviewed: too many bytes",
    ),
    "a reviewer failed": (
        REPORT.format(failures="{}", reason="time: x"),
        False,
        "a reviewer failed",
    ),
    "failed without a report": ("exit 22", False, "a reviewer failed"),
    "another version": ("echo unknown command >&2; exit 2", False, "exit code 2"),
    "broke": ("exit 1", False, "exit code 1"),
    "cancelled": ("exit 130", False, "exit code 130"),
    "killed": ("kill -9 $$", False, "exit code 137"),
    "reads nothing": ("exec <&-; exit 0", True, ""),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_review_ends_with_decides(pushing, name):
    body, is_accepted, words = PROGRAMS[name]
    pushing.install()
    pushing.put_program(f"#!/bin/sh\n{body}\n")
    done = pushing.push("origin", "main")
    (accepted if is_accepted else refused)(pushing, done)
    assert words in done.stderr


@pytest.mark.parametrize("text", ["#!/no/such/interpreter\n", "#!/bin/sh\nexit 127\n"])
def test_one_that_cannot_be_run_is_gone(pushing, text):
    pushing.install()
    pushing.put_program(text)
    done = pushing.push("origin", "main")
    accepted(pushing, done)
    assert "not reviewed: agentxd is there, but cannot be run" in done.stderr


def test_a_push_to_a_place_without_a_name(pushing):
    start(pushing)
    other = pushing.new_remote("other place.git")
    pushing.repository.commit({"c.py": CLASH}, "bad")
    done = pushing.push(str(other), "main")
    refused(pushing, done)
    assert pushing.has("main", other) == ""


def test_from_a_folder_inside(pushing):
    repository = start(pushing)
    repository.commit({"in/c.py": CLASH}, "bad")
    done = pushing.push(cwd=repository.root / "in")
    refused(pushing, done)
    assert "in/c.py:2" in done.stderr
