"""Every kind of file that a change can hold, the same from commits, index and work tree."""

import os

import pytest
from agentxd.kernel.review import Span
from agentxd.plugins.changes.git_changes import GitChanges
from repositories import Repository

LINES = "".join(f"line {n}\n" for n in range(40))
NAMES = [
    "plain.py",
    "with space.py",
    " leading",
    "-dash.py",
    "new\nline.py",
    "tab\there.py",
    'quo"te.py',
    "back\\slash.py",
    "größe.py",
    os.fsdecode(b"latin-\xe9.py"),
    ":(glob)*.py",
    "[x]*?.py",
    "=>.py",
]


class Case:
    """What stands before and after, and what is seen of it."""

    def __init__(self, before, after, *, spans=(), **seen):
        self.before, self.after, self.spans, self.seen = before, after, spans, seen


CASES = {
    "new": Case(None, "a\nb\n", spans=[(0, 0, 0, 2)], old_mode=0, new_mode=0o100644),
    "new and empty": Case(None, "", old_mode=0, new_size=0),
    "gone": Case("a\nb\n", None, spans=[(0, 2, 0, 0)], new=None, new_mode=0),
    "one line other": Case("a\nb\nc\n", "a\nB\nc\n", spans=[(1, 1, 1, 1)], old_size=6),
    "two places": Case("a\nb\nc\nd\n", "A\nb\nc\nd\ne\n", spans=[(0, 1, 0, 1), (4, 0, 4, 1)]),
    "line taken away": Case("a\nb\nc\n", "a\nc\n", spans=[(1, 1, 1, 0)]),
    "line put in": Case("a\nc\n", "a\nb\nc\n", spans=[(1, 0, 1, 1)]),
    "emptied": Case("a\n", "", spans=[(0, 1, 0, 0)], new=b""),
    "filled": Case("", "a\n", spans=[(0, 0, 0, 1)]),
    "last line feed gone": Case("a\nb\n", "a\nb", spans=[(1, 1, 1, 1)]),
    "last line feed come": Case("a\nb", "a\nb\n", spans=[(1, 1, 1, 1)]),
    "no line feed at all": Case("a", "b", spans=[(0, 1, 0, 1)]),
    "CRLF": Case("a\r\nb\r\n", "a\r\nB\r\n", spans=[(1, 1, 1, 1)], new=b"a\r\nB\r\n"),
    "not UTF-8": Case(b"\xe9\n", b"\xe9\n\xff\n", spans=[(1, 0, 1, 1)]),
    "binary": Case(b"\0\1\2", b"\0\1\3", is_binary=True, is_whole=True, new=b"\0\1\3"),
    "binary that was text": Case("a\n", b"\0", is_binary=True),
    "text that was binary": Case(b"\0", "a\n", is_binary=True),
    "too large": Case(
        "a\n",
        "x" * 4_000_001,
        new=None,
        old=b"a\n",
        new_size=4_000_001,
        is_whole=False,
        is_binary=False,
    ),
    "too large, and binary": Case(
        "a\n", b"\0" * 4_000_001, new=None, is_whole=False, is_binary=True
    ),
    "too large before": Case(
        "x" * 4_000_001, "a\n", old=None, new=b"a\n", old_size=4_000_001, is_whole=False
    ),
    "just not too large": Case("a\n", b"x" * 4_000_000, spans=[(0, 1, 0, 1)], is_whole=True),
}


def staged(repository):
    repository.git("add", "-A")
    return GitChanges(str(repository.root)).staged()


def committed(repository):
    repository.git("add", "-A")
    repository.git("commit", "-qm", "y")
    return GitChanges(str(repository.root)).of_range("HEAD")


def working(repository):
    return GitChanges(str(repository.root)).working()


WAYS = [committed, staged, working]


def start(tmp_path, files):
    repository = Repository(tmp_path / "r")
    repository.commit({"always": "here\n", **files})
    return repository


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CASES)
def test_contents_sizes_and_lines(tmp_path, name, way):
    case = CASES[name]
    repository = start(tmp_path, {} if case.before is None else {"f.txt": case.before})
    repository.write("f.txt", case.after)
    (file,) = way(repository).files
    assert file.path == "f.txt"
    assert file.old_path == ""
    assert list(file.spans) == [Span(*span) for span in case.spans]
    assert {key: getattr(file, key) for key in case.seen} == case.seen
    if file.is_whole:
        encoded = [t.encode() if isinstance(t, str) else t for t in (case.before, case.after)]
        assert [file.old, file.new] == encoded
        assert (file.old_size, file.new_size) == tuple(len(t or b"") for t in encoded)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_any_name(tmp_path, name, way):
    repository = start(tmp_path, {name: "a\n", f"folder/{name}": "a\n"})
    repository.write(name, "b\n")
    repository.write(f"folder/{name}", "b\n")
    repository.write(f"new/{name}", "b\n")
    found = {file.path: (file.old, file.new) for file in way(repository).files}
    changed = (b"a\n", b"b\n")
    assert found == {name: changed, f"folder/{name}": changed, f"new/{name}": (None, b"b\n")}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("change", ["same", "edited"])
def test_a_file_under_another_name(tmp_path, change, way):
    repository = start(tmp_path, {"a/old name.py": LINES, "other.py": "quite\nsomething\nelse\n"})
    after = LINES if change == "same" else LINES.replace("line 7\n", "line seven\n")
    repository.write("a/old name.py", None)
    repository.write("other.py", None)
    repository.write("b/new name.py", after)
    repository.write("unlike.py", "nothing of this was there\n" * 3)
    files = {file.path: file for file in way(repository).files}
    assert sorted(files) == ["b/new name.py", "other.py", "unlike.py"]
    moved = files["b/new name.py"]
    assert moved.old_path == "a/old name.py"
    assert (moved.old, moved.new) == (LINES.encode(), after.encode())
    assert list(moved.spans) == ([] if change == "same" else [Span(7, 1, 7, 1)])
    assert files["unlike.py"].old is None


@pytest.mark.parametrize("way", WAYS)
def test_modes_links_and_what_is_no_file(tmp_path, way):
    repository = start(tmp_path, {"run.sh": "true\n", "plain": "a\n", "link": "once a file\n"})
    inner = Repository(repository.root / "inner")
    inner.commit({"x": "x\n"})
    repository.write("run.sh", "true\n", 0o755)
    repository.write("new.sh", "true\n", 0o755)
    repository.write("link", None)
    (repository.root / "link").symlink_to("/etc/passwd")
    (repository.root / "dangling").symlink_to("no/where")
    repository.write("plain", None)
    (repository.root / "plain").mkdir()
    repository.write("plain/in.txt", "now a folder\n")
    os.mkfifo(repository.root / "pipe")
    files = {file.path: file for file in way(repository).files}
    found = {path: (f.old_mode, f.new_mode, f.new) for path, f in files.items()}
    assert found == {
        "run.sh": (0o100644, 0o100755, b"true\n"),
        "new.sh": (0, 0o100755, b"true\n"),
        "link": (0o100644, 0o120000, b"/etc/passwd"),
        "dangling": (0, 0o120000, b"no/where"),
        "plain": (0o100644, 0, None),
        "plain/in.txt": (0, 0o100644, b"now a folder\n"),
    }
    assert files["run.sh"].spans == ()


def test_a_submodule_is_no_file(tmp_path):
    inner = Repository(tmp_path / "inner")
    inner.commit({"x": "x\n"})
    repository = start(tmp_path, {"was": "a file\n"})
    add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root)]
    repository.git(*add, "sub")
    (file,) = staged(repository).files
    assert file.path == ".gitmodules"
    repository.git("commit", "-qm", "sub")
    inner.commit({"y": "y\n"})
    repository.git("-C", "sub", "pull", "-q")
    assert [file.path for file in working(repository).files] == []
    assert [file.path for file in committed(repository).files] == []
    repository.git("rm", "-qf", "sub", "was")
    repository.write("sub", "a file now\n")
    assert {file.path: file.old for file in staged(repository).files} == {
        ".gitmodules": b'[submodule "sub"]\n\tpath = sub\n\turl = %s\n' % os.fsencode(inner.root),
        "sub": None,
        "was": b"a file\n",
    }


@pytest.mark.parametrize("way", [staged, working, committed])
def test_before_the_first_commit_all_is_new(tmp_path, way):
    repository = Repository(tmp_path / "r")
    assert way is committed or way(repository).files == ()
    repository.write("a.txt", "a\n")
    change = way(repository)
    assert [(file.path, file.old, file.new) for file in change.files] == [("a.txt", None, b"a\n")]
    assert change.base == ""


def test_ids_of_the_other_kind(tmp_path):
    repository = Repository(tmp_path / "r", "--object-format=sha256")
    first = repository.commit({"a.txt": "a\n"})
    assert len(first) == 64
    for way in (staged, working):
        assert way(repository).files == ()
    repository.commit({"a.txt": "b\n"})
    changes = GitChanges(str(repository.root))
    assert [file.old for file in changes.of_range(first).files] == [None]
    line = f"refs/heads/main {repository.head} refs/heads/main {'0' * 64}"
    assert [file.new for file in changes.pushed(line)[0].files] == [b"b\n"]
