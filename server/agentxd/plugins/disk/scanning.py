"""Turns a folder into entries: lists, leaves out what must not be seen, hashes what is new."""

import os
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE, MODE_LINK, FileEntry
from agentxd.plugins.disk.beneath import folder_check, status_at
from agentxd.plugins.disk.listing import list_files, list_inner
from agentxd.plugins.disk.secret_files import is_secret_file
from agentxd.plugins.disk.stat_cache import Known, StatCache, Status

MAX_BYTES = 32 << 20
"""Larger files are left out."""
_SMALL_BYTES = 128 << 10
"""Up to here the interpreter's lock costs more than a second core brings."""
_N_THREADS = 4
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


_Hashed = tuple[str, Known | None, int, str]
"""Path, what it holds, when it was hashed, and why it could not be ("" where it vanished)."""


class Scan(Struct):
    """What was found; grows while a folder is scanned."""

    entries: dict[str, FileEntry]
    stats: dict[str, Status]
    left_out: dict[str, str]


def scan(root: str, cache: StatCache) -> Scan:
    """All files of the folder. Blocks. Raises WorkspaceRefusedError without git."""
    found = Scan({}, {}, {})
    unread: list[tuple[str, os.stat_result]] = []
    is_inside = folder_check(root)
    names = list_files(root)
    for name in names:  # grows by what lies in submodules
        try:
            path = name.decode()
        except UnicodeDecodeError:
            found.left_out[name.decode(errors="replace")] = "its name is no UTF-8"
            continue
        if not _is_wanted(path, found.left_out) or not is_inside(path):
            continue
        status = status_at(root, path)
        if status is None:
            continue
        if stat.S_ISDIR(status.st_mode):
            names += list_inner(root, name)
            continue
        known = cache.get(path, status_of(status))
        if known is not None:
            _add(found, path, known)
        elif _is_readable(path, status, found.left_out):
            unread.append((path, status))
    _hash_all(root, unread, cache, found)
    cache.keep(set(found.entries))
    return found


def status_of(status: os.stat_result) -> Status:
    """The four numbers that tell whether a file moved."""
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def mode_of(status: os.stat_result) -> int:
    """MODE_FILE, MODE_EXECUTABLE or MODE_LINK."""
    if stat.S_ISLNK(status.st_mode):
        return MODE_LINK
    return MODE_EXECUTABLE if status.st_mode & 0o100 else MODE_FILE


def _is_wanted(path: str, left_out: dict[str, str]) -> bool:
    if is_secret_file(path):
        left_out[path] = "secret"
        return False
    return ".git" not in path or ".git" not in path.lower().split("/")


def _is_readable(path: str, status: os.stat_result, left_out: dict[str, str]) -> bool:
    if stat.S_ISLNK(status.st_mode):
        return True
    if not stat.S_ISREG(status.st_mode):
        left_out[path] = "no regular file"
        return False
    if status.st_size > MAX_BYTES:
        left_out[path] = f"larger than {MAX_BYTES >> 20} MiB"
        return False
    return True


def _hash_all(
    root: str, unread: list[tuple[str, os.stat_result]], cache: StatCache, found: Scan
) -> None:
    for path, known, hashed_ns, trouble in _hashed(root, unread):
        if known is not None:
            cache.put(path, known, hashed_ns)
            _add(found, path, known)
        elif trouble:
            found.left_out[path] = trouble


def _hashed(root: str, unread: list[tuple[str, os.stat_result]]) -> Iterator[_Hashed]:
    """Large files in threads beside the small ones, of which threads would make a slow quarrel."""
    large = [item for item in unread if item[1].st_size > _SMALL_BYTES]
    with ThreadPoolExecutor(_N_THREADS) as pool:
        hashing = pool.map(lambda item: _hash(root, *item), large)
        for path, status in unread:
            if status.st_size <= _SMALL_BYTES:
                yield _hash(root, path, status)
        yield from hashing


def _hash(root: str, path: str, status: os.stat_result) -> _Hashed:
    now = time.time_ns()
    full = f"{root}/{path}"
    try:
        if stat.S_ISLNK(status.st_mode):
            blob = sha256(os.fsencode(Path(full).readlink())).hexdigest()
        else:
            blob, status = _hash_file(full)
    except FileNotFoundError:
        return path, None, now, ""
    except OSError as error:
        return path, None, now, error.strerror or "unreadable"
    return path, Known(status_of(status), blob, mode_of(status)), now, ""


def _hash_file(full: str) -> tuple[str, os.stat_result]:
    handle = os.open(full, _READ)
    try:
        status = os.fstat(handle)
        digest = sha256()
        while piece := os.read(handle, max(65_536, min(status.st_size + 1, 1 << 20))):
            digest.update(piece)
            if len(piece) == status.st_size:
                break
    finally:
        os.close(handle)
    return digest.hexdigest(), status


def _add(found: Scan, path: str, known: Known) -> None:
    found.entries[path] = FileEntry(path, known.blob, known.mode, known.status[2])
    found.stats[path] = known.status
