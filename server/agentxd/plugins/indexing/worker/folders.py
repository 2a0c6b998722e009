"""Which folders are worth watching: those of the index's files, and empty ones beside them."""

import os
from collections.abc import Collection, Iterable

from agentxd.kernel.errors import WorkspaceRefusedError
from agentxd.plugins.indexing.worker.parts import DiskParts

_MAX_EMPTY = 2_000
"""Folders without files that are looked for; build outputs are ignored ones, and not among them."""


def folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder on the way to a file; the root is the empty one."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def with_empty_ones(root: str, folders: Collection[str], disk: DiskParts) -> set[str]:
    """These, and those inside of them that git does not ignore but that hold no file yet.

    Blocks. Files that are made there are to be seen, too.
    """
    found = set(folders)
    edge = [folder for known in found for folder in _inner(root, known) if folder not in found]
    while edge and len(found) < len(folders) + _MAX_EMPTY:
        try:
            ignored = disk.list_ignored(root, edge)
        except WorkspaceRefusedError:  # a repository inside; its folders are those of its files
            return found
        fresh = [folder for folder in edge if folder not in ignored]
        found.update(fresh)
        edge = [inner for folder in fresh for inner in _inner(root, folder)]
    return found


def _inner(root: str, folder: str) -> list[str]:
    prefix = f"{folder}/" if folder else ""
    try:
        with os.scandir(f"{root}/{folder}") as entries:
            return [
                prefix + entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and _is_plain(entry.name)
            ]
    except OSError:  # it vanished, or may not be entered
        return []


def _is_plain(name: str) -> bool:
    return name.lower() != ".git" and name.isprintable()
