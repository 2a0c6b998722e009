"""The one thread that writes into the database, spoken to from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from agentxd.plugins.indexing.worker.parts import Database

T = TypeVar("T")


class WritingThread:
    """Runs what it is given, one after the other."""

    def __init__(self, open_database: Callable[[], Database]) -> None:
        self._open = open_database
        self._pool = ThreadPoolExecutor(1, "index-writer")
        self._database: Database | None = None

    async def do(self, work: Callable[[Database], T]) -> T:
        """Raises StorageError, as the work does."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._done, work)

    async def close(self) -> None:
        """Everything is on disk. Raises StorageError."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._close)
        self._pool.shutdown(wait=False)

    def _done(self, work: Callable[[Database], T]) -> T:
        if self._database is None:
            self._database = self._open()
        return work(self._database)

    def _close(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            database.close()
