"""Finds the contents that a diff speaks of: on disk where they fit, else what it shows."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from agentxd.plugins.changes.diff_hunks import Hunk
from agentxd.plugins.changes.diff_parsing import FileDiff
from agentxd.plugins.changes.disk_files import DiskFile, read_file
from agentxd.plugins.changes.git_objects import MAX_BYTES
from agentxd.workspace.lines import split_lines

_PLAIN_MODE = 0o100644


class Sides(NamedTuple):
    """A file before and after."""

    old: bytes | None
    new: bytes | None
    old_mode: int
    new_mode: int
    is_whole: bool


class _Texts(NamedTuple):
    old: bytes | None
    new: bytes | None
    is_whole: bool = True


def sides_of(diff: FileDiff, root: str) -> Sides:
    """Both, with modes; a plain diff knows no modes, those on disk hold then."""
    old_path, path = diff.paths()
    after = read_file(root, path, MAX_BYTES)
    before = after if old_path == path else read_file(root, old_path, MAX_BYTES)
    texts = _texts(diff, before, after)
    on_disk = after or before
    mode = on_disk.mode if on_disk else _PLAIN_MODE
    old_mode = 0 if diff.is_new else diff.old_mode or diff.new_mode or mode
    new_mode = 0 if diff.is_deleted else diff.new_mode or diff.old_mode or mode
    return Sides(texts.old, texts.new, old_mode, new_mode, texts.is_whole)


def _texts(diff: FileDiff, before: DiskFile | None, after: DiskFile | None) -> _Texts:
    if diff.is_binary:
        return _binary(diff, before, after)
    if diff.is_new:
        return _Texts(None, _joined(diff.hunks[:1], is_new=True))
    if diff.is_deleted:
        return _Texts(_joined(diff.hunks[:1], is_new=False), None)
    if not diff.hunks:
        same = _content(after) if after else _content(before)
        return _Texts(same, same, same is not None)
    return _from_disk(diff.hunks, _content(before), _content(after)) or _shown(diff.hunks)


def _from_disk(hunks: Sequence[Hunk], before: bytes | None, after: bytes | None) -> _Texts | None:
    """After the change as it mostly is, or still before it; where neither fits, None.

    Line ends are let pass at the second try: a diff may have lost them on its way.
    """
    for is_exact in (True, False):
        if after is not None and _fits(hunks, split_lines(after), is_exact, is_new=True):
            return _Texts(_turned(hunks, split_lines(after), is_new=True), after)
        if before is not None and _fits(hunks, split_lines(before), is_exact, is_new=False):
            return _Texts(before, _turned(hunks, split_lines(before), is_new=False))
    return None


def _fits(hunks: Sequence[Hunk], lines: list[bytes], is_exact: bool, *, is_new: bool) -> bool:  # noqa: FBT001  # of two tries
    for hunk in hunks:
        start = hunk.new_start if is_new else hunk.old_start
        shown = hunk.new if is_new else hunk.old
        there = lines[start : start + len(shown)]
        if start > len(lines) or (there != shown and (is_exact or _ends_off(there, shown))):
            return False
    return True


def _ends_off(there: list[bytes], shown: list[bytes]) -> bool:
    """Whether they differ in more than their line ends."""
    return [line.rstrip(b"\r\n") for line in there] != [line.rstrip(b"\r\n") for line in shown]


def _turned(hunks: Sequence[Hunk], lines: list[bytes], *, is_new: bool) -> bytes:
    """The other side of a file; `is_new`: it is the one after the change."""
    made: list[bytes] = []
    at = 0
    for hunk in hunks:
        start, here = (hunk.new_start, hunk.new) if is_new else (hunk.old_start, hunk.old)
        made += lines[at:start]
        made += hunk.old if is_new else hunk.new
        at = start + len(here)
    return b"".join([*made, *lines[at:]])


def _shown(hunks: Sequence[Hunk]) -> _Texts:
    """What the diff shows at its lines, and empty lines between."""
    old: list[bytes] = []
    new: list[bytes] = []
    for hunk in hunks:
        old += [b"\n"] * (hunk.old_start - len(old)) + hunk.old
        new += [b"\n"] * (hunk.new_start - len(new)) + hunk.new
    return _Texts(b"".join(old), b"".join(new), is_whole=False)


def _joined(hunks: Sequence[Hunk], *, is_new: bool) -> bytes:
    return b"".join(line for hunk in hunks for line in (hunk.new if is_new else hunk.old))


def _binary(diff: FileDiff, before: DiskFile | None, after: DiskFile | None) -> _Texts:
    """Only what git's ids prove to be it."""
    old_id, new_id = diff.ids
    old = None if diff.is_new else _proven(before, old_id)
    new = None if diff.is_deleted else _proven(after, new_id)
    is_whole = (diff.is_new or old is not None) and (diff.is_deleted or new is not None)
    return _Texts(old, new, is_whole)


def _proven(file: DiskFile | None, digits: str) -> bytes | None:
    content = _content(file)
    if content is None or not digits:
        return None
    framed = b"blob %d\0" % len(content) + content
    names = (hashlib.sha1(framed, usedforsecurity=False), hashlib.sha256(framed))
    return content if any(name.hexdigest().startswith(digits) for name in names) else None


def _content(file: DiskFile | None) -> bytes | None:
    return file.content if file else None
