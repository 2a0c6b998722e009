"""Everything that works in the index worker, made and run together."""

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from agentxd.kernel.errors import EmbedderError, IndexDamagedError, StorageError
from agentxd.kernel.index import IndexStatus
from agentxd.plugins.indexing.wire import (
    Answered,
    Ask,
    Begin,
    Control,
    Failed,
    FromWorker,
    Told,
    raw,
)
from agentxd.plugins.indexing.worker.answering import Answering
from agentxd.plugins.indexing.worker.building import Builder
from agentxd.plugins.indexing.worker.embedding import PLACE as EMBEDDER
from agentxd.plugins.indexing.worker.embedding import Embedding
from agentxd.plugins.indexing.worker.overlays import Overlays
from agentxd.plugins.indexing.worker.parts import Database, Ground, Parts
from agentxd.plugins.indexing.worker.pausing import Gate
from agentxd.plugins.indexing.worker.readers import Readers
from agentxd.plugins.indexing.worker.reading import Found, read_file
from agentxd.plugins.indexing.worker.reporting import Reporter
from agentxd.plugins.indexing.worker.rows import RowBook
from agentxd.plugins.indexing.worker.taking import Taker
from agentxd.plugins.indexing.worker.taking_apart import ReadingThread, TakingApart
from agentxd.plugins.indexing.worker.tidying import Tidier
from agentxd.plugins.indexing.worker.touching import Toucher
from agentxd.plugins.indexing.worker.watching import Watcher
from agentxd.plugins.indexing.worker.writing import WritingThread

_MAX_READERS = 4
_SETTLE_S = 0.1
_SETTLE_ONE_S = 1.0
"""Whoever asks about one file has just opened it, or types in it; editors ask once."""
_LOOK_S = 2.0
_AGAIN_S = 5.0
_OPENING = "opening"


class DatabaseGoneError(Exception):
    """Somebody deleted or replaced the database; only a fresh worker can go on."""


class House:
    """Made of parts and settings; lives in one event loop."""

    def __init__(self, parts: Parts, begin: Begin, say: Callable[[FromWorker], None]) -> None:
        settings = begin.settings
        self._parts = parts
        self._settings = settings
        self._is_fresh = begin.is_fresh
        self._root = settings.root
        ground = Ground(settings.root, parts.disk, settings.max_file_bytes, settings.max_bytes)
        self._gate = Gate(is_open=not begin.is_paused)
        self._writing = WritingThread(self._open_database)
        self._reporter = Reporter(
            self._writing, lambda status: say(Told(status)), settings.max_bytes
        )
        self._reporter.pause(is_paused=begin.is_paused)
        self._book = RowBook(self._writing)
        self._thread = ReadingThread(self._taker)
        n_readers = settings.n_readers or min(_MAX_READERS, os.cpu_count() or 1)
        taking = TakingApart(
            self._book,
            self._thread,
            Readers(parts.reader_command, n_readers),
            self._gate,
            is_careful=begin.is_careful,
        )
        self._builder = Builder(ground, self._book, taking, self._reporter)
        self._toucher = Toucher(ground, self._book, taking, self._builder)
        self._overlays = Overlays(
            ground, self._book, self._thread, self._writing, self._toucher.read
        )
        self._tidier = Tidier(settings.max_bytes, self._book, self._writing)
        self._embedding = Embedding(parts.embedder, self._book, self._thread, self._writing)
        self._answering = Answering(
            lambda: parts.make_asker(self._read), lambda: self._reporter.now
        )
        self._is_tried = asyncio.Event()
        """Whether the database was opened, or could not be."""
        self._refusal: StorageError | None = None
        self._inode = 0

    def shown(self, texts: dict[str, str | None]) -> None:
        """Unsaved texts."""
        self._overlays.shown(texts)

    def touched(self, paths: Iterable[str]) -> None:
        """Files changed on disk."""
        self._toucher.touched(paths)

    async def run(self) -> None:
        """Until it is cancelled. Raises IndexDamagedError, DatabaseGoneError."""
        watcher = Watcher(self._root, self.touched, self._builder.wish, self._parts.arm)
        self._builder.wish()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._open_at_last())
            group.create_task(self._reporter.run())
            group.create_task(self._builder.run(self._gate, watcher))
            group.create_task(self._tidier.run(self._gate, self._builder, self._reporter))
            group.create_task(self._toucher.run(self._gate, self._reporter))
            group.create_task(self._overlays.run(self._reporter))
            group.create_task(
                self._embedding.run(self._gate, self._builder.is_at_rest, self._reporter)
            )
            group.create_task(watcher.run())
            group.create_task(self._look_after())

    async def answer(self, message: Ask | Control) -> Answered | Failed:
        """Exactly one for each. Raises AgentxError, DatabaseGoneError."""
        await self._is_tried.wait()
        if self._refusal is not None:
            raise self._refusal
        if isinstance(message, Control):
            return Answered(message.number, raw(await self._control(message.action)))
        self._check_place()
        await self._overlays.settled(_SETTLE_ONE_S if message.kind == "outline" else _SETTLE_S)
        return await self._answering.answer(message)

    async def close(self) -> None:
        """Everything is on disk. Raises StorageError."""
        await self._writing.close()

    async def _open_at_last(self) -> None:
        """Try until the database can be used. Raises IndexDamagedError."""
        while True:
            try:
                await self._open()
            except IndexDamagedError:
                raise
            except StorageError as error:
                self._refusal = error
                self._reporter.trouble(_OPENING, error.message, error.next_step)
                self._reporter.state("failed")
                self._is_tried.set()
                await self._reporter.tell()
                await asyncio.sleep(_AGAIN_S)
            else:
                self._reporter.trouble(_OPENING)
                self._reporter.state("listing")
                self._book.loaded.set()
                return

    async def _open(self) -> None:
        """Raises StorageError."""
        self._inode = await self._writing.do(lambda _: _inode(self._settings.place))
        self._refusal = None
        self._is_tried.set()  # questions are answered from now on
        await asyncio.gather(self._book.load(), self._use_embedder())

    def _open_database(self) -> Database:
        """In the writer's thread. Raises StorageError."""
        if self._is_fresh:
            self._parts.forget_database()
            self._is_fresh = False
        return self._parts.open_database()

    async def _use_embedder(self) -> None:
        try:
            await self._embedding.use()
        except EmbedderError as error:
            self._reporter.trouble(EMBEDDER, error.message, error.next_step)

    async def _control(self, action: str) -> IndexStatus:
        if action == "pause":
            self._gate.close()
        else:
            self._gate.open()
            self._builder.wish()
        self._reporter.pause(is_paused=not self._gate.is_open)
        return await self._reporter.tell()

    async def _look_after(self) -> None:
        await self._book.loaded.wait()
        while True:
            await asyncio.sleep(_LOOK_S)
            self._check_place()

    def _check_place(self) -> None:
        if _inode(self._settings.place) != self._inode:
            raise DatabaseGoneError("the database of the index was deleted")

    def _read(self, path: str) -> bytes | None:
        """A file as the user sees it; called by threads that answer."""
        text = self._overlays.texts.get(path)
        if text is not None:
            return text
        found = read_file(
            self._root, path, self._settings.max_file_bytes, self._parts.disk.opened_parent
        )
        return found.content if isinstance(found, Found) else None

    def _taker(self) -> Taker:
        """For the thread that reads in this process; a missing embedder is told elsewhere."""
        try:
            embedder = self._parts.embedder()
        except EmbedderError:
            embedder = None
        return Taker(
            self._root, self._settings.max_file_bytes, self._parts.disk.opened_parent,
            self._parts.parser, embedder,
        )  # fmt: skip


def _inode(place: str) -> int:
    """0 where there is none."""
    try:
        return Path(place).stat().st_ino
    except OSError:
        return 0
