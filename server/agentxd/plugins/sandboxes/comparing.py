"""Compares a working copy with its snapshot, reading what the agent left as hostile data."""

import errno
import os
import stat
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from agentxd.kernel.files import (
    MODE_EXECUTABLE,
    MODE_FILE,
    MODE_LINK,
    ChangeKind,
    FileChange,
    Snapshot,
    blob_id,
)

MAX_BYTES = 32 << 20
"""Larger files are left out of a difference."""
CACHES = frozenset(
    {
        ".git",
        "__pycache__",
        ".pytest_cache",
        ".ruff_cache",
        ".mypy_cache",
        ".hypothesis",
        ".tox",
        ".nox",
        "node_modules",
        ".venv",
    }
)
_REFUSED = (errno.ELOOP, errno.ENOTDIR, errno.ENOENT, errno.ENXIO, errno.EACCES, errno.EISDIR)


class Comparison:
    """The difference between a snapshot and a copy of it."""

    def __init__(self, snapshot: Snapshot, dependencies: Sequence[str]) -> None:
        self._snapshot = snapshot
        self._dependencies = tuple(f"{name}/" for name in dependencies)

    def changes(self, tree: Path, candidates: Iterable[str]) -> list[FileChange]:
        """Changes among the candidate paths, renames found by equal content, sorted by path."""
        paths = [path for path in dict.fromkeys(candidates) if self._is_wanted(path)]
        ignored = self._ignored([path for path in paths if path not in self._snapshot.entries])
        found = [self._change(tree, path) for path in paths if path not in ignored]
        changes = _with_renames([change for change in found if change is not None])
        return sorted(changes, key=lambda change: change.path)

    def _is_wanted(self, path: str) -> bool:
        if path in self._snapshot.entries:
            return True
        is_cache = not CACHES.isdisjoint(path.split("/"))
        return not is_cache and not path.startswith(self._dependencies or ("\0",))

    def _change(self, tree: Path, path: str) -> FileChange | None:
        entry = self._snapshot.entries.get(path)
        found = read_entry(tree, path)
        if found is not None and found[1] == MODE_LINK and _leads_out(path, found[0]):
            return None
        if entry is None:
            if found is None:
                return None
            return FileChange(path, ChangeKind.CREATED, None, found[0], 0, found[1])
        if found is not None and blob_id(found[0]) == entry.blob and found[1] == entry.mode:
            return None
        base = self._base(path)
        if found is not None and base is None and self._is_users(path, found[0]):
            return None
        kind = ChangeKind.DELETED if found is None else ChangeKind.MODIFIED
        new, mode = found or (None, 0)
        return FileChange(
            path, kind, base or b"", new, entry.mode, mode, is_base_known=base is not None
        )

    def _base(self, path: str) -> bytes | None:
        """The snapshot's content; None where the disk moved on and nobody kept it."""
        entry = self._snapshot.entries[path]
        if path in self._snapshot.overlay:
            return self._snapshot.overlay[path]
        on_disk = read_entry(Path(self._snapshot.root), path)
        if on_disk is not None and blob_id(on_disk[0]) == entry.blob:
            return on_disk[0]
        committed = _git(self._snapshot.root, ["cat-file", "blob", f"HEAD:{path}"])
        if committed is not None and blob_id(committed) == entry.blob:
            return committed
        return None

    def _is_users(self, path: str, content: bytes) -> bool:
        """The user saved this very content meanwhile: it shows through, and is no change."""
        on_disk = read_entry(Path(self._snapshot.root), path)
        return on_disk is not None and on_disk[0] == content

    def _ignored(self, paths: Sequence[str]) -> set[str]:
        if not paths:
            return set()
        found = _git(
            self._snapshot.root,
            ["check-ignore", "--no-index", "-z", "--stdin"],
            "\0".join(paths).encode(errors="surrogateescape"),
        )
        return set((found or b"").decode(errors="surrogateescape").split("\0")) - {""}


def read_entry(tree: Path, path: str) -> tuple[bytes, int] | None:
    """Content and mode of a file or link, never through a link; None for anything else."""
    parts = path.split("/")
    if ".." in parts or path.startswith("/"):
        return None
    handles: list[int] = []
    try:
        handles.append(os.open(tree, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        for part in parts[:-1]:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            handles.append(os.open(part, flags, dir_fd=handles[-1]))
        return _read_at(handles[-1], parts[-1])
    except OSError as error:
        if error.errno in _REFUSED:
            return None
        raise
    finally:
        for handle in handles:
            os.close(handle)


def _read_at(folder: int, name: str) -> tuple[bytes, int] | None:
    found = os.lstat(name, dir_fd=folder)
    if stat.S_ISLNK(found.st_mode):
        return os.fsencode(os.readlink(name, dir_fd=folder)), MODE_LINK
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
        return None
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
        content = file.read(MAX_BYTES + 1)
    mode = MODE_EXECUTABLE if found.st_mode & stat.S_IXUSR else MODE_FILE
    return content, mode


def _leads_out(path: str, target: bytes) -> bool:
    """Whether a link points outside of the workspace."""
    words = os.fsdecode(target)
    if words.startswith("/"):
        return True
    place = os.path.normpath(os.path.join(os.path.dirname(path), words))  # noqa: PTH118, PTH120
    return place == ".." or place.startswith("../")


def _with_renames(changes: list[FileChange]) -> list[FileChange]:
    """A created file with the very content of a deleted one is the same file, moved."""
    gone = {
        change.base: change
        for change in changes
        if change.kind is ChangeKind.DELETED and change.base and change.is_base_known
    }
    result: list[FileChange] = []
    moved: set[str] = set()
    for change in changes:
        is_new = change.kind is ChangeKind.CREATED
        old = gone.pop(change.new or b"", None) if is_new else None
        if old is None:
            result.append(change)
            continue
        moved.add(old.path)
        result.append(
            FileChange(
                change.path,
                ChangeKind.RENAMED,
                old.base,
                change.new,
                old.base_mode,
                change.new_mode,
                old.path,
            )
        )
    return [change for change in result if change.path not in moved]


def _git(root: str, arguments: Sequence[str], data: bytes | None = None) -> bytes | None:
    """Output of git on the user's repository, read-only; None where it has no answer."""
    done = subprocess.run(
        ["git", "-c", "core.fsmonitor=false", "-C", root, *arguments],
        input=data,
        capture_output=True,
        check=False,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
    )
    return done.stdout if done.returncode == 0 else None
