"""Which files are for the index, and how one is read."""

import os
from contextlib import nullcontext

import pytest
from agentxd.plugins.disk.beneath import folder_check, opened_parent, status_at
from agentxd.plugins.disk.listing import list_files, list_ignored, list_inner
from agentxd.plugins.disk.secret_files import is_secret_file
from agentxd.plugins.indexing.worker.folders import folders_of, with_empty_ones
from agentxd.plugins.indexing.worker.listing import list_workspace
from agentxd.plugins.indexing.worker.parts import DiskParts
from agentxd.plugins.indexing.worker.reading import UNSURE, Found, Refused, read_file

DISK = DiskParts(
    list_files, list_inner, list_ignored, is_secret_file, opened_parent, folder_check, status_at
)


@pytest.fixture
def root(tmp_path):
    (tmp_path / ".gitignore").write_text("ignored/\n")
    for path in ("a.py", "pkg/b.py", "ignored/c.py", ".env", "logo.PNG", "pkg/deep/d.md"):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("words\n")
    (tmp_path / "big.txt").write_bytes(b"x" * 1_001)
    (tmp_path / "link").symlink_to("a.py")
    return tmp_path


def test_a_listing_has_what_is_worth_reading_and_counts_the_rest(root):
    found = list_workspace(str(root), DISK, 1_000)
    assert sorted(found.files) == [".gitignore", "a.py", "pkg/b.py", "pkg/deep/d.md"]
    assert found.left_out == {"secret": 1, "binary": 1, "too large": 1, "link": 1}
    assert found.files["a.py"][2] == len("words\n")


def test_folders_are_those_of_files_and_empty_ones_that_git_does_not_ignore(root):
    (root / "empty" / "inner").mkdir(parents=True)
    (root / "ignored" / "inner").mkdir()
    folders = folders_of(list_workspace(str(root), DISK, 1_000).files)
    assert folders == {"", "pkg", "pkg/deep"}
    assert with_empty_ones(str(root), folders, DISK) == folders | {"empty", "empty/inner"}


def read(root, path, max_bytes=1_000):
    os.utime(root / path, ns=(10**18, 10**18), follow_symlinks=False)
    return read_file(str(root), path, max_bytes, opened_parent)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("none.py", ""),
        ("a.py/inside.py", ""),
        ("big.txt", "too large"),
        ("link", "too many levels of symbolic links"),
        ("pkg", "no regular file"),
    ],
)
def test_what_is_no_small_regular_file_is_refused(root, path, reason):
    assert read_file(str(root), path, 1_000, opened_parent) == Refused(path, reason)


def test_a_pipe_is_not_waited_for(root):
    os.mkfifo(root / "pipe")
    assert read_file(str(root), "pipe", 1_000, opened_parent) == Refused("pipe", "no regular file")


@pytest.mark.parametrize("path", ["../outside", ".git/config", "", "a//b", "a\0b"])
def test_a_path_that_leads_elsewhere_raises_nothing(root, path):
    found = read_file(str(root), path, 1_000, opened_parent)
    assert isinstance(found, Refused)


def test_a_nul_among_the_first_bytes_is_binary(root):
    (root / "b").write_bytes(b"text\0more")
    assert read_file(str(root), "b", 1_000, opened_parent) == Refused("b", "binary")


def test_a_file_that_was_just_written_is_looked_at_again(root):
    place = root / "now.py"
    place.write_text("x")
    found = read_file(str(root), "now.py", 1_000, opened_parent)
    assert isinstance(found, Found)
    assert found.status == UNSURE


def test_a_file_that_grows_while_it_is_read_is_bounded(root):
    class Growing:
        """A folder in which the file gets longer after it was opened."""

    del Growing
    (root / "grows").write_bytes(b"x" * 900)

    def opened(folder, path):
        (root / "grows").write_bytes(b"x" * 5_000)
        return nullcontext((os.open(folder, os.O_RDONLY), path))

    assert read_file(str(root), "grows", 1_000, opened) == Refused("grows", "too large")
