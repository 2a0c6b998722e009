"""Which files of the workspace belong into the index, and how they are on disk."""

import os
import stat
from collections import Counter

from msgspec import Struct

from agentxd.plugins.indexing.worker.parts import DiskParts
from agentxd.plugins.indexing.worker.reading import Status, status_of, why_not

_BINARY = frozenset({
    "7z", "a", "avi", "avif", "bin", "bmp", "bz2", "class", "dat", "db", "dll", "dmg", "dylib",
    "eot", "exe", "flac", "gif", "gz", "ico", "icns", "jar", "jpeg", "jpg", "lib", "mkv", "mo",
    "mov", "mp3", "mp4", "npy", "npz", "o", "obj", "ogg", "otf", "parquet", "pdf", "png",
    "psd", "pyc", "pyd", "rar", "so", "sqlite", "sqlite3", "tar", "tgz", "tif", "tiff", "ttf",
    "war", "wasm", "wav", "webm", "webp", "whl", "woff", "woff2", "xls", "xlsx", "xz", "zip",
    "zst",
})  # fmt: skip
"""Endings of files that are not worth opening; what else is binary is seen when it is read."""

_NO_PARTS = frozenset({"", ".", "..", ".git"})


class Listing(Struct):
    """What was found."""

    files: dict[str, Status]
    left_out: Counter[str]
    """Reason to number of files."""


def list_workspace(root: str, disk: DiskParts, max_bytes: int) -> Listing:
    """All files by git's rules. Blocks. Raises WorkspaceRefusedError."""
    found = Listing({}, Counter())
    is_inside = disk.folder_check(root)
    names = disk.list_files(root)
    for name in names:  # grows by what lies in repositories inside
        path = decoded_path(name)
        if path is None:
            found.left_out["its name is no UTF-8"] += 1
            continue
        if not is_inside(path) or is_git(path):
            continue
        status = disk.status_at(root, path)
        if status is None:
            continue
        if stat.S_ISDIR(status.st_mode):
            names += disk.list_inner(root, name)
        elif reason := reason_against(path, status, disk, max_bytes):
            found.left_out[reason] += 1
        else:
            found.files[path] = status_of(status)
    return found


def reason_against(path: str, status: os.stat_result, disk: DiskParts, max_bytes: int) -> str:
    """Why a file is left out without being opened; empty where it is not."""
    if disk.is_secret(path):
        return "secret"
    if why := why_not(status, max_bytes):
        return why
    return "binary" if path.rpartition(".")[2].lower() in _BINARY else ""


def decoded_path(name: bytes) -> str | None:
    """The path as text; None where it is no UTF-8."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return None


def is_proper(path: str) -> bool:
    """Whether a path is relative to the root, leads nowhere else and is nothing of git's own."""
    parts = path.lower().split("/")
    if "\0" in path or not _NO_PARTS.isdisjoint(parts):
        return False
    try:
        os.fsencode(path).decode()
    except UnicodeDecodeError:
        return False
    return True


def is_git(path: str) -> bool:
    """Whether it is something of git's own."""
    return ".git" in path and ".git" in path.lower().split("/")
