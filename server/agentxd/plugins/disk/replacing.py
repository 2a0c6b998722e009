"""Compare and swap of one file: the old content or the new one is there, never half of either."""

import errno
import os
import secrets
import stat
from contextlib import suppress

from msgspec import Struct

from agentxd.kernel.errors import AgentxError, ConflictError, StorageError
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_LINK
from agentxd.plugins.disk.beneath import opened_parent, read_at


class _Swap(Struct, frozen=True):
    """What is wanted of one name in an open folder."""

    parent: int
    name: str
    path: str
    before: bytes | None
    after: bytes | None
    mode: int


def replace_beneath(
    root: str, path: str, before: bytes | None, after: bytes | None, mode: int
) -> None:
    """See the Disk port; blocks. Raises ConflictError, StorageError, InvalidRequestError."""
    try:
        with opened_parent(root, path, make=before is None and after is not None) as (parent, name):
            _do(_Swap(parent, name, path, before, after, mode))
    except OSError as error:
        raise _explain(error, path) from error


def _do(swap: _Swap) -> None:
    status = _compared(swap)
    if swap.after is None:
        if status is not None:
            os.unlink(swap.name, dir_fd=swap.parent)
    elif status is not None and stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
        _write_in_place(swap, swap.after, status)
    else:
        _write_beside(swap, swap.after)
    os.fsync(swap.parent)


def _compared(swap: _Swap) -> os.stat_result | None:
    """The file's status, None where it is absent. Raises ConflictError where it is not `before`."""
    try:
        found = read_at(swap.parent, swap.name)
    except FileNotFoundError:
        if swap.before is not None:
            raise _moved(swap.path) from None
        return None
    if found is None or swap.before is None or found[0] != swap.before:
        raise _moved(swap.path)
    return found[1]


def _write_in_place(swap: _Swap, after: bytes, status: os.stat_result) -> None:
    """A file with several names stays one file: a rename would part them.

    The room is reserved first, so that a full disk leaves the old content alone.
    """
    flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(swap.name, flags, dir_fd=swap.parent), "wb") as file:
        _reserve(file.fileno(), status.st_size, len(after))
        file.write(after)
        file.flush()
        os.ftruncate(file.fileno(), len(after))
        os.fchmod(file.fileno(), _permissions(status, swap.mode))
        os.fsync(file.fileno())


def _reserve(handle: int, old_size: int, new_size: int) -> None:
    if new_size <= old_size:
        return
    try:
        os.posix_fallocate(handle, old_size, new_size - old_size)
    except OSError:
        os.ftruncate(handle, old_size)
        raise


def _write_beside(swap: _Swap, after: bytes) -> None:
    draft = f".{swap.name[:60]}.{secrets.token_hex(6)}.agentxd"
    try:
        if swap.mode == MODE_LINK:
            os.symlink(os.fsdecode(after), draft, dir_fd=swap.parent)
        else:
            _write_draft(swap, draft, after)
        _move_in(swap, draft)
    except (OSError, AgentxError):
        _drop(swap.parent, draft)
        raise


def _move_in(swap: _Swap, draft: str) -> None:
    """Compare once more at the last moment; a file that came meanwhile is not overwritten."""
    _compared(swap)
    folder = swap.parent
    if swap.before is not None:
        os.rename(draft, swap.name, src_dir_fd=folder, dst_dir_fd=folder)
        return
    try:
        os.link(draft, swap.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError as error:
        raise _moved(swap.path) from error
    except OSError:  # a file system without hard links
        os.rename(draft, swap.name, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.unlink(draft, dir_fd=folder)


def _write_draft(swap: _Swap, draft: str, after: bytes) -> None:
    status = _status(swap.parent, swap.name)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    permissions = 0o777 if swap.mode == MODE_EXECUTABLE else 0o666
    with os.fdopen(os.open(draft, flags, permissions, dir_fd=swap.parent), "wb") as file:
        file.write(after)
        file.flush()
        if status is not None:
            with suppress(PermissionError):  # only the superuser may give a file away
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fchmod(file.fileno(), _permissions(status, swap.mode))
        os.fsync(file.fileno())


def _permissions(status: os.stat_result, mode: int) -> int:
    """The file's own bits; the executable ones follow `mode`, where that tells (0: leave them)."""
    bits = stat.S_IMODE(status.st_mode)
    if mode == MODE_EXECUTABLE:
        return bits | (bits & 0o444) >> 2
    return bits & ~0o111 if mode else bits


def _status(parent: int, name: str) -> os.stat_result | None:
    try:
        status = os.lstat(name, dir_fd=parent)
    except FileNotFoundError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _drop(parent: int, draft: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(draft, dir_fd=parent)


def _moved(path: str) -> ConflictError:
    return ConflictError(
        f"{path} is not what it was any more; it was left alone",
        "Look at the file, then decide again.",
    )


def _explain(error: OSError, path: str) -> AgentxError:
    if isinstance(error, FileNotFoundError):
        return _moved(path)
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return ConflictError(
            f"{path} lies behind a link or a file where a folder was; it was left alone",
            "Accept the change at the path that the link points to.",
        )
    return StorageError(
        f"{path} cannot be written: {error.strerror}; it was left as it was",
        "Free space on the disk or make the file writable, then accept again.",
    )
