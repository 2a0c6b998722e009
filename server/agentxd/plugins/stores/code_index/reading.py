"""Read connections to the index's database, one for each thread that asks at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import apsw

from agentxd.plugins.stores.code_index.opening import open_reader, translated

_MAX_IDLE = 4


class Readers:
    """A pool of connections; they follow when the database is replaced by another file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._idle: list[apsw.Connection] = []
        self._file = (0, 0)
        """Device and inode of the file that the idle connections read."""

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """A connection inside one read transaction, so that all its answers fit together.

        Raises StorageError, IndexDamagedError.
        """
        with translated(self.path):
            connection, file = self._take()
            try:
                with connection:
                    yield connection
            except BaseException:
                connection.close()
                raise
            self._give_back(connection, file)

    def close(self) -> None:
        """Idle connections are closed; one in use is when it comes back."""
        with self._lock:
            self._close_idle()
            self._file = (0, 0)

    def _take(self) -> tuple[apsw.Connection, tuple[int, int]]:
        status = os.stat(self.path)  # noqa: PTH116  # one call for each question
        file = status.st_dev, status.st_ino
        with self._lock:
            if file != self._file:
                self._close_idle()
                self._file = file
            if self._idle:
                return self._idle.pop(), file
        return open_reader(self.path), file

    def _give_back(self, connection: apsw.Connection, file: tuple[int, int]) -> None:
        with self._lock:
            if file == self._file and len(self._idle) < _MAX_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()


def changes(connection: apsw.Connection) -> int:
    """Grows with every transaction of the writing end."""
    return int(connection.execute("SELECT value FROM meta WHERE key = 'changes'").get)
