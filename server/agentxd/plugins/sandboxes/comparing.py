"""Compares a working copy with its snapshot, reading what the agent left as hostile data."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from agentxd.kernel.files import (
    MODE_LINK,
    OUTPUT_FOLDER,
    ChangeKind,
    FileChange,
    FileEntry,
    Snapshot,
    blob_id,
)
from agentxd.plugins.sandboxes.bases import Bases, git_says
from agentxd.plugins.sandboxes.looking import Found, Opaque, look, read_entry

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
        OUTPUT_FOLDER,
    }
)


class Comparison:
    """The difference between a snapshot and a copy of it."""

    def __init__(self, snapshot: Snapshot, dependencies: Sequence[str]) -> None:
        self._snapshot = snapshot
        self._dependencies = tuple(f"{name}/" for name in dependencies)
        self.bases = Bases(snapshot)
        """What the files were."""
        self.left_out: Mapping[str, str] = {}
        """Path to the reason, for what the newest `changes` could not compare."""

    def changes(self, tree: Path, candidates: Iterable[str]) -> list[FileChange]:
        """Changes among the candidate paths, renames found by equal content, sorted by path.

        What is there and cannot be compared is in `left_out` instead: it is not a deletion.
        """
        paths = [path for path in dict.fromkeys(candidates) if self._is_wanted(path)]
        ignored = self._ignored([path for path in paths if path not in self._snapshot.entries])
        left_out: dict[str, str] = {}
        changes: list[FileChange] = []
        for path in paths:
            found = self._change(tree, path) if path not in ignored else None
            if isinstance(found, Opaque):
                left_out[path] = found.reason
            elif found is not None:
                changes.append(found)
        self.left_out = left_out
        return sorted(_with_renames(changes), key=lambda change: change.path)

    def _is_wanted(self, path: str) -> bool:
        if path in self._snapshot.entries:
            return True
        is_cache = not CACHES.isdisjoint(path.split("/"))
        return not is_cache and not path.startswith(self._dependencies or ("\0",))

    def _change(self, tree: Path, path: str) -> FileChange | Opaque | None:
        found = look(tree, path)
        if isinstance(found, Opaque):
            return found
        entry = self._snapshot.entries.get(path)
        if found is not None and entry is not None and _is_same(found, entry):
            return None
        if found is not None and found.mode == MODE_LINK and _leads_out(path, found.content):
            return Opaque("a link that leads out of the workspace")
        if entry is not None:
            return self._changed(path, entry, found)
        if found is None:
            return None
        return FileChange(path, ChangeKind.CREATED, None, found.content, 0, found.mode)

    def _changed(self, path: str, entry: FileEntry, found: Found | None) -> FileChange | None:
        """A file of the snapshot that is another one now, or none."""
        base = self.bases.of(path)
        known = base is not None
        if found is None:
            return FileChange(
                path, ChangeKind.DELETED, base or b"", None, entry.mode, is_base_known=known
            )
        if not known and self._is_users(path, found.content):
            return None
        return FileChange(
            path,
            ChangeKind.MODIFIED,
            base or b"",
            found.content,
            entry.mode,
            found.mode,
            is_base_known=known,
        )

    def _is_users(self, path: str, content: bytes) -> bool:
        """The user saved this very content meanwhile: it shows through, and is no change."""
        on_disk = read_entry(Path(self._snapshot.root), path)
        return on_disk is not None and on_disk[0] == content

    def _ignored(self, paths: Sequence[str]) -> set[str]:
        if not paths:
            return set()
        found = git_says(
            self._snapshot.root,
            ["check-ignore", "--no-index", "-z", "--stdin"],
            "\0".join(paths).encode(errors="surrogateescape"),
        )
        return set((found or b"").decode(errors="surrogateescape").split("\0")) - {""}


def _is_same(found: Found, entry: FileEntry) -> bool:
    return found.mode == entry.mode and blob_id(found.content) == entry.blob


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
