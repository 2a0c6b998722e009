"""Opens files below a root one component at a time, so that no link can lead outside."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agentxd.kernel.errors import InvalidRequestError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def parts_of(path: str) -> list[str]:
    """The components of a relative path. Raises InvalidRequestError for `..` and `.git`."""
    parts = path.split("/")
    is_bad = any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts)
    if is_bad or "\0" in path:
        raise InvalidRequestError(
            f"{path!r} is no path inside the workspace",
            "Name a file relative to the workspace root, outside .git.",
        )
    return parts


def folder_check(root: str) -> Callable[[str], bool]:
    """Tells of a path whether every folder on its way is a real one: links lead outside."""
    real: dict[str, bool] = {"": True}

    def is_real(folder: str) -> bool:
        if folder not in real:
            status = status_at(root, folder)
            is_folder = status is not None and stat.S_ISDIR(status.st_mode)
            real[folder] = is_folder and is_real(folder.rpartition("/")[0])
        return real[folder]

    return lambda path: is_real(path.rpartition("/")[0])


def status_at(root: str, path: str) -> os.stat_result | None:
    """Of a file, not of what a link leads to; None where it is gone, or may not be looked at."""
    try:
        return os.lstat(f"{root}/{path}")
    except (OSError, ValueError):
        return None


@contextmanager
def opened_parent(root: str, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """The open folder of `path` and its last name. Raises OSError; ELOOP or ENOTDIR for a link."""
    *folders, name = parts_of(path)
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = _open_folder(handle, folder, make=make)
            os.close(handle)
            handle = inner
        yield handle, name
    finally:
        os.close(handle)


def read_beneath(root: str, path: str) -> tuple[bytes, os.stat_result] | None:
    """Content and status; a link's content is its target; None for what is no file, or absent.

    Raises OSError where it cannot be read.
    """
    try:
        with opened_parent(root, path) as (parent, name):
            return read_at(parent, name)
    except (FileNotFoundError, NotADirectoryError):
        return None


def read_at(parent: int, name: str) -> tuple[bytes, os.stat_result] | None:
    """`read_beneath` in an open folder."""
    status = os.lstat(name, dir_fd=parent)
    if stat.S_ISLNK(status.st_mode):
        return os.fsencode(os.readlink(name, dir_fd=parent)), status
    if not stat.S_ISREG(status.st_mode):
        return None
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, dir_fd=parent), "rb") as file:
        status = os.fstat(file.fileno())
        return (file.read(), status) if stat.S_ISREG(status.st_mode) else None


def _open_folder(parent: int, name: str, *, make: bool) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        if not make:
            raise
        os.mkdir(name, dir_fd=parent)
        return os.open(name, _FOLDER, dir_fd=parent)
