"""Backups of the event log, and what is done when the log is damaged."""

import os
import shutil
import time
from pathlib import Path

import apsw

from agentxd.kernel.events import LogRestored
from agentxd.plugins.stores.chain import Head, Row, link
from agentxd.plugins.stores.database import (
    INSERT,
    DamagedError,
    Slowed,
    check,
    head_of,
    open_reader,
    open_writer,
    rows_after,
    set_meta,
)

N_BACKUPS = 3
_SUFFIXES = ("", "-wal", "-shm")


def backup_folder(path: Path) -> Path:
    """Where the backups of this log lie."""
    return path.with_name(path.name + ".backups")


def backups(path: Path) -> list[Path]:
    """All backups, the newest first."""
    return sorted(backup_folder(path).glob("events-*.db"), reverse=True)


def back_up(path: Path, n_to_check: int, slowed: Slowed = iter) -> Path | None:
    """Copy the log online, check the copy, then drop the oldest; None for an empty log.

    A copy that fails its check drops nothing. Raises DamagedError, apsw.Error, OSError.
    """
    folder = backup_folder(path)
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / "draft.db"
    try:
        head = _copy_online(path, draft, n_to_check, slowed)
        if head.seq == 0:
            return None
        target = folder / f"events-{head.seq:012d}.db"
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)
    for old in backups(path)[N_BACKUPS:]:
        old.unlink()
    return target


def restore(path: Path, reason: str) -> LogRestored:
    """Set the damaged log aside and build a new one: newest good backup plus what still follows.

    Raises apsw.Error, OSError.
    """
    aside = _set_aside(path)
    source = next((backup for backup in backups(path) if _is_good(backup)), None)
    if source is not None:
        draft = path.with_name(path.name + ".restoring")
        shutil.copyfile(source, draft)
        draft.chmod(0o600)
        sync_file(draft)
        draft.replace(path)
    connection = open_writer(path)
    try:
        _salvage(connection, aside)
    finally:
        connection.close()
    sync_folder(path.parent)
    return LogRestored(backup=str(source or ""), aside=str(aside), reason=reason)


def sync_file(path: Path) -> None:
    """Force a file's content to the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Force a folder's names to the disk."""
    sync_file(path)


def _copy_online(path: Path, draft: Path, n_to_check: int, slowed: Slowed) -> Head:
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    source, copy = open_reader(path), apsw.Connection(str(draft))
    try:
        with copy.backup("main", source, "main") as running:
            running.step(-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        head = check(copy, max(0, head_of(copy).seq - n_to_check), slowed)
    finally:
        copy.close()
        source.close()
    sync_file(draft)
    return head


def _is_good(backup: Path) -> bool:
    try:
        connection = open_reader(backup)
    except apsw.Error:
        return False
    try:
        check(connection)
    except (DamagedError, apsw.Error):
        return False
    finally:
        connection.close()
    return True


def _set_aside(path: Path) -> Path:
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    aside = path.with_name(f"{path.name}.damaged-{stamp}-{time.time_ns() % 1_000_000_000:09d}")
    for suffix in _SUFFIXES:
        part = Path(f"{path}{suffix}")
        if part.exists():
            part.replace(f"{aside}{suffix}")
    return aside


def _salvage(connection: apsw.Connection, aside: Path) -> None:
    """Append the records of the damaged file that continue the chain, up to the first bad one."""
    head = head_of(connection)
    good: list[Row] = []
    try:
        damaged = apsw.Connection(str(aside))
        try:
            for row in rows_after(damaged, head.seq):
                if not _continues(head, row):
                    break
                head = Head(row[0], row[3], row[1])
                good.append(row)
        finally:
            damaged.close()
    except apsw.Error:
        pass  # the rest cannot be read: what was read so far is all there is
    with connection:
        connection.executemany(INSERT, good)
        set_meta(connection, "head", str(head.seq))


def _continues(head: Head, row: Row) -> bool:
    seq, at_ms, event, hash_ = row
    return (
        seq == head.seq + 1
        and isinstance(event, bytes)
        and hash_ == link(head.hash, seq, at_ms, event)
    )
