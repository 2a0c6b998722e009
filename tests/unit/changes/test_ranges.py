"""What words mean: ranges, commits, bases; and what cannot be meant."""

import pytest
from agentxd.kernel.errors import AgentxError, InvalidRequestError, NotFoundError, StateError
from agentxd.plugins.changes.git_changes import GitChanges
from repositories import Repository


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    """Root, one, two (main); side grew from one; both are merged in `merged`."""
    repository = Repository(tmp_path_factory.mktemp("forked"))
    repository.commit({"root.txt": "root\n"}, "root")
    repository.commit({"one.txt": "one\n"}, "one\n\nwith more words")
    repository.git("switch", "-qc", "side")
    repository.commit({"side.txt": "side\n"}, "side")
    repository.git("switch", "-q", "main")
    repository.commit({"two.txt": "two\n"}, "two")
    repository.git("tag", "-am", "a tag", "v1")
    repository.git("switch", "-qc", "merged")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    repository.git("update-ref", "refs/heads/-x", "main")
    repository.git("update-ref", "refs/heads/--output=harm", "main")
    repository.git("update-ref", "refs/heads/größe", "main")
    repository.git("switch", "-q", "main")
    return repository


RANGES = {
    "main~1..main": (["two.txt"], "main~1", ["two"]),
    "main~1..": (["two.txt"], "main~1", ["two"]),
    "main..side": (["side.txt", "two.txt"], "main", ["side"]),
    "main...side": (["side.txt"], "main~1", ["side"]),
    "...side": (["side.txt"], "main~1", ["side"]),
    "main": (["two.txt"], "main~1", ["two"]),
    " HEAD ": (["two.txt"], "main~1", ["two"]),
    "main~1": (["one.txt"], "main~2", ["one\n\nwith more words"]),
    "main~2": (["root.txt"], "", ["root"]),
    "v1": (["two.txt"], "main~1", ["two"]),
    "merged": (["side.txt"], "main", ["merge", "side"]),
    "-x": (["two.txt"], "main~1", ["two"]),
    "--output=harm": (["two.txt"], "main~1", ["two"]),
    "-x~1..-x": (["two.txt"], "main~1", ["two"]),
    "größe": (["two.txt"], "main~1", ["two"]),
    "HEAD^{/one}": (["one.txt"], "main~2", ["one\n\nwith more words"]),
    "main..main": ([], "main", []),
}


@pytest.mark.parametrize("text", RANGES)
def test_words_mean_commits(forked, text):
    paths, base, messages = RANGES[text]
    change = GitChanges(str(forked.root)).of_range(text)
    assert [file.path for file in change.files] == paths
    assert change.base == (forked.git("rev-parse", base) if base else "")
    assert list(change.messages) == messages
    assert change.title == text.strip()
    assert not (forked.root / "harm").exists()


REFUSED = {
    "": InvalidRequestError,
    "  ": InvalidRequestError,
    "a\nb": InvalidRequestError,
    "main\0": InvalidRequestError,
    "nowhere": NotFoundError,
    "main..nowhere": NotFoundError,
    "nowhere...main": NotFoundError,
    "main:root.txt": NotFoundError,
    "--help": NotFoundError,
    "-p": NotFoundError,
    "main main": NotFoundError,
    "^main": NotFoundError,
    "@{upstream}": NotFoundError,
    "HEAD@{999}": NotFoundError,
    "@{push}..HEAD": NotFoundError,
    "dead" * 10: NotFoundError,
}


@pytest.mark.parametrize("text", REFUSED, ids=repr)
def test_what_cannot_be_meant_is_told(forked, text):
    with pytest.raises(REFUSED[text]) as caught:
        GitChanges(str(forked.root)).of_range(text)
    assert caught.value.next_step


def test_histories_without_anything_in_common(forked):
    tree = forked.git("mktree")
    alone = forked.git("commit-tree", "-m", "alone", tree)
    with pytest.raises(StateError, match="no commit in common"):
        GitChanges(str(forked.root)).of_range(f"main...{alone}")


def test_where_history_is_cut_off_nobody_knows_what_a_commit_did(forked, tmp_path):
    forked.git("clone", "-q", "--depth=1", f"file://{forked.root}", str(tmp_path / "shallow"))
    shallow = Repository(tmp_path / "shallow")
    with pytest.raises(StateError, match="cut off"):
        GitChanges(str(shallow.root)).of_range("HEAD")
    shallow.commit({"more.txt": "more\n"})
    assert [f.path for f in GitChanges(str(shallow.root)).of_range("HEAD").files] == ["more.txt"]
    with pytest.raises(NotFoundError) as caught:
        GitChanges(str(shallow.root)).since("elsewhere")
    assert "--unshallow" in caught.value.next_step


@pytest.mark.parametrize("what", ["staged", "working"])
def test_a_bare_repository_has_ranges_only(forked, tmp_path, what):
    forked.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    changes = GitChanges(str(tmp_path / "bare.git"))
    assert [file.path for file in changes.of_range("main").files] == ["two.txt"]
    with pytest.raises(StateError, match="no work tree"):
        getattr(changes, what)()


@pytest.mark.parametrize("folder", ["", "missing"])
def test_where_there_is_no_repository(tmp_path, folder):
    with pytest.raises(AgentxError) as caught:
        GitChanges(str(tmp_path / folder))
    assert caught.value.next_step


def test_a_folder_of_the_repository_sees_what_is_in_it(forked, tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit({"in/a.txt": "a\n", "out/b.txt": "b\n"})
    repository.commit({"in/a.txt": "a2\n", "out/b.txt": "b2\n"})
    repository.write("in/new.txt", "new\n")
    repository.write("out/new.txt", "new\n")
    changes = GitChanges(str(repository.root / "in"))
    assert [file.path for file in changes.of_range("HEAD").files] == ["a.txt"]
    assert [(file.path, file.new) for file in changes.working().files] == [("new.txt", b"new\n")]


def test_since_a_base_as_a_pull_request_shows_it(forked, tmp_path):
    forked.git("clone", "-q", str(forked.root), str(tmp_path / "clone"))
    clone = Repository(tmp_path / "clone")
    clone.git("switch", "-qc", "work", "origin/side")
    clone.git("branch", "-qD", "main")
    changes = GitChanges(str(clone.root))
    clean = changes.since("main")  # of origin, where this was cloned from
    assert [file.path for file in clean.files] == ["side.txt"]
    assert clean.head == clone.head
    clone.write("side.txt", "side\nmore\n")
    clone.write("untracked.txt", "nobody pushes this\n")
    touched = changes.since("origin/main")
    assert [(file.path, file.new) for file in touched.files] == [("side.txt", b"side\nmore\n")]
    assert touched.base == clean.base
    assert touched.messages == ("side",)
    assert touched.head == ""


def test_what_is_not_pushed(forked, tmp_path):
    forked.git("clone", "-q", str(forked.root), str(tmp_path / "clone"))
    clone = Repository(tmp_path / "clone")
    changes = GitChanges(str(clone.root))
    assert changes.unpushed().files == ()
    clone.commit({"three.txt": "three\n"}, "three")
    clone.write("four.txt", "four\n")
    found = changes.unpushed()
    assert [file.path for file in found.files] == ["four.txt", "three.txt"]
    assert found.messages == ("three",)
    assert GitChanges(str(forked.root)).unpushed().files == ()  # no remote: what is not committed
