"""A change by the text of its diff: whatever wrote it, and whatever lies on disk."""

import os
import subprocess

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import Span
from agentxd.plugins.changes.diff_text import from_diff
from agentxd.plugins.changes.git_changes import GitChanges
from repositories import Repository

BEFORE = {
    "a.txt": "".join(f"line {n}\n" for n in range(30)),
    "gone.txt": "a\nb\n",
    "empty.txt": "",
    "moved.txt": "".join(f"moved {n}\n" for n in range(30)),
    "same.txt": "it only moves\n",
    "open.txt": "a\nb",
    "closed.txt": "a\nb\n",
    "crlf.txt": "a\r\nb\r\nc\r\n",
    "run.sh": "true\n",
    "x.bin": b"\0\1",
    "with space.txt": "a\n",
    "größe.txt": "a\n",
    'quo"te\\.txt': "a\n",
    "new\nline.txt": "a\n",
    os.fsdecode(b"\xe9.txt"): "a\n",
    "a/a.txt": "a\n",
    "b/a/b.txt": "a\n",
    "dashes.txt": "-- old\n++ old\n@@ -1 +1 @@\nend\n",
    "latin.txt": b"\xe9\n",
}
AFTER = {
    "a.txt": BEFORE["a.txt"].replace("line 3\n", "line three\n").replace("line 20\n", "") + "end\n",
    "gone.txt": None,
    "empty.txt": "filled\n",
    "moved.txt": None,
    "there/moved.txt": BEFORE["moved.txt"].replace("moved 7\n", "moved seven\n"),
    "same.txt": None,
    "there/same one.txt": "it only moves\n",
    "open.txt": "a\nB\n",
    "closed.txt": "a\nB",
    "crlf.txt": "a\r\nB\r\nc\r\n",
    "x.bin": b"\0\2",
    "new.bin": b"\0\3",
    "new.txt": "n\n",
    "new empty.txt": "",
    "with space.txt": "b\n",
    "größe.txt": "b\n",
    'quo"te\\.txt': "b\n",
    "new\nline.txt": "b\n",
    os.fsdecode(b"\xe9.txt"): "b\n",
    "a/a.txt": "b\n",
    "b/a/b.txt": "b\n",
    "dashes.txt": "-- new\n++ new\n@@ -2 +2 @@\nend\n",
    "latin.txt": b"\xff\n",
}


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    repository = Repository(tmp_path_factory.mktemp("changed"))
    repository.commit(BEFORE)
    for path, content in AFTER.items():
        repository.write(path, content)
    repository.write("run.sh", "true\n", 0o755)
    repository.git("add", "-A")
    repository.git("commit", "-qm", "y")
    return repository


WAYS = {
    "as it is": [],
    "no prefixes": ["--no-prefix"],
    "prefixes of other letters": ["-c", "diff.mnemonicPrefix=true"],
    "without context": ["-U0"],
    "with all of it": ["-U1000"],
    "binary": ["--binary"],
    "whole ids": ["--full-index"],
    "names as they are": ["-c", "core.quotePath=false"],
}


def words(options, *rest):
    before = options if options[:1] == ["-c"] else []
    return [*before, "diff", "-M", *(options if not before else []), *rest]


@pytest.mark.parametrize("way", WAYS)
def test_git_s_own_are_what_git_says(changed, way):
    text = changed.run(*words(WAYS[way], "HEAD~1", "HEAD")).stdout
    expected = {file.path: file for file in GitChanges(str(changed.root)).of_range("HEAD").files}
    found = {file.path: file for file in from_diff(text, str(changed.root)).files}
    assert sorted(found) == sorted(expected)
    for path, file in found.items():
        other = expected[path]
        assert (file.old_path, file.old_mode, file.new_mode) == (
            (other.old_path, other.old_mode, other.new_mode)
        )
        assert file.is_binary == other.is_binary
        if file.is_whole:
            assert (file.old, file.new) == (other.old, other.new)
            assert sum(s.new_count for s in file.spans) == sum(s.new_count for s in other.spans)
    partial = {path for path, file in found.items() if not file.is_whole}
    assert partial == {"x.bin"}  # nobody has what was there before


@pytest.mark.parametrize("way", WAYS)
def test_on_a_disk_where_it_is_still_to_come(changed, tmp_path, way):
    text = changed.run(*words(WAYS[way], "HEAD~1", "HEAD")).stdout
    old = Repository(tmp_path / "old")
    old.commit(BEFORE)
    expected = {file.path: file for file in GitChanges(str(changed.root)).of_range("HEAD").files}
    for file in from_diff(text, str(old.root)).files:
        if not file.is_binary:
            other = expected[file.path]
            assert (file.old, file.new, file.is_whole) == (other.old, other.new, True)


def test_where_nothing_is_known_it_is_what_the_diff_shows(changed, tmp_path):
    text = changed.run("diff", "-U1", "HEAD~1", "HEAD", "--", "a.txt", "new.txt", "gone.txt").stdout
    files = {file.path: file for file in from_diff(text, str(tmp_path)).files}
    assert (files["new.txt"].new, files["new.txt"].is_whole) == (b"n\n", True)
    assert (files["gone.txt"].old, files["gone.txt"].is_whole) == (b"a\nb\n", True)
    file = files["a.txt"]
    assert not file.is_whole
    assert file.spans == (Span(3, 1, 3, 1), Span(20, 1, 20, 0), Span(30, 0, 29, 1))
    lines = (file.new or b"").split(b"\n")
    assert lines[:6] == [b"", b"", b"line 2", b"line three", b"line 4", b""]
    assert lines[28:] == [b"line 29", b"end", b""]


def test_what_diff_alone_writes(tmp_path):
    for name, files in (("old", BEFORE), ("new", BEFORE | AFTER)):
        side = Repository(tmp_path / name)
        for path, content in files.items():
            if content is not None and "\n" not in path:
                side.write(path, content)
    done = subprocess.run(
        ["diff", "-ruN", "-x", ".git", "old", "new"], cwd=tmp_path, capture_output=True, check=False
    )
    files = {file.path: file for file in from_diff(done.stdout, str(tmp_path / "new")).files}
    texts = {p for p, content in AFTER.items() if "\n" not in p and p != "new empty.txt"}
    assert sorted(files) == sorted(texts)
    for path in texts - {"x.bin", "new.bin"}:
        content = AFTER[path]
        expected = content.encode() if isinstance(content, str) else content
        assert (files[path].new, files[path].is_whole) == (expected, True), path
    assert files["gone.txt"].new_mode == 0
    assert files["new.txt"].old_mode == 0
    assert files["x.bin"].is_binary


HEAD = "diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n"
GOOD = {
    "nothing": ("", []),
    "blank lines": ("\n\n", []),
    "without git's line": ("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n", ["f"]),
    "without prefixes": ("--- x/f\n+++ x/f\n@@ -1 +1 @@\n-a\n+b\n", ["x/f"]),
    "with stamps": (
        "--- f\t2024-01-01 00:00:00 +0000\n+++ f\t(working copy)\n@@ -1 +1 @@\n-a\n+b\n",
        ["f"],
    ),
    "a mail around it": (
        f"From: x\nSubject: y\n\n---\n f | 2 +-\n\n{HEAD}@@ -1 +1 @@\n-a\n+b\n-- \n2.39\n\n",
        ["f"],
    ),
    "with a function behind": (f"{HEAD}@@ -1 +1 @@ def f():\n-a\n+b\n", ["f"]),
    "blank lost at the end of a line": (f"{HEAD}@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n", ["f"]),
    "all with CRLF": (f"{HEAD}@@ -1 +1 @@\n-a\n+b\n".replace("\n", "\r\n"), ["f"]),
    "svn": (
        "Index: f\n===================\n--- f\t(revision 1)\n+++ f\t(working copy)\n@@ -1 +1 @@\n-a\n+b\n",
        ["f"],
    ),
    "only a mode": ("diff --git a/f b/f\nold mode 100644\nnew mode 100755\n", ["f"]),
    "a copy": ("diff --git a/f b/g\nsimilarity index 100%\ncopy from f\ncopy to g\n", ["g"]),
    "a submodule": (
        "diff --git a/s b/s\nindex 1111111..2222222 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n",
        [],
    ),
    "name with ' b/' in it": (
        "diff --git a/x b/y b/x b/y\nold mode 100644\nnew mode 100755\n",
        ["x b/y"],
    ),
    "last line without its end": (f"{HEAD}@@ -1 +1 @@\n-a\n+b", ["f"]),
    "no newline on both": (
        f"{HEAD}@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
        ["f"],
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_ones(tmp_path, name):
    text, paths = GOOD[name]
    change = from_diff(text, str(tmp_path))
    assert [file.path for file in change.files] == paths
    for file in change.files:
        if file.spans:
            assert b"".join((file.new or b"").split()).endswith((b"b", b"c"))


BAD = {
    "prose": ("please review this\n", "no file"),
    "a hunk without a file": ("@@ -1 +1 @@\n-a\n+b\n", "without a file"),
    "cut off": (f"{HEAD}@@ -1,3 +1,3 @@\n a\n", "cut off"),
    "cut off at once": (f"{HEAD}@@ -1 +1 @@\n", "cut off"),
    "too many lines": (f"{HEAD}@@ -1 +1 @@\n-a\n+b\n+c\n", "more than its hunk"),
    "too many of one side": (f"{HEAD}@@ -1,2 +1 @@\n-a\n+b\n+c\n", "does not fit"),
    "no line of a diff": (f"{HEAD}@@ -1 +1 @@\n-a\nb\n", "does not fit"),
    "a head that is none": (f"{HEAD}@@ one @@\n-a\n+b\n", "no head"),
    "lines from 0": (f"{HEAD}@@ -0,1 +0,1 @@\n-a\n+b\n", "from 0"),
    "hunks that overlap": (f"{HEAD}@@ -1,2 +1,2 @@\n a\n-b\n+c\n@@ -1 +1 @@\n-a\n+b\n", "overlap"),
    "a combined one": (
        "diff --cc f\nindex 1,2..3\n--- a/f\n+++ b/f\n@@@ -1,1 -1,1 +1,1 @@@\n",
        "two sides",
    ),
    "the same file twice": (f"{HEAD}@@ -1 +1 @@\n-a\n+b\n" * 2, "second time"),
    "outside": ("--- a/../f\n+++ b/../f\n@@ -1 +1 @@\n-a\n+b\n", "outside"),
    "from the root": ("--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", "outside"),
    "outside by a rename": ("diff --git a/f b/g\nrename from f\nrename to ../../g\n", "outside"),
    "outside by quotes": (
        'diff --git "a/\\056\\056/f" "b/\\056\\056/f"\nold mode 100644\nnew mode 100755\n',
        "outside",
    ),
    "without a name": ("--- a/\n+++ b/\n@@ -1 +1 @@\n-a\n+b\n", "outside"),
    "beyond all lines": (f"{HEAD}@@ -900000000 +900000000 @@\n-a\n+b\n", "more lines"),
    "no newline of nothing": (f"{HEAD}@@ -1 +1 @@\n\\ No newline at end of file\n", "not there"),
    "git's line alone, of two names": (
        "diff --git x y\nold mode 100644\nnew mode 100755\n",
        "without saying which",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_ones_are_told(tmp_path, name):
    text, words_ = BAD[name]
    with pytest.raises(InvalidRequestError, match=words_) as caught:
        from_diff(text, str(tmp_path))
    assert caught.value.next_step


def test_no_file_is_read_from_elsewhere(tmp_path):
    (tmp_path / "secret").write_text("a\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    (root / "f").symlink_to(tmp_path / "secret")
    os.mkfifo(root / "pipe")
    for name in ("link/secret", "f", "pipe", ".git/config"):
        text = f"--- a/{name}\n+++ b/{name}\n@@ -2 +2 @@\n-a\n+b\n"
        (file,) = from_diff(text, str(root)).files
        assert (file.is_whole, file.new) == (False, b"\nb\n")


def test_what_has_changed_since_is_not_taken(tmp_path):
    (tmp_path / "f").write_text("something\nelse\n")
    (file,) = from_diff("--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n", str(tmp_path)).files
    assert (file.old, file.new, file.is_whole) == (b"a\nb\n", b"a\nc\n", False)


def test_line_ends_that_the_diff_lost(tmp_path):
    (tmp_path / "f").write_bytes(b"a\r\nc\r\nd\r\n")
    (file,) = from_diff("--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n", str(tmp_path)).files
    assert (file.new, file.is_whole) == (b"a\r\nc\r\nd\r\n", True)
