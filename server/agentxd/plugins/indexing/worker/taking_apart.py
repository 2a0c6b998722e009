"""Takes many files into the index: by children where they are many, in this process else."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from agentxd.plugins.indexing.worker.pausing import Gate
from agentxd.plugins.indexing.worker.readers import Readers
from agentxd.plugins.indexing.worker.reading import Status
from agentxd.plugins.indexing.worker.rows import RowBook
from agentxd.plugins.indexing.worker.taking import Taken, Taker

T = TypeVar("T")
_SMALL_FILES = 100
_SMALL_BYTES = 2 << 20
_BATCH_FILES, _BATCH_BYTES = 48, 400_000
_HASH_FILES, _HASH_BYTES = 400, 16 << 20
_AHEAD = 2
"""Orders that each child has at a time, so that it never waits."""


class ReadingThread:
    """Reads and parses in this process: a few files, for which somebody may wait."""

    def __init__(self, make_taker: Callable[[], Taker]) -> None:
        self._make_taker = make_taker
        self._taker: Taker | None = None
        self._pool = ThreadPoolExecutor(1, "index-reader")

    async def do(self, work: Callable[[Taker], T]) -> T:
        """Raises what the work raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._done, work)

    def _done(self, work: Callable[[Taker], T]) -> T:
        if self._taker is None:
            self._taker = self._make_taker()
        return work(self._taker)


class TakingApart:
    """One job after another may run beside one of another kind; each is told what went stale."""

    def __init__(
        self,
        book: RowBook,
        thread: ReadingThread,
        readers: Readers,
        gate: Gate,
        *,
        is_careful: bool,
    ) -> None:
        self._book = book
        self._thread = thread
        self._readers = readers
        self._gate = gate
        self._is_careful = is_careful

    async def take(
        self,
        files: Mapping[str, Status],
        is_stale: Callable[[str], bool],
        done: Callable[[int], None],
    ) -> None:
        """Put all of them into the index; what went stale meanwhile is another's to put.

        `done` hears how many. Raises StorageError, OSError.
        """
        job = _Job(files, is_stale, done)
        is_small = len(files) <= _SMALL_FILES and sum(map(_size, files.values())) <= _SMALL_BYTES
        if is_small and not self._is_careful:
            await job.run_in(self._thread, self._book, self._gate)
        else:
            await job.run_with(self._readers, self._book, self._gate)


class _Job:
    """Some files, from disk into the database."""

    def __init__(
        self,
        files: Mapping[str, Status],
        is_stale: Callable[[str], bool],
        done: Callable[[int], None],
    ) -> None:
        self._files = files
        self._is_stale = is_stale
        self._done = done
        self._put: set[bytes] = set()
        """Contents that this job put already."""

    async def run_in(self, thread: ReadingThread, book: RowBook, gate: Gate) -> None:
        """Small: the files are read twice, which costs less than to keep them."""
        await gate.passed()
        paths = list(self._files)
        hashed = await thread.do(lambda taker: taker.take(paths, is_hash_only=True))
        left = await self._put_known(book, hashed)
        if left:
            await self._keep(book, await thread.do(lambda taker: taker.take(left)))

    async def run_with(self, readers: Readers, book: RowBook, gate: Gate) -> None:
        """Large: children read, hash and parse; nothing is parsed that is known already."""
        paths = list(self._files)
        try:
            if book.rows:
                paths = await self._unknown(readers, book, gate, paths)
            batches = _batches(paths, self._files, _BATCH_FILES, _BATCH_BYTES)

            async def one(place: int, batch: Sequence[str]) -> None:
                await self._keep(book, await readers.take(place, batch))

            await _share(readers, gate, batches, one)
        finally:
            await readers.close()

    async def _unknown(
        self, readers: Readers, book: RowBook, gate: Gate, paths: Sequence[str]
    ) -> list[str]:
        """Those whose content has to be taken apart; the others are put."""
        left: list[str] = []

        async def one(place: int, batch: Sequence[str]) -> None:
            hashed = await readers.take(place, batch, is_hash_only=True)
            left.extend(await self._put_known(book, hashed))

        await _share(readers, gate, _batches(paths, self._files, _HASH_FILES, _HASH_BYTES), one)
        return left

    async def _put_known(self, book: RowBook, hashed: Taken) -> list[str]:
        known = await book.known(row.hash for row in hashed.rows)
        rows = tuple(row for row in hashed.rows if row.hash in known)
        await self._keep(book, Taken(rows, (), hashed.refused))
        return [row.path for row in hashed.rows if row.hash not in known]

    async def _keep(self, book: RowBook, taken: Taken) -> None:
        rows = [row for row in taken.rows if not self._is_stale(row.path)]
        contents = []
        for content in taken.contents:
            if content.hash not in self._put:
                self._put.add(content.hash)
                contents.append(content)
        await book.put(contents, rows)
        refused = [one for one in taken.refused if not self._is_stale(one.path)]
        await book.drop(book.refuse(refused, self._files))
        self._done(len(taken.rows) + len(taken.refused))


async def _share(
    readers: Readers,
    gate: Gate,
    batches: Iterator[Sequence[str]],
    one: Callable[[int, Sequence[str]], Coroutine[None, None, None]],
) -> None:
    """Give each child the next batch as soon as it is done with one. Raises what one raises."""

    async def feed(place: int) -> None:
        for batch in batches:
            await gate.passed()
            await one(place, batch)

    try:
        async with asyncio.TaskGroup() as group:
            for place in [*range(readers.n)] * _AHEAD:
                group.create_task(feed(place))
    except ExceptionGroup as trouble:
        raise trouble.exceptions[0] from trouble


def _batches(
    paths: Sequence[str], files: Mapping[str, Status], n_files: int, n_bytes: int
) -> Iterator[Sequence[str]]:
    batch: list[str] = []
    size = 0
    for path in paths:
        batch.append(path)
        size += _size(files[path])
        if len(batch) >= n_files or size >= n_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(status: Status) -> int:
    return status[2]
