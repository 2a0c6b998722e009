"""The SQLite file of the event log: schema, connections, and its errors in our words."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from agentxd.kernel.errors import StorageError
from agentxd.plugins.stores.chain import Head, Row, follow

SCHEMA_VERSION = "1"
SELECT_AFTER = "SELECT seq, at_ms, event, hash FROM events WHERE seq > ? ORDER BY seq"
SELECT_SINCE = "SELECT event FROM events WHERE at_ms >= ?"
INSERT = "INSERT INTO events (seq, at_ms, event, hash) VALUES (?, ?, ?, ?)"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, event BLOB NOT NULL, hash TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS events_never_change BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_never_go BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""
_N_BETWEEN_RESTS = 50
_REST_S = 0.001
Slowed = Callable[[Iterator[Row]], Iterator[Row]]
"""Takes rows through, at some pace."""
_DAMAGED = (apsw.NotADBError, apsw.CorruptError)


class DamagedError(Exception):
    """The database cannot be trusted; the message says why. Stays inside this room."""


def open_writer(path: Path) -> apsw.Connection:
    """A connection whose commits survive a power cut. Raises apsw.Error, OSError, DamagedError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = apsw.Connection(str(path))
    try:
        connection.set_busy_timeout(5_000)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        with connection:
            connection.execute(_SCHEMA)
            version = meta(connection, "schema_version") or SCHEMA_VERSION
            set_meta(connection, "schema_version", version)
        _refuse_newer(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> apsw.Connection:
    """A connection that never writes. Raises apsw.Error."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(5_000)
    return connection


def meta(connection: apsw.Connection, key: str) -> str:
    """A value of the meta table, "" where there is none."""
    value = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).get
    return "" if value is None else str(value)


def set_meta(connection: apsw.Connection, key: str, value: str) -> None:
    """Put a value into the meta table; the caller owns the transaction."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def rows_after(connection: apsw.Connection, seq: int) -> Iterator[Row]:
    """All rows behind `seq`, oldest first."""
    return iter(connection.execute(SELECT_AFTER, (seq,)))


def head_of(connection: apsw.Connection) -> Head:
    """The newest record."""
    last = "SELECT seq, hash, at_ms FROM events ORDER BY seq DESC LIMIT 1"
    for seq, hash_, at_ms in connection.execute(last):
        return Head(seq, hash_, at_ms)
    return Head()


def link_at(connection: apsw.Connection, seq: int) -> Head:
    """The record `seq` as a link, the beginning where it is missing."""
    for hash_, at_ms in connection.execute("SELECT hash, at_ms FROM events WHERE seq=?", (seq,)):
        return Head(seq, hash_, at_ms)
    return Head()


def check(connection: apsw.Connection, after: int = 0, slowed: Slowed = iter) -> Head:
    """Check the pages and the chain behind `after`; the head. Raises DamagedError.

    With `slowed=unhurried` it lets the threads that serve people go first.
    """
    try:
        answer = connection.execute("PRAGMA quick_check(1)").get
        if answer != "ok":
            raise DamagedError(str(answer))
        head, trouble = follow(link_at(connection, after), slowed(rows_after(connection, after)))
        noted = int(meta(connection, "head") or 0)
    except _DAMAGED as error:
        raise DamagedError(str(error)) from error
    except apsw.SQLError as error:
        raise DamagedError(f"tables are missing: {error}") from error
    if trouble or noted != head.seq:
        raise DamagedError(trouble or f"the log ends at {head.seq}, not at {noted}")
    return head


def unhurried(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows, with rests in which other threads have the interpreter."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _N_BETWEEN_RESTS == 0:
            time.sleep(_REST_S)


def explain(error: Exception, path: Path) -> StorageError:
    """A foreign error as ours, with what to do."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, apsw.FullError) or getattr(error, "errno", 0) in {28, 122, 27}:
        return StorageError(
            f"the disk of {path} is full; nothing was recorded",
            f"Free space under {path.parent} and try again.",
        )
    if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError | apsw.PermissionsError | OSError):
        return StorageError(
            f"the event log {path} cannot be written: {error}",
            f"Make {path.parent} writable, or set AGENTXD_STATE_DIR to a folder that is.",
        )
    return StorageError(
        f"the event log {path} failed: {error}",
        "Restart the daemon: a damaged log is set aside and restored from its newest backup.",
    )


@contextmanager
def damage_named() -> Iterator[None]:
    """Turn what SQLite says of damaged files into DamagedError."""
    try:
        yield
    except _DAMAGED as error:
        raise DamagedError(str(error)) from error


def _refuse_newer(connection: apsw.Connection, path: Path) -> None:
    version = meta(connection, "schema_version")
    if version != SCHEMA_VERSION:
        raise StorageError(
            f"the event log {path} has schema {version}; this agentxd knows {SCHEMA_VERSION}",
            "Use the newer agentxd that wrote it, or move the file away.",
        )
