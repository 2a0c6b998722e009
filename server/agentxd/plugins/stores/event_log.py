"""The event log on SQLite: one writer thread, group commit, hash chain, backups, self-repair."""

import asyncio
import fcntl
import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import apsw

from agentxd.kernel.errors import StateError, StorageError
from agentxd.kernel.events import Event, LogRestored, Record, decode_event
from agentxd.plugins.stores.chain import Head
from agentxd.plugins.stores.database import (
    SELECT_AFTER,
    SELECT_SINCE,
    DamagedError,
    check,
    damage_named,
    explain,
    head_of,
    link_at,
    meta,
    open_reader,
    open_writer,
    set_meta,
    unhurried,
)
from agentxd.plugins.stores.kept_state import read_state, write_state
from agentxd.plugins.stores.naming import blobs_in
from agentxd.plugins.stores.repair import back_up, restore
from agentxd.plugins.stores.writer import Writer

_FULL_CHECK = 50_000
"""Up to so many records the whole chain is checked at each start (about 0.2 s)."""

_logger = logging.getLogger(__name__)


def wall_ms() -> int:
    """Wall time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class SqliteEventLog:
    """Implements the EventLog port. Make it with `await SqliteEventLog.open(path)`."""

    restored: LogRestored | None = None
    """What was done at the start about a damaged log; also the newest event then."""
    is_wholly_checked = True
    """False where the start, for the sake of time, took records of the past as they were checked
    at an earlier start; `verify` checks them all, also while the log is in use."""

    def __init__(self, path: Path, lock: int, now_ms: Callable[[], int], backup_every: int) -> None:
        self._path = path
        self._lock = lock
        self._backup_every = backup_every
        self._n_backed_up = 0
        self._is_closed = False
        self._reader: apsw.Connection | None = None
        self._reading = ThreadPoolExecutor(1, "agentxd-log-read")
        self._backing_up = ThreadPoolExecutor(1, "agentxd-log-backup")
        self._writer = Writer(path, now_ms, self._on_commit)

    @classmethod
    async def open(
        cls,
        path: Path,
        now_ms: Callable[[], int] = wall_ms,
        backup_every: int = 20_000,
        n_checked: int = _FULL_CHECK,
    ) -> "SqliteEventLog":
        """Check the log, repair it where needed, and own it until `close`.

        Of a log of more than `n_checked` records only the new part of the chain is checked.

        Raises StateError where another daemon owns it, StorageError where it cannot be kept.
        """
        lock = await asyncio.to_thread(_take_lock, path)
        try:
            checked, restored = await asyncio.to_thread(_prepare, path, n_checked)
        except (apsw.Error, OSError, StorageError) as error:
            os.close(lock)
            raise explain(error, path) from error
        log = cls(path, lock, now_ms, backup_every)
        log._n_backed_up = checked.head.seq
        log.is_wholly_checked = checked.is_whole
        log._writer.start()
        if restored is not None:
            log.restored = restored
            await log.append([restored])
        return log

    async def append(self, events: Sequence[Event]) -> list[Record]:
        """Keep the events in this order; durable when it returns. Raises StorageError."""
        if self._is_closed:
            raise StorageError("the event log is closed", "Start the daemon again.")
        if not events:
            return []
        return await self._writer.submit(events)

    async def read(self, after: int, limit: int) -> list[Record]:
        """Records with seq > after, oldest first, at most `limit`. Raises StorageError."""
        if self._is_closed:
            raise StorageError("the event log is closed", "Start the daemon again.")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, self._read, after, limit)

    async def verify(self) -> int:
        """Check every page and the whole chain; the number of records. Raises StorageError."""
        return await asyncio.to_thread(self._verify)

    async def named_blobs(self, since_ms: int = 0) -> frozenset[str]:
        """Ids of the contents that events name, of those recorded at `since_ms` and later.

        For `BlobStore.collect`; tree hashes are among them. Raises StorageError.
        """
        return await asyncio.to_thread(self._named_blobs, since_ms)

    async def keep_state(self, kind: str, seq: int, content: bytes) -> None:
        """Keep the state that was folded up to record `seq`. Raises StorageError.

        `kind` names the reducers and their version.
        """
        await asyncio.to_thread(self._keep_state, kind, seq, content)

    async def kept_state(self, kind: str) -> tuple[int, bytes] | None:
        """The newest kept state of this kind and its `seq`; fold what `read(seq, …)` answers on it.

        None where there is none, it is damaged, or the log was restored to something else.
        """
        return await asyncio.to_thread(self._kept_state, kind)

    async def backup(self) -> Path | None:
        """Make a backup now; where it lies, None for an empty log. Raises StorageError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._backing_up, self._back_up)

    async def close(self) -> None:
        """Write what waits, make a last backup, let go of the database. May be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        await asyncio.shield(asyncio.to_thread(self._close))

    def _read(self, after: int, limit: int) -> list[Record]:
        try:
            if self._reader is None:
                self._reader = open_reader(self._path)
            rows = list(self._reader.execute(f"{SELECT_AFTER} LIMIT ?", (after, limit)))
        except apsw.Error as error:
            raise explain(error, self._path) from error
        return [Record(seq, at_ms, decode_event(data), hash_) for seq, at_ms, data, hash_ in rows]

    def _verify(self) -> int:
        try:
            with closing(open_reader(self._path)) as reader:
                reader.execute("BEGIN")  # one view of it all: the writer may go on meanwhile
                n_records = check(reader, slowed=unhurried).seq
        except (apsw.Error, DamagedError) as error:
            raise explain(error, self._path) from error
        return n_records

    def _named_blobs(self, since_ms: int) -> frozenset[str]:
        names: set[str] = set()
        try:
            with closing(open_reader(self._path)) as reader:
                for (data,) in reader.execute(SELECT_SINCE, (since_ms,)):
                    names |= blobs_in(data)
        except apsw.Error as error:
            raise explain(error, self._path) from error
        return frozenset(names)

    def _keep_state(self, kind: str, seq: int, content: bytes) -> None:
        try:
            with closing(open_reader(self._path)) as reader:
                head = link_at(reader, seq)
            if seq < 1 or head.seq != seq:
                raise StateError(f"there is no record {seq} whose state could be kept")
            write_state(self._path, kind, seq, head.hash, content)
        except (apsw.Error, OSError) as error:
            raise explain(error, self._path) from error

    def _kept_state(self, kind: str) -> tuple[int, bytes] | None:
        state = read_state(self._path, kind)
        if state is None:
            return None
        try:
            with closing(open_reader(self._path)) as reader:
                is_same = link_at(reader, state.seq).hash == state.hash
        except apsw.Error as error:
            raise explain(error, self._path) from error
        return (state.seq, state.content) if is_same else None

    def _on_commit(self, head: Head) -> None:
        """Called by the writer thread after each commit."""
        if head.seq - self._n_backed_up >= self._backup_every:
            self._n_backed_up = head.seq
            self._backing_up.submit(self._back_up_quietly)

    def _back_up(self) -> Path | None:
        try:
            slowed = iter if self._is_closed else unhurried  # nobody is served by a closed log
            return back_up(self._path, 2 * self._backup_every, slowed)
        except (apsw.Error, OSError, DamagedError) as error:
            raise explain(error, self._path) from error

    def _back_up_quietly(self) -> None:
        try:
            self._back_up()
        except StorageError as error:
            _logger.warning("no backup of the event log: %s", error.message)

    def _close(self) -> None:
        try:
            head = self._writer.stop()
            self._reading.shutdown()
            if self._reader is not None:
                self._reader.close()
            if head.seq > self._n_backed_up:
                self._backing_up.submit(self._back_up_quietly)
            self._backing_up.shutdown()
        finally:
            os.close(self._lock)


def _take_lock(path: Path) -> int:
    """Own the log: an flock that the kernel frees at any death."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = path.with_name(path.name + ".lock")
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise explain(error, path) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StateError(
            f"another daemon writes the event log {path}",
            "Use the daemon that runs (agentxd status), or stop it first (agentxd stop).",
        ) from error
    return handle


class _Checked(NamedTuple):
    head: Head
    is_whole: bool


def _prepare(path: Path, n_checked: int) -> tuple[_Checked, LogRestored | None]:
    """Check the file and restore it where it is damaged. Raises apsw.Error, OSError."""
    try:
        return _checked(path, n_checked), None
    except DamagedError as error:
        _logger.warning("the event log is damaged: %s", error)
        restored = restore(path, str(error))
    return _checked(path, n_checked), restored


def _checked(path: Path, n_checked: int) -> _Checked:
    with damage_named():
        connection = open_writer(path)
        try:
            last = head_of(connection).seq
            after = 0 if last <= n_checked else int(meta(connection, "checked") or 0)
            head = check(connection, after)
            with connection:
                set_meta(connection, "checked", str(head.seq))
        finally:
            connection.close()
    return _Checked(head, after == 0)
