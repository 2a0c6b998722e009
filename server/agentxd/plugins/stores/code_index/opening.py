"""Opens the index's database; a damaged, foreign or outdated file is replaced by an empty one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw
import sqlite_vec

from agentxd.kernel.errors import IndexDamagedError, StorageError
from agentxd.plugins.stores.code_index.schema import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    TABLE_NAMES,
    TABLES,
)

_DAMAGED = (apsw.NotADBError, apsw.CorruptError)
_NO_SPACE = {28, 122, 27}
"""errno of a full disk, a passed quota, a file that may not grow."""
_CHECKED_BYTES = 8 << 20
"""Up to this size every page is looked at when the file is opened: about 10 ms."""
_PRAGMAS = """
PRAGMA page_size=4096;
PRAGMA journal_mode=WAL;
PRAGMA synchronous=OFF;
PRAGMA wal_autocheckpoint=8000;
PRAGMA journal_size_limit=67108864;
PRAGMA cache_size=-24000;
PRAGMA temp_store=MEMORY;
"""
_SET_OPEN = "UPDATE meta SET value = ? WHERE key = 'open_since'"


def open_writer(path: Path) -> tuple[apsw.Connection, str]:
    """A connection to a database that is sound, and what was wrong with the one before.

    Raises StorageError where none can be made.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        was_there = path.exists() and path.stat().st_size > 0
        try:
            return _connected(path), ""
        except (*_DAMAGED, IndexDamagedError, apsw.SQLError) as error:
            if not was_there:
                raise
            reason = getattr(error, "message", "") or f"the index was damaged ({error})"
        remove(path)
        return _connected(path), f"{reason}; it is built again"


def close_writer(connection: apsw.Connection) -> None:
    """Everything is on the disk itself before the database is said to be whole."""
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(_SET_OPEN, ("",))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def open_reader(path: Path) -> apsw.Connection:
    """A connection that never writes. Raises apsw.Error."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(5_000)
    try:
        connection.execute("PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY")
        connection.enable_load_extension(True)
        connection.load_extension(sqlite_vec.loadable_path())
        connection.enable_load_extension(False)
    except BaseException:
        connection.close()
        raise
    return connection


def remove(path: Path) -> None:
    """Delete the database and what SQLite keeps beside it. Raises OSError."""
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the disk into ours."""
    try:
        yield
    except (apsw.Error, OSError) as error:
        raise explained(error, path) from error


def explained(error: Exception, path: Path) -> StorageError:
    """A foreign error as ours, with what to do."""
    if isinstance(error, _DAMAGED):
        return IndexDamagedError(
            f"the index was damaged ({error})", "It is built again by itself; wait until it is."
        )
    if isinstance(error, apsw.FullError) or getattr(error, "errno", 0) in _NO_SPACE:
        return StorageError(
            f"the disk of the index {path} is full",
            f"Free space under {path.parent}, or lower the size that the index may have.",
        )
    if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError | apsw.PermissionsError | OSError):
        return StorageError(
            f"the index {path} cannot be written: {error}",
            f"Make {path.parent} writable, or set AGENTXD_STATE_DIR to a folder that is.",
        )
    return StorageError(f"the index {path} failed: {error}", "Rebuild the index.")


def _connected(path: Path) -> apsw.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = apsw.Connection(str(path))
    try:
        connection.set_busy_timeout(5_000)
        connection.execute(_PRAGMAS)
        if connection.execute("PRAGMA schema_version").get == 0:
            _create(connection)
        _check(connection, path)
        connection.execute(_SET_OPEN, (_boot(),))
    except BaseException:
        connection.close()
        raise
    return connection


def _create(connection: apsw.Connection) -> None:
    with connection:
        connection.execute(TABLES)
        known = "INSERT INTO meta VALUES ('schema_version', ?), ('changes', 0), ('open_since', '')"
        connection.execute(known, (SCHEMA_VERSION,))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def _check(connection: apsw.Connection, path: Path) -> None:
    """Refuse what is not ours, of another version, cut short or, where it is small, damaged."""
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    is_ours = connection.execute("PRAGMA application_id").get == APPLICATION_ID
    if not is_ours or not names >= TABLE_NAMES:
        raise IndexDamagedError("the index was not a database of ours")
    version = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").get
    if version != SCHEMA_VERSION:
        raise IndexDamagedError(f"the index had schema {version}, not {SCHEMA_VERSION}")
    since = connection.execute("SELECT value FROM meta WHERE key = 'open_since'").get
    if since not in ("", _boot()):
        raise IndexDamagedError("the computer stopped while the index was open")
    _check_pages(connection, path)


def _boot() -> str:
    """Names the time since the computer was started; the same for ever where it has no name."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return "unknown"


def _check_pages(connection: apsw.Connection, path: Path) -> None:
    size = path.stat().st_size
    log = path.with_name(path.name + "-wal")
    n_pages = int(connection.execute("PRAGMA page_count").get)
    if size < n_pages * 4096 and not (log.exists() and log.stat().st_size):
        raise IndexDamagedError("the index was cut short")
    if size <= _CHECKED_BYTES:
        answer = connection.execute("PRAGMA quick_check(1)").get
        if answer != "ok":
            raise IndexDamagedError(f"the index was damaged ({answer})")
