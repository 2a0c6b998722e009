"""Tidies the database a moment at a time, when nothing else is to be written."""

import asyncio

from agentxd.kernel.errors import IndexDamagedError, StorageError
from agentxd.plugins.indexing.worker.building import Builder
from agentxd.plugins.indexing.worker.pausing import Gate
from agentxd.plugins.indexing.worker.reporting import Reporter
from agentxd.plugins.indexing.worker.rows import RowBook
from agentxd.plugins.indexing.worker.writing import WritingThread

_REST_S = 1.0
_BREATH_S = 0.02
"""Between two moments, for whoever else wants to write."""
PLACE = "tidying"


class Tidier:
    """Owns the tidying."""

    def __init__(self, max_bytes: int, book: RowBook, writing: WritingThread) -> None:
        self._max_bytes = max_bytes
        self._book = book
        self._writing = writing

    async def run(self, gate: Gate, builder: Builder, reporter: Reporter) -> None:
        """Until it is cancelled. Raises IndexDamagedError."""
        while True:
            await self._book.changed.wait()
            await asyncio.sleep(_REST_S)
            await gate.passed()
            if builder.is_looking:
                continue
            self._book.changed.clear()
            try:
                while not builder.is_looking and await self._moment():
                    await asyncio.sleep(_BREATH_S)
                    await gate.passed()
            except IndexDamagedError:
                raise
            except StorageError as error:
                reporter.trouble(PLACE, error.message, error.next_step)
            else:
                reporter.trouble(PLACE)
            reporter.touch()

    async def _moment(self) -> bool:
        """Whether there is more to do. Raises StorageError."""
        return await self._writing.do(lambda database: database.tidy(self._max_bytes))
