"""Finds the ignored folders with a project's dependencies, which a sandbox sees read-only."""

import os
from pathlib import Path

NAMES = frozenset({".venv", "venv", "env", "node_modules", "vendor", ".tox", ".nox", "target"})
_MARKS = {
    ".venv": "pyvenv.cfg",
    "venv": "pyvenv.cfg",
    "env": "pyvenv.cfg",
    "target": ".rustc_info.json",
}
"""A folder of this name counts only with this file in it."""
_MAX_DEPTH = 2
_MAX_FOLDERS = 2_000


def find_dependencies(root: str) -> tuple[str, ...]:
    """Relative paths of dependency folders at the root and down to two levels below it, sorted.

    `vendor` counts too, whether ignored or not: the caller drops what the snapshot holds.
    """
    found: list[str] = []
    waiting = [("", 0)]
    n_seen = 0
    while waiting and n_seen < _MAX_FOLDERS:
        folder, depth = waiting.pop(0)
        n_seen += 1
        for name in _folders(f"{root}/{folder}"):
            path = f"{folder}/{name}".lstrip("/")
            if name in NAMES and _is_marked(f"{root}/{path}", name):
                found.append(path)
            elif depth < _MAX_DEPTH and not name.startswith(".") and name not in NAMES:
                waiting.append((path, depth + 1))
    return tuple(sorted(found))


def _folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _is_marked(folder: str, name: str) -> bool:
    return name not in _MARKS or Path(folder, _MARKS[name]).exists()
