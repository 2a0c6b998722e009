"""The files after a change: of a commit, the index, and the work tree."""

import os

import pytest
from agentxd.kernel.index import Use
from agentxd.kernel.review_ports import Tree
from agentxd.plugins.changes.git_tree import INDEX, GitTree
from repositories import Repository

ODD = os.fsdecode(b"odd\n\xe9.py")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Each of the three places has its own words."""
    found = Repository(tmp_path_factory.mktemp("tree"))
    files = {
        "near/a.py": "def name():\n    return name_of(name)\n",
        "near/b.py": "größe = name\r\n",
        "far/c.py": "obj.name, 'name', rename\n",
        "x.bin": b"\0 name",
        ODD: "name\n",
        "large.txt": "name\n" * 400_001,
        ".gitignore": "*.log\n",
    }
    found.commit({**files, "gone.txt": "committed\n"})
    found.write("gone.txt", "staged\n")
    found.git("add", "-A")
    found.write("gone.txt", None)
    found.write("new.py", "name\n")
    found.write("x.log", "name\n")
    inner = Repository(found.root / "inner")
    inner.commit({"x.py": "name\n"})
    return found


def tree_of(repository, place):
    head = {"commit": repository.head, "index": INDEX, "disk": ""}[place]
    return GitTree(str(repository.root), head)


TRACKED = sorted([".gitignore", "far/c.py", "large.txt", "near/a.py", "near/b.py", ODD, "x.bin"])
PATHS = {
    "commit": sorted([*TRACKED, "gone.txt"]),
    "index": sorted([*TRACKED, "gone.txt"]),
    "disk": sorted([*TRACKED, "new.py"]),
}


@pytest.mark.parametrize("place", PATHS)
def test_paths(repository, place):
    with tree_of(repository, place) as tree:
        port: Tree = tree
        assert port.paths() == PATHS[place]


@pytest.mark.parametrize(
    ("place", "content"), [("commit", b"committed\n"), ("index", b"staged\n"), ("disk", None)]
)
def test_read(repository, place, content):
    with tree_of(repository, place) as tree:
        assert tree.read("gone.txt") == content
        assert tree.read("large.txt") is None
        assert tree.read(ODD) == b"name\n"
        assert tree.read("x.bin") == b"\0 name"
        assert tree.read("near/b.py") == "größe = name\r\n".encode()
        for path in ("nowhere", "near", "", "../x", "/etc/passwd", ".git/config", "inner"):
            assert tree.read(path) is None


@pytest.mark.parametrize("place", PATHS)
def test_uses_are_whole_words_and_the_nearest_first(repository, place):
    with tree_of(repository, place) as tree:
        found = tree.uses("name", "near/b.py", limit=7)
        assert found[:5] == [
            Use("near/b.py", 0, 8, "größe = name"),
            Use("near/a.py", 0, 4, "def name():"),
            Use("near/a.py", 1, 19, "    return name_of(name)"),
            Use("far/c.py", 0, 4, "obj.name, 'name', rename"),
            Use("far/c.py", 0, 11, "obj.name, 'name', rename"),
        ]
        assert len(found) == 7
        others = {use.path for use in tree.uses("name", "near/b.py", limit=10_000)}
        assert ("new.py" in others) == (place == "disk")
        assert others >= {ODD, "far/c.py"}
        assert not others & {"x.bin", "x.log", "inner/x.py"}


@pytest.mark.parametrize(
    "name", ["", "no such name", "name\nname", "-e", "--help", "na.e", "\0", "n" * 300]
)
@pytest.mark.parametrize("place", PATHS)
def test_odd_names_have_no_uses(repository, place, name):
    with tree_of(repository, place) as tree:
        assert tree.uses(name, "near/a.py") == []


@pytest.mark.parametrize("answer", [None, [], [Use("x", 1, 2, "x")]])
def test_an_index_is_asked_first(repository, answer):
    asked = []

    def ask(name, near, limit):
        asked.append((name, near, limit))
        return answer

    with GitTree(str(repository.root), repository.head, ask) as tree:
        found = tree.uses("name_of", "near/a.py", 3)
    assert asked == [("name_of", "near/a.py", 3)]
    assert found == (
        answer if answer is not None else [Use("near/a.py", 1, 11, "    return name_of(name)")]
    )


def test_no_git_stays_behind(repository):
    tree = GitTree(str(repository.root), repository.head)
    for _ in range(2):  # it may be asked again after its end
        assert tree.read("near/a.py")
        reader = tree._reader
        tree.close()
        assert reader is not None
        assert reader._process.returncode is not None


def test_a_folder_that_is_no_repository(tmp_path):
    (tmp_path / "a.py").write_text("name\n")
    with GitTree(str(tmp_path)) as tree:
        assert tree.read("a.py") == b"name\n"
        assert tree.paths() == ["a.py"]
        assert tree.uses("name", "a.py") == []  # nobody knows
