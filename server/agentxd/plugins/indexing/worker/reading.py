"""Reads one file so that nothing on a disk can harm: no link, no device, no giant, no wait."""

import os
import stat
import time
from hashlib import sha256

from msgspec import Struct

from agentxd.kernel.errors import InvalidRequestError
from agentxd.plugins.indexing.worker.parts import OpenedParent

Status = tuple[int, int, int, int]
"""mtime_ns, ctime_ns, size, inode."""
UNSURE: Status = (0, 0, 0, 0)
"""Of a file that was written so shortly ago that it may change within one time stamp."""
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_HEAD_BYTES = 8_192
_RACY_NS = 50_000_000
"""Clocks of file systems advance in steps, of 10 ms at most where inotify works."""
VANISHED = ""


class Found(Struct, frozen=True):
    """A file as it was read."""

    path: str
    content: bytes
    hash: bytes
    status: Status


class Refused(Struct, frozen=True):
    """A file that is not for the index; an empty reason is one that is not there any more."""

    path: str
    reason: str


def read_file(root: str, path: str, max_bytes: int, opened_parent: OpenedParent) -> Found | Refused:
    """One file; never raises for what is on the disk."""
    try:
        with opened_parent(root, path) as (parent, name):
            return _read(parent, name, path, max_bytes)
    except (FileNotFoundError, NotADirectoryError):
        return Refused(path, VANISHED)
    except (OSError, InvalidRequestError) as error:
        return Refused(path, _reason(error))


def status_of(status: os.stat_result) -> Status:
    """The four numbers that tell whether a file moved."""
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def why_not(status: os.stat_result, max_bytes: int) -> str:
    """Why a file with this status is left out; empty where it is not."""
    if stat.S_ISLNK(status.st_mode):
        return "link"
    if not stat.S_ISREG(status.st_mode):
        return "no regular file"
    return "too large" if status.st_size > max_bytes else ""


def _read(parent: int, name: str, path: str, max_bytes: int) -> Found | Refused:
    handle = os.open(name, _READ, dir_fd=parent)
    try:
        now_ns = time.time_ns()
        status = os.fstat(handle)
        if reason := why_not(status, max_bytes):
            return Refused(path, reason)
        content = os.read(handle, _HEAD_BYTES)
        if b"\0" in content:
            return Refused(path, "binary")
        while len(content) <= max_bytes and (
            piece := os.read(handle, max(_HEAD_BYTES, status.st_size - len(content) + 1))
        ):
            content += piece
    finally:
        os.close(handle)
    if len(content) > max_bytes:
        return Refused(path, "too large")
    is_sure = max(status.st_mtime_ns, status.st_ctime_ns) < now_ns - _RACY_NS
    is_whole = len(content) == status.st_size
    known = status_of(status) if is_sure and is_whole else UNSURE
    return Found(path, content, sha256(content).digest(), known)


def _reason(error: OSError | InvalidRequestError) -> str:
    if isinstance(error, PermissionError):
        return "may not be read"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "cannot be read"
