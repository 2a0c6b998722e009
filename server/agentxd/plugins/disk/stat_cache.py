"""Remembers which content a file had when its status was this, so that few files are read again."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

Status = tuple[int, int, int, int]
"""mtime_ns, ctime_ns, size, inode."""

RACY_NS = 2_000_000_000
"""A file that was touched so shortly before it was hashed may change within one time stamp."""
_VERSION = 1


class Known(Struct, frozen=True, array_like=True, gc=False):
    """What a file held when it was hashed."""

    status: Status
    blob: str
    mode: int


class _Kept(Struct, frozen=True):
    version: int
    root: str
    files: dict[str, Known]


class StatCache:
    """Contents by path for one root, kept in one file; a lost file costs only time."""

    def __init__(self, file: Path | None, root: str) -> None:
        self._file = file
        self._root = root
        self._files = _load(file, root) if file else {}
        self._is_dirty = False

    def get(self, path: str, status: Status) -> Known | None:
        """What the file held, None where that is not sure."""
        known = self._files.get(path)
        return known if known is not None and known.status == status else None

    def put(self, path: str, known: Known, hashed_ns: int) -> None:
        """Remember, unless the file was touched just before `hashed_ns` (wall time)."""
        if max(known.status[0], known.status[1]) < hashed_ns - RACY_NS:
            self._files[path] = known
            self._is_dirty = True

    def keep(self, paths: set[str]) -> None:
        """Forget every other path, and write what changed; a cache passes trouble over."""
        for path in self._files.keys() - paths:
            del self._files[path]
            self._is_dirty = True
        if self._is_dirty and self._file is not None:
            with suppress(OSError):
                _save(self._file, _Kept(_VERSION, self._root, self._files))
                self._is_dirty = False


def _load(file: Path, root: str) -> dict[str, Known]:
    try:
        kept = msgspec.msgpack.decode(file.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return {}
    return kept.files if (kept.version, kept.root) == (_VERSION, root) else {}


def _save(file: Path, kept: _Kept) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.msgpack.encode(kept))
        Path(draft).replace(file)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
