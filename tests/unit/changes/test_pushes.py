"""What a push brings, by the lines of git's pre-push hook."""

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.plugins.changes.git_changes import GitChanges
from agentxd.plugins.changes.pushes import parse
from repositories import Repository

NULL = "0" * 40


@pytest.fixture
def pushing(tmp_path):
    """`main` is pushed: base, then shared; what follows in a test is not."""
    tmp_path.joinpath("remote.git").mkdir()
    repository = Repository(tmp_path / "work")
    repository.git("init", "-q", "--bare", "-b", "main", "../remote.git")
    repository.git("remote", "add", "origin", "../remote.git")
    repository.commit({"base": "base\n"}, "base")
    repository.commit({"shared": "shared\n"}, "shared")
    repository.git("push", "-q", "origin", "main")
    return repository


def brings(repository, *lines, remote="origin"):
    """Title, paths and messages of each change; refs may stand for ids."""
    written = []
    for line in lines:
        local_ref, local, remote_ref, there = line.rsplit(" ", 3)
        ids = [n if n == NULL else repository.git("rev-parse", n) for n in (local, there)]
        written.append(f"{local_ref} {ids[0]} {remote_ref} {ids[1]}\n")
    found = GitChanges(str(repository.root)).pushed("".join(written).encode(), remote)
    return [
        (change.title.partition(":")[0], [file.path for file in change.files], [*change.messages])
        for change in found
    ]


def test_a_branch_that_goes_on(pushing):
    pushing.commit({"one": "1\n"}, "one")
    pushing.commit({"two": "2\n"}, "two")
    line = "refs/heads/main main refs/heads/main origin/main"
    assert brings(pushing, line) == [("main", ["one", "two"], ["two", "one"])]


def test_a_new_branch_is_what_the_remote_has_not_got(pushing):
    pushing.git("switch", "-qc", "new")
    line = f"refs/heads/new new refs/heads/new {NULL}"
    assert brings(pushing, line) == []
    pushing.commit({"one": "1\n"}, "one")
    assert brings(pushing, line) == [("new", ["one"], ["one"])]
    assert brings(pushing, line, remote="../remote.git") == [("new", ["one"], ["one"])]
    everything = [("new", ["base", "one", "shared"], ["one", "shared", "base"])]
    assert brings(pushing, line, remote="elsewhere") == everything


def test_a_new_branch_that_took_in_main_meanwhile(pushing):
    pushing.git("switch", "-qc", "new", "main~1")
    pushing.commit({"one": "1\n"}, "one")
    pushing.git("merge", "-q", "--no-ff", "-m", "merge", "main")
    line = f"refs/heads/new new refs/heads/new {NULL}"
    assert brings(pushing, line) == [("new", ["one"], ["merge", "one"])]


def test_a_branch_that_took_in_main_since_its_last_push(pushing):
    pushing.git("switch", "-qc", "new", "main~1")
    pushing.commit({"one": "1\n"}, "one")
    pushing.git("push", "-q", "origin", "new")
    pushing.git("merge", "-q", "--no-ff", "-m", "merge", "main")
    pushing.commit({"two": "2\n"}, "two")
    ((_, paths, _),) = brings(pushing, "refs/heads/new new refs/heads/new origin/new")
    assert paths == ["two"]  # `shared` is the remote's already


def test_a_branch_that_was_rebased(pushing):
    pushing.git("switch", "-qc", "new", "main~1")
    pushing.commit({"one": "1\n"}, "one")
    pushing.git("push", "-q", "origin", "new")
    pushing.git("rebase", "-q", "main")
    ((_, paths, _),) = brings(pushing, "refs/heads/new new refs/heads/new origin/new")
    assert paths == ["one"]


def test_a_commit_that_was_amended(pushing):
    pushing.commit({"one": "1\n"}, "one")
    pushing.git("push", "-q", "origin", "main")
    pushing.write("one", "2\n")
    pushing.git("commit", "-qa", "--amend", "-m", "one, better")
    line = "refs/heads/main main refs/heads/main origin/main"
    assert brings(pushing, line) == [("main", ["one"], ["one, better"])]


def test_going_back_brings_nothing(pushing):
    assert brings(pushing, "main~1 main~1 refs/heads/main origin/main") == []


def test_a_deleted_branch_brings_nothing(pushing):
    pushing.git("push", "-q", "origin", "main:gone")
    assert brings(pushing, f"(delete) {NULL} refs/heads/gone origin/gone") == []


def test_tags(pushing):
    pushing.git("tag", "-am", "of what is there", "v1")
    pushing.commit({"one": "1\n"}, "one")
    pushing.git("tag", "-am", "of what is not", "v2")
    pushing.git("tag", "light")
    pushing.git("tag", "blob", "main:one")
    pushing.git("tag", "-am", "tag of a tag", "twice", "v2")
    assert brings(pushing, f"refs/tags/v1 v1 refs/tags/v1 {NULL}") == []
    assert brings(pushing, f"refs/tags/v2 v2 refs/tags/v2 {NULL}") == [("v2", ["one"], ["one"])]
    assert brings(pushing, f"refs/tags/blob blob refs/tags/blob {NULL}") == []
    assert brings(pushing, f"refs/tags/twice twice refs/tags/twice {NULL}")[0][1] == ["one"]
    both = [f"refs/heads/main main refs/heads/main {NULL}", f"refs/tags/v2 v2 refs/tags/v2 {NULL}"]
    assert [title for title, *_ in brings(pushing, *both)] == ["main"]


def test_many_tags_of_which_one_is_new(pushing):
    for number in range(30):
        pushing.git("tag", f"old{number}", "main~1")
    pushing.commit({"one": "1\n"}, "one")
    pushing.git("tag", "new")
    names = [*(f"old{number}" for number in range(30)), "new"]
    lines = [f"refs/tags/{name} {name} refs/tags/{name} {NULL}" for name in names]
    assert brings(pushing, *lines) == [("new", ["one"], ["one"])]


def test_several_branches_tell_everything_once(pushing):
    pushing.commit({"one": "1\n"}, "one")
    pushing.git("switch", "-qc", "second")
    pushing.commit({"two": "2\n"}, "two")
    lines = [
        "refs/heads/main main refs/heads/main origin/main",
        f"refs/heads/second second refs/heads/second {NULL}",
    ]
    assert brings(pushing, *lines) == [("main", ["one"], ["one"]), ("second", ["two"], ["two"])]
    assert brings(pushing, *lines[::-1]) == [("second", ["one", "two"], ["two", "one"])]


def test_what_the_remote_has_is_not_here(pushing, tmp_path):
    pushing.git("clone", "-q", "../remote.git", str(tmp_path / "other"))
    other = Repository(tmp_path / "other")
    other.commit({"theirs": "t\n"}, "theirs")
    other.git("push", "-q")
    pushing.commit({"one": "1\n"}, "one")
    line = f"refs/heads/main {pushing.head} refs/heads/main {other.head}\n"
    (change,) = GitChanges(str(pushing.root)).pushed(line, "origin")
    assert [file.path for file in change.files] == ["one"]


def test_a_shallow_clone(pushing, tmp_path):
    pushing.git("clone", "-q", "--depth=1", f"file://{tmp_path}/remote.git", str(tmp_path / "s"))
    shallow = Repository(tmp_path / "s")
    shallow.commit({"one": "1\n"}, "one")
    line = f"refs/heads/main main refs/heads/new {NULL}"
    expected = [("new", ["one"], ["one"])]
    assert brings(shallow, line) == expected
    assert brings(shallow, line, remote="elsewhere") == expected


def test_histories_that_join(pushing):
    pushing.git("switch", "-q", "--orphan", "alone")
    pushing.commit({"alone": "a\n"}, "alone")
    pushing.git("switch", "-q", "main")
    pushing.git("merge", "-q", "--allow-unrelated-histories", "-m", "join", "alone")
    ((_, paths, _),) = brings(pushing, "refs/heads/main main refs/heads/main origin/main")
    assert paths == ["alone"]


@pytest.mark.parametrize("text", ["", "\n", b"", b"\n\n"])
def test_no_lines_bring_nothing(pushing, text):
    assert GitChanges(str(pushing.root)).pushed(text, "origin") == []


LINES = {
    f"refs/heads/a {'a' * 40} refs/heads/b {NULL}": "refs/heads/a",
    f"HEAD^{{/fix the bug}} {'a' * 40} refs/heads/b {NULL}": "HEAD^{/fix the bug}",
    f"refs/heads/größe {'a' * 64} refs/heads/b {'0' * 64}\r": "refs/heads/größe",
    f"(delete) {NULL} refs/heads/b {'b' * 40}": "(delete)",
}


@pytest.mark.parametrize("line", LINES)
def test_lines(line):
    (found,) = parse(line + "\n")
    assert found.local_ref == LINES[line]
    assert found.remote_ref == "refs/heads/b"


@pytest.mark.parametrize(
    "text",
    ["x", "a b c d", f"a {'a' * 39} b {NULL}", f"a {'A' * 40} b {NULL}", f"{NULL} b {NULL}"],
)
def test_other_lines_are_refused(pushing, text):
    with pytest.raises(InvalidRequestError, match="line 2"):
        GitChanges(str(pushing.root)).pushed(f"\n{text}\n", "origin")


@pytest.mark.parametrize("remote", ["--all", "*", "ori*", "../x", "ssh://h/x", "C:\\x", "a b"])
def test_a_remote_of_any_name(pushing, remote):
    pushing.commit({"one": "1\n"}, "one")
    line = f"refs/heads/main main refs/heads/new {NULL}"
    ((title, paths, _),) = brings(pushing, line, remote=remote)
    assert title == "new"
    assert "one" in paths
