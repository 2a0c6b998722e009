"""Reads one path of a tree that an agent left: a file, nothing, or what cannot be compared."""

import errno
import os
import stat
from pathlib import Path

from msgspec import Struct

from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE, MODE_LINK

MAX_BYTES = 32 << 20
"""Larger files are not read."""
_TOO_LARGE = f"larger than {MAX_BYTES >> 20} MiB"
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""Nothing has this path: it or a folder above it is gone, or a link stands where a folder was."""
_OPAQUE = (errno.EACCES, errno.EPERM, errno.ENXIO)


class Found(Struct, frozen=True):
    """A file or a link; a link's content is its target."""

    content: bytes
    mode: int


class Opaque(Struct, frozen=True):
    """Something is there whose content nobody can tell."""

    reason: str


def look(tree: Path, path: str) -> Found | Opaque | None:
    """What is at the path, never through a link; None where no file is (a folder is none)."""
    parts = path.split("/")
    if ".." in parts or path.startswith("/"):
        return None
    handles: list[int] = []
    try:
        handles.append(os.open(tree, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        for part in parts[:-1]:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            handles.append(os.open(part, flags, dir_fd=handles[-1]))
        return _look_at(handles[-1], parts[-1])
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        if error.errno in _OPAQUE:
            return Opaque(f"not readable: {error.strerror}")
        raise
    finally:
        for handle in handles:
            os.close(handle)


def read_entry(tree: Path, path: str) -> tuple[bytes, int] | None:
    """Content and mode of a file or link that can be read; None for anything else."""
    found = look(tree, path)
    return (found.content, found.mode) if isinstance(found, Found) else None


def _look_at(folder: int, name: str) -> Found | Opaque | None:
    status = os.lstat(name, dir_fd=folder)
    if stat.S_ISLNK(status.st_mode):
        return Found(os.fsencode(os.readlink(name, dir_fd=folder)), MODE_LINK)
    if stat.S_ISDIR(status.st_mode):
        return None
    if not stat.S_ISREG(status.st_mode):
        return Opaque(f"no regular file: {_kind_of(status.st_mode)}")
    if status.st_size > MAX_BYTES:
        return Opaque(_TOO_LARGE)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return Opaque(_TOO_LARGE)
    return Found(content, MODE_EXECUTABLE if status.st_mode & stat.S_IXUSR else MODE_FILE)


def _kind_of(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
