"""Lays unsaved texts over files, so that they are searched as they stand in the editor."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256

from agentxd.kernel.errors import StorageError, WorkspaceRefusedError
from agentxd.kernel.index import Content
from agentxd.plugins.indexing.worker.listing import is_proper
from agentxd.plugins.indexing.worker.parts import Ground
from agentxd.plugins.indexing.worker.reporting import Reporter
from agentxd.plugins.indexing.worker.rows import RowBook
from agentxd.plugins.indexing.worker.taking import Taker
from agentxd.plugins.indexing.worker.taking_apart import ReadingThread
from agentxd.plugins.indexing.worker.writing import WritingThread


class Overlays:
    """Owns the unsaved texts."""

    def __init__(
        self,
        ground: Ground,
        book: RowBook,
        thread: ReadingThread,
        writing: WritingThread,
        read: Callable[[str], Awaitable[None]],
    ) -> None:
        """`read` brings what the disk has of a file into the index, if it can be read."""
        self._ground = ground
        self._book = book
        self._thread = thread
        self._writing = writing
        self._read = read
        self.texts: dict[str, bytes] = {}
        """What is laid over, and may be shown in answers."""
        self._wanted: dict[str, str | None] = {}
        self._changed = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()

    def shown(self, texts: dict[str, str | None]) -> None:
        """What editors show; None where disk is the truth again."""
        self._wanted |= texts
        self._settled.clear()
        self._changed.set()

    async def settled(self, seconds: float) -> None:
        """When all of it is laid over, or after so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._settled.wait()
        except TimeoutError:
            return

    async def run(self, reporter: Reporter) -> None:
        """Until it is cancelled. Raises IndexDamagedError."""
        await self._book.loaded.wait()
        while True:
            await self._changed.wait()
            while self._wanted:
                path = next(iter(self._wanted))
                await self._lay(path, self._wanted.pop(path), reporter)
            self._changed.clear()
            self._settled.set()

    async def _lay(self, path: str, text: str | None, reporter: Reporter) -> None:
        try:
            content = None if text is None else await self._content(path, text)
            if content is None and path not in self.texts:
                return
            if content is None:  # what was searchable stays so: disk first, then the text goes
                await self._read(path)
            await self._writing.do(lambda database: database.show(path, content))
            if content is None:
                self.texts.pop(path, None)
            reporter.trouble("overlay")
        except WorkspaceRefusedError:
            return
        except StorageError as error:
            reporter.trouble("overlay", error.message, error.next_step)

    async def _content(self, path: str, text: str) -> Content | None:
        """None where the file is not for the index, or disk says the same."""
        data = text.encode(errors="replace")
        hash_ = sha256(data).digest()
        row = self._book.rows.get(path)
        if len(data) > self._ground.max_file_bytes or (row is not None and row.hash == hash_):
            return None
        if row is None and not await self._is_wanted(path):
            return None
        self.texts[path] = data

        def take(taker: Taker) -> Content:
            return taker.content(path, data, hash_)

        return await self._thread.do(take)

    async def _is_wanted(self, path: str) -> bool:
        disk = self._ground.disk
        if not is_proper(path) or disk.is_secret(path):
            return False
        return path not in await asyncio.to_thread(disk.list_ignored, self._ground.root, [path])
