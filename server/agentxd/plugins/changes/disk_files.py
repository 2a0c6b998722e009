"""Reads files of a work tree without ever leaving it."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from agentxd.workspace.lines import is_binary

_PROBE_BYTES = 8_000


class DiskFile(NamedTuple):
    """A file as it lies there."""

    mode: int
    """As git knows it: 0o100644, 0o100755 or 0o120000."""
    size: int
    content: bytes | None
    """None where it is too large; of a symbolic link, where it points to."""
    is_binary: bool


def read_file(root: str, path: str, max_bytes: int) -> DiskFile | None:
    """None where there is no file, and where the way to it leads through a symbolic link."""
    place = Path(root, path)
    if not _is_inside(path) or os.path.realpath(place.parent) != _plain(root, place.parent):
        return None
    try:
        if place.is_symlink():
            target = os.fsencode(place.readlink())
            return DiskFile(stat.S_IFLNK, len(target), target, is_binary=False)
        handle = os.open(place, os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK"))
    except (OSError, ValueError):
        return None
    try:
        return _opened(handle, max_bytes)
    finally:
        os.close(handle)


def _opened(handle: int, max_bytes: int) -> DiskFile | None:
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        return None
    mode = 0o100755 if found.st_mode & stat.S_IXUSR else 0o100644
    with os.fdopen(handle, "rb", closefd=False) as file:
        content = file.read(max(max_bytes, _PROBE_BYTES) + 1)  # it may grow meanwhile
    if found.st_size > max_bytes or len(content) > max_bytes:
        return DiskFile(mode, found.st_size, None, is_binary(content))
    return DiskFile(mode, len(content), content, is_binary(content))


def _is_inside(path: str) -> bool:
    """Whether the words of it stay in the folder; a file of git's own is not part of the tree."""
    parts = path.split("/")
    return not (Path(path).is_absolute() or ".." in parts or ".git" in parts) and bool(path)


def _plain(root: str, folder: Path) -> str:
    return os.path.normpath(Path(os.path.realpath(root), os.path.relpath(folder, root)))


def _flag(name: str) -> int:
    """Zero where the system has none of it."""
    return int(getattr(os, name, 0))
