"""Contents on disk, named by their SHA-256: atomic, owner-only, bounded by a quota."""

import asyncio
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock

from agentxd.kernel.errors import NotFoundError, StorageError
from agentxd.kernel.files import blob_id
from agentxd.plugins.stores.repair import sync_folder

DEFAULT_QUOTA = 2 << 30
"""Bytes."""
_DRAFT = ".draft-"


class DiskBlobStore:
    """Implements the BlobStore port in a folder of its own (`ab/cdef…`)."""

    def __init__(self, folder: Path, quota: int = DEFAULT_QUOTA) -> None:
        self.folder = folder
        self._quota = quota
        self._lock = Lock()
        self._size = -1
        """Bytes kept; -1 until counted."""

    async def put(self, content: bytes) -> str:
        """Keep the content, durable when it returns; its id. Raises StorageError (quota, disk)."""
        return await asyncio.to_thread(self._put, content)

    async def get(self, blob: str) -> bytes:
        """The content. Raises NotFoundError, or StorageError where it is damaged."""
        return await asyncio.to_thread(self._get, blob)

    async def collect(self, keep: frozenset[str], grace_s: float = 0.0) -> int:
        """Drop every blob that is not in `keep`; the number of bytes set free.

        What was put within the last `grace_s` seconds, again or for the first time, stays: the
        event that names it may be on its way. Raises StorageError on disk trouble.
        """
        return await asyncio.to_thread(self._collect, keep, grace_s)

    async def damaged(self) -> list[str]:
        """The ids of all contents that are not what their name says; reads every one."""
        return await asyncio.to_thread(self._damaged)

    async def size(self) -> int:
        """Bytes kept."""
        return await asyncio.to_thread(self._counted)

    def _put(self, content: bytes) -> str:
        blob = blob_id(content)
        path = self._path(blob)
        with self._lock:
            try:
                if _is_intact(path, blob):
                    os.utime(path)
                    return blob
                self._refuse_over_quota(len(content))
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                _write_durably(path, content)
            except OSError as error:
                raise _explain(error, self.folder) from error
            self._size = -1 if self._size < 0 else self._size + len(content)
        return blob

    def _get(self, blob: str) -> bytes:
        try:
            content = self._path(blob).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(f"there is no content {blob}") from error
        except OSError as error:
            raise _explain(error, self.folder) from error
        if blob_id(content) != blob:
            raise StorageError(
                f"the content {blob} is damaged on disk",
                f"Check the disk under {self.folder}; run the task again for a new proposal.",
            )
        return content

    def _collect(self, keep: frozenset[str], grace_s: float) -> int:
        freed, newest = 0, time.time() - grace_s
        with self._lock:
            self._size = -1
            try:
                for path in self._files():
                    status = path.stat()
                    if path.parent.name + path.name in keep or status.st_mtime > newest:
                        continue
                    path.unlink()
                    freed += status.st_size
            except OSError as error:
                raise _explain(error, self.folder) from error
        return freed

    def _damaged(self) -> list[str]:
        names = {path.parent.name + path.name: path for path in self._files()}
        return sorted(
            blob
            for blob, path in names.items()
            if _DRAFT not in blob and path.exists() and not _is_intact(path, blob)
        )

    def _counted(self) -> int:
        with self._lock:
            return self._count()

    def _count(self) -> int:
        if self._size < 0:
            self._size = sum(path.stat().st_size for path in self._files())
        return self._size

    def _refuse_over_quota(self, n_bytes: int) -> None:
        if self._count() + n_bytes > self._quota:
            raise StorageError(
                f"{n_bytes} more bytes would pass the quota of {self._quota} bytes for contents",
                "Decide or drop old proposals so that their contents can go, or raise the quota.",
            )

    def _files(self) -> list[Path]:
        """Every file of the store, drafts that a crash left included."""
        return [path for path in self.folder.glob("??/*") if path.is_file()]

    def _path(self, blob: str) -> Path:
        is_id = len(blob) == 64 and all(c in "0123456789abcdef" for c in blob)  # noqa: PLR2004
        if not is_id:
            raise NotFoundError(f"{blob!r} is no content id")
        return self.folder / blob[:2] / blob[2:]


def _is_intact(path: Path, blob: str) -> bool:
    """A damaged content that is put again is healed."""
    try:
        return blob_id(path.read_bytes()) == blob
    except FileNotFoundError:
        return False


def _write_durably(path: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(prefix=_DRAFT, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
    sync_folder(path.parent)


def _explain(error: OSError, folder: Path) -> StorageError:
    return StorageError(
        f"contents cannot be kept in {folder}: {error.strerror}",
        f"Free space under {folder} and see that it is writable, then try again.",
    )
