"""Makes the vectors that are still missing, in the background, when everything is read."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from agentxd.kernel.errors import EmbedderError, StorageError
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.indexing.worker.parts import MakeEmbedder
from agentxd.plugins.indexing.worker.pausing import Gate
from agentxd.plugins.indexing.worker.reading import Found
from agentxd.plugins.indexing.worker.reporting import Reporter
from agentxd.plugins.indexing.worker.rows import RowBook
from agentxd.plugins.indexing.worker.taking import Taker, document_texts
from agentxd.plugins.indexing.worker.taking_apart import ReadingThread
from agentxd.plugins.indexing.worker.writing import WritingThread
from agentxd.plugins.workers.lowering import give_way

_BATCH, _CHEAP_BATCH = 64, 1_024
_AGAIN_S, _LONGEST_S = 5.0, 300.0
PLACE = "embedder"
Missing = tuple[int, bytes, int, int]
"""Chunk number, its content's hash, first line, the line after its last one."""

_NONE: tuple[bytes, dict[tuple[int, int], str]] = (b"", {})


class Embedding:
    """Owns the loop; vectors that are cheap come with the contents, and little is left here."""

    def __init__(
        self, make: MakeEmbedder, book: RowBook, thread: ReadingThread, writing: WritingThread
    ) -> None:
        self._make = make
        self._book = book
        self._thread = thread
        self._writing = writing
        self._pool = ThreadPoolExecutor(1, "index-embedder", initializer=give_way)
        self._skipped: set[int] = set()
        """Chunks whose text is not to be had; their files are being looked at."""
        self._used = ""
        """Name of the one whose vectors are wanted."""
        self._texts = _NONE
        """Of the content that was parsed last: a large one fills several batches."""

    async def run(self, gate: Gate, rest: asyncio.Event, reporter: Reporter) -> None:
        """Until it is cancelled. Raises IndexDamagedError."""
        n_failed = 0
        while True:
            await rest.wait()
            await gate.passed()
            try:
                is_done = await self._batch(reporter)
            except (EmbedderError, StorageError) as error:
                n_failed += 1
                reporter.state("embedding")
                reporter.trouble(PLACE, error.message, error.next_step)
                await asyncio.sleep(min(_LONGEST_S, _AGAIN_S * 2**n_failed))
                continue
            n_failed = 0
            reporter.trouble(PLACE)
            if is_done:
                reporter.state("ready")
                rest.clear()
                await self._thread.do(Taker.warm)  # loads what the next saved file needs

    async def use(self) -> Embedder | None:
        """The one whose vectors are wanted from now on. Raises EmbedderError, StorageError."""
        embedder = await asyncio.to_thread(self._make)
        if embedder is not None and self._used != embedder.name:
            name, dimensions = embedder.name, embedder.dimensions
            await self._writing.do(lambda database: database.use_embedder(name, dimensions))
            self._used = name
        return embedder

    async def _batch(self, reporter: Reporter) -> bool:
        """Some vectors; whether none is missing any more. Raises EmbedderError, StorageError."""
        embedder = await self.use()
        if embedder is None:
            return True
        limit = (_CHEAP_BATCH if embedder.is_cheap else _BATCH) + len(self._skipped)
        missing = [
            row
            for row in await self._writing.do(lambda database: database.without_vector(limit))
            if row[0] not in self._skipped
        ]
        if not missing:
            self._skipped.clear()
            self._texts = _NONE
            return True
        reporter.state("embedding")
        await self._embed(embedder, missing)
        reporter.touch()
        return False

    async def _embed(self, embedder: Embedder, missing: list[Missing]) -> None:
        paths = {row.hash: path for path, row in self._book.rows.items()}
        found = [
            (row[0], text) for row in missing if (text := await self._text(row, paths)) is not None
        ]
        self._skipped.update({row[0] for row in missing} - {number for number, _ in found})
        if not found:
            return
        loop = asyncio.get_running_loop()
        texts = [text for _, text in found]
        vectors = await loop.run_in_executor(self._pool, embedder.documents, texts)
        rows = _rows([number for number, _ in found], vectors, embedder)
        await self._writing.do(lambda database: database.put_vectors(rows))

    async def _text(self, row: Missing, paths: Mapping[bytes, str]) -> str | None:
        """What the embedder gets of a chunk; None where no file holds it any more."""
        _, hash_, start, end = row
        if self._texts[0] != hash_:
            path = paths.get(hash_)
            texts = {} if path is None else await self._thread.do(_Texts(path, hash_))
            self._texts = (hash_, texts)
        return self._texts[1].get((start, end))


class _Texts:
    """What an embedder gets for each chunk of a file that still has this content."""

    def __init__(self, path: str, hash_: bytes) -> None:
        self._path = path
        self._hash = hash_

    def __call__(self, taker: Taker) -> dict[tuple[int, int], str]:
        """Place of the chunk to its text."""
        found = taker.read(self._path)
        if not isinstance(found, Found) or found.hash != self._hash:
            return {}
        parsed = taker.parsed(self._path, found.content)
        texts = document_texts(found.content, parsed)
        places = ((chunk.start_line, chunk.end_line) for chunk in parsed.chunks)
        return dict(zip(places, texts, strict=True))


def _rows(numbers: list[int], vectors: bytes, embedder: Embedder) -> list[tuple[int, bytes]]:
    """Raises EmbedderError where there are not as many as were asked for."""
    size = embedder.dimensions
    if len(vectors) != size * len(numbers):
        raise EmbedderError(
            f"The embedder {embedder.name} gave {len(vectors)} bytes for {len(numbers)} texts.",
            "choose another embedder: agentxd config set --scope user index_embedder static",
        )
    return [(number, vectors[i * size : (i + 1) * size]) for i, number in enumerate(numbers)]
