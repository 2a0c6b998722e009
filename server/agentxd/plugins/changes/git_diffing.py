"""Reads which files differ, as git lists them."""

from collections.abc import Iterator
from typing import NamedTuple

from agentxd.plugins.changes.git_process import Git

_GITLINK = 0o160000
_OPTIONS = ("-r", "-z", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--relative")
_RENAMES = ("-M50%", "-l400")
_SAME = "-M100%"


class Entry(NamedTuple):
    """A file that differs."""

    path: str
    old_path: str
    """Empty where it is the same."""
    old_mode: int
    new_mode: int
    old_id: str
    """Only zeros where there is none."""
    new_id: str
    """Only zeros where there is none, and where it is the work tree's."""
    status: str
    """Git's letter: A, C, D, M, R, T or U."""


def between(git: Git, base: str, head: str) -> list[Entry]:
    """What differs between two trees, renames found.

    Where a partial clone lacks contents, only those of files that stayed the same.
    """
    done = git.attempt(["diff-tree", *_OPTIONS, *_RENAMES, base, head])
    if done.returncode:
        return _entries(git.run(["diff-tree", *_OPTIONS, _SAME, base, head]))
    return _entries(done.stdout)


def to_index(git: Git, base: str) -> list[Entry]:
    """From a tree to the index, renames found."""
    return _entries(git.run(["diff-index", "--cached", *_OPTIONS, *_RENAMES, base]))


def to_work_tree(git: Git, base: str) -> list[Entry]:
    """From a tree to what git believes to be other in the work tree: nothing has been read."""
    git.forget_filters()  # git reads what was written in the same moment as the index
    words = ["diff-index", "--no-renames", "--ignore-submodules=dirty", *_OPTIONS, base]
    return _entries(git.run(words))


def _entries(raw: bytes) -> list[Entry]:
    """Of files; a submodule is none, and what stands in its place is new."""
    found: dict[str, Entry] = {}
    for entry in _parsed(raw.split(b"\0")[:-1]):
        plain = _without_gitlinks(entry)
        if plain and (plain.path not in found or plain.status != "U"):
            found[plain.path] = plain
    return sorted(found.values())


def _parsed(fields: list[bytes]) -> Iterator[Entry]:
    rest = iter(fields)
    for head in rest:
        old_mode, new_mode, old_id, new_id, status = head.decode().removeprefix(":").split(" ")
        path = _name(next(rest))
        old_path = ""
        if status[0] in "RC":
            old_path, path = path, _name(next(rest))
        modes = int(old_mode, 8), int(new_mode, 8)
        yield Entry(path, old_path, *modes, old_id, new_id, status[0])


def _without_gitlinks(entry: Entry) -> Entry | None:
    if entry.old_mode == _GITLINK:
        entry = entry._replace(old_mode=0, old_id="0" * len(entry.old_id))
    if entry.new_mode == _GITLINK:
        entry = entry._replace(new_mode=0, new_id="0" * len(entry.new_id))
    return entry if entry.old_mode or entry.new_mode or entry.status == "U" else None


def _name(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
