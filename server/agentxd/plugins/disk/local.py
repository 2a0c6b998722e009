"""The user's tree on the local disk behind the Disk port; all work runs off the event loop."""

import asyncio
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from agentxd.kernel.errors import InvalidRequestError, StorageError, WorkspaceRefusedError
from agentxd.kernel.files import MODE_FILE, FileEntry, Snapshot, blob_id
from agentxd.plugins.disk.beneath import parts_of, read_beneath
from agentxd.plugins.disk.listing import list_ignored
from agentxd.plugins.disk.replacing import replace_beneath
from agentxd.plugins.disk.scanning import Scan, mode_of, scan
from agentxd.plugins.disk.secret_files import is_secret_file
from agentxd.plugins.disk.stat_cache import StatCache
from agentxd.workspace.snapshots import tree_hash

_NEXT_STEP = "Go to the folder of one project and start there."


class LocalDisk:
    """Implements the Disk port. `cache_folder` keeps what is known of each root between starts."""

    def __init__(self, cache_folder: Path | None = None) -> None:
        self._cache_folder = cache_folder
        self._caches: dict[str, StatCache] = {}
        self._lock = Lock()

    async def snapshot(self, root: str, overlay: Mapping[str, bytes]) -> Snapshot:
        """Every file that is neither ignored nor secret, with unsaved text laid over it.

        Raises WorkspaceRefusedError for the home folder, `/` and what is no folder.
        """
        return await asyncio.to_thread(self._snapshot, root, dict(overlay))

    async def read(self, root: str, path: str) -> tuple[bytes, FileEntry] | None:
        """Content and entry of one file, None where there is none. Never follows a link out.

        Raises InvalidRequestError for `..` and `.git`, StorageError where it cannot be read.
        """
        return await asyncio.to_thread(_read, root, path)

    async def replace(
        self, root: str, path: str, before: bytes | None, after: bytes | None, mode: int
    ) -> None:
        """Compare and swap one file, atomically, permissions kept; None means absent.

        Folders are made where needed and left when they become empty. A file with several hard
        links is written in place. Raises ConflictError when the file is not `before` any more,
        StorageError on disk trouble, InvalidRequestError for `..` and `.git`.
        """
        await asyncio.to_thread(replace_beneath, root, path, before, after, mode)

    def _snapshot(self, root: str, overlay: dict[str, bytes]) -> Snapshot:
        root = checked_root(root)
        with self._lock:
            found = scan(root, self._cache(root))
        texts = _laid_over(root, found, overlay)
        identity = tree_hash(found.entries)
        return Snapshot(identity, root, found.entries, texts, found.stats, found.left_out)

    def _cache(self, root: str) -> StatCache:
        if root not in self._caches:
            key = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
            file = self._cache_folder / f"files-{key}.bin" if self._cache_folder else None
            self._caches[root] = StatCache(file, root)
        return self._caches[root]


def checked_root(root: str) -> str:
    """The root as a real absolute path. Raises WorkspaceRefusedError."""
    path = Path(root).expanduser()
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise WorkspaceRefusedError(f"there is no folder {root}", _NEXT_STEP) from error
    if not real.is_dir():
        raise WorkspaceRefusedError(f"{root} is no folder", _NEXT_STEP)
    if real == Path(real.anchor):
        raise WorkspaceRefusedError("the root of the file system is no project", _NEXT_STEP)
    home = Path(os.environ.get("HOME") or "~").expanduser().resolve()
    if real == home or real in home.parents:
        raise WorkspaceRefusedError(f"{root} is or holds your home folder", _NEXT_STEP)
    if not os.access(real, os.R_OK | os.X_OK):
        raise WorkspaceRefusedError(f"{root} may not be read", "Ask its owner for leave.")
    return str(real)


def _read(root: str, path: str) -> tuple[bytes, FileEntry] | None:
    try:
        found = read_beneath(root, path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read: {error.strerror}", "Make the file readable, then try again."
        ) from error
    if found is None:
        return None
    content, status = found
    return content, FileEntry(path, blob_id(content), mode_of(status), len(content))


def _laid_over(root: str, found: Scan, overlay: dict[str, bytes]) -> dict[str, bytes]:
    """Put the texts that differ from disk into the entries; these texts."""
    wanted = {path: text for path, text in overlay.items() if _may_be_seen(path)}
    unknown = [path for path in wanted if path not in found.entries]
    ignored = list_ignored(root, unknown)
    texts: dict[str, bytes] = {}
    for path, text in wanted.items():
        entry = found.entries.get(path)
        blob = blob_id(text)
        if path in ignored or (entry is not None and entry.blob == blob):
            continue
        mode = entry.mode if entry is not None else MODE_FILE
        found.entries[path] = FileEntry(path, blob, mode, len(text))
        texts[path] = text
    return texts


def _may_be_seen(path: str) -> bool:
    try:
        parts_of(path)
    except InvalidRequestError:
        return False
    return not is_secret_file(path)
