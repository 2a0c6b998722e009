"""Reading children for a large build: several at once, replaced when one dies, then gone."""

import asyncio
import itertools
from collections.abc import Sequence

import msgspec
from msgspec import MsgspecError, Raw

from agentxd.plugins.indexing.wire import encoded
from agentxd.plugins.indexing.worker.reader_wire import Delivery, Order, taken_of
from agentxd.plugins.indexing.worker.reading import Refused
from agentxd.plugins.indexing.worker.taking import FAILS, Taken
from agentxd.plugins.workers.child import Child, start_child

_LEAVE_S = 0.2
_ORDER_S = 60.0
"""For one order; a parser that takes longer hangs."""


class ReaderDiedError(Exception):
    """The child ended, or did not answer; what it was told to read may be to blame."""


class Reader:
    """One child."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Raw]] = {}
        self._decoder = msgspec.msgpack.Decoder(Delivery)

    async def start(self, command: Sequence[str]) -> None:
        """Begin. Raises OSError."""
        self._child = await start_child(self, command)

    @property
    def is_alive(self) -> bool:
        """Whether it takes orders."""
        return self._child is not None and self._child.is_alive

    @property
    def pid(self) -> int:
        """Process id."""
        return self._child.pid if self._child is not None else 0

    async def take(self, paths: Sequence[str], *, is_hash_only: bool) -> Taken:
        """Files from disk. Raises ReaderDiedError."""
        if self._child is None or not self.is_alive:
            raise ReaderDiedError
        number = next(self._numbers)
        answer: asyncio.Future[Raw] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._child.send(encoded(Order(number, tuple(paths), is_hash_only)))
            async with asyncio.timeout(_ORDER_S):
                body = await answer
            return await asyncio.to_thread(taken_of, body)
        except (TimeoutError, MsgspecError) as error:
            self._child.kill()
            raise ReaderDiedError from error
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Let it go."""
        if self._child is not None:
            self._child.leave()
            await self._child.gone(_LEAVE_S)

    def heard(self, frame: bytes) -> None:
        """A delivery. Raises MsgspecError."""
        delivery = self._decoder.decode(frame)
        answer = self._waiting.get(delivery.number)
        if answer is not None and not answer.done():
            answer.set_result(delivery.taken)

    def ended(self) -> None:
        """Whoever waits is told."""
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ReaderDiedError())


class Readers:
    """So many children, each started when there is work for it."""

    def __init__(self, command: Sequence[str], n: int) -> None:
        self._command = tuple(command)
        self._readers: list[Reader | None] = [None] * n
        self._starting = [asyncio.Lock() for _ in range(n)]

    @property
    def n(self) -> int:
        """How many there may be."""
        return len(self._readers)

    @property
    def pids(self) -> list[int]:
        """Of those that run."""
        return [reader.pid for reader in self._readers if reader is not None and reader.is_alive]

    async def take(self, place: int, paths: Sequence[str], *, is_hash_only: bool = False) -> Taken:
        """Files from disk by one of them; a file that kills it is refused. Raises OSError."""
        try:
            reader = await self._reader(place)
            return await reader.take(paths, is_hash_only=is_hash_only)
        except ReaderDiedError:
            return await self._take_alone(paths, is_hash_only=is_hash_only)

    async def _take_alone(self, paths: Sequence[str], *, is_hash_only: bool) -> Taken:
        """In children that nobody else uses, by halves, until the deadly file is found."""
        reader = Reader()
        try:
            await reader.start(self._command)
            return await reader.take(paths, is_hash_only=is_hash_only)
        except ReaderDiedError:
            if len(paths) == 1:
                return Taken(refused=(Refused(paths[0], FAILS),))
        finally:
            await reader.close()
        half = len(paths) // 2
        first, second = [
            await self._take_alone(part, is_hash_only=is_hash_only)
            for part in (paths[:half], paths[half:])
        ]
        return Taken(
            (*first.rows, *second.rows),
            (*first.contents, *second.contents),
            (*first.refused, *second.refused),
        )

    async def close(self) -> None:
        """All leave."""
        readers, self._readers = self._readers, [None] * len(self._readers)
        await asyncio.gather(*(reader.close() for reader in readers if reader is not None))

    async def _reader(self, place: int) -> Reader:
        async with self._starting[place]:
            reader = self._readers[place]
            if reader is None or not reader.is_alive:
                reader = Reader()
                await reader.start(self._command)
                self._readers[place] = reader
            return reader
