"""How the index is now, told to the daemon a few times a second at most."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import perf_counter

from msgspec.structs import replace

from agentxd.kernel.errors import StorageError
from agentxd.kernel.index import IndexStatus
from agentxd.plugins.indexing.worker.parts import Database
from agentxd.plugins.indexing.worker.writing import WritingThread

_EVERY_S = 0.25
_SHARE = 30
"""Counting may take one part in so many of the writer's time."""


class Reporter:
    """Keeps the status; whoever works says what changed."""

    def __init__(
        self, writing: WritingThread, tell: Callable[[IndexStatus], None], max_bytes: int
    ) -> None:
        self._writing = writing
        self._tell = tell
        self._changed = asyncio.Event()
        self._urgent = asyncio.Event()
        """The state changed, which is told at once."""
        self._counting_s = 0.0
        self._is_paused = False
        self._trouble: dict[str, tuple[str, str]] = {}
        self.now = IndexStatus(state="starting", max_bytes=max_bytes)
        """As it was told last; numbers of the database included."""
        self._said = self.now

    def state(self, state: str) -> None:
        """One of the states of IndexStatus."""
        if self._said.state != state:
            self._said = replace(self._said, state=state)
            self._urgent.set()
            self._changed.set()

    def pause(self, *, is_paused: bool) -> None:
        """Whether a person lets it rest."""
        self._is_paused = is_paused
        self._changed.set()

    def listed(self, n_files: int, left_out: Counter[str], reasons: Iterable[str]) -> None:
        """How many files there are, and how many are left out for which reasons."""
        found = left_out + Counter(reasons)
        self._said = replace(self._said, n_files=n_files, left_out=dict(found))
        self._changed.set()

    def touch(self) -> None:
        """Numbers of the database changed."""
        self._changed.set()

    def trouble(self, place: str, message: str = "", next_step: str = "") -> None:
        """What is wrong at a place, or nothing any more."""
        before = self._trouble.pop(place, None)
        if message:
            self._trouble[place] = (message, next_step)
        if before != self._trouble.get(place):
            self._changed.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._urgent.clear()
            await self.tell()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(_EVERY_S, _SHARE * self._counting_s)):
                    await self._urgent.wait()

    async def tell(self) -> IndexStatus:
        """Tell it at once; what was told."""
        said = self._said
        if self._is_paused and said.state != "failed":
            said = replace(said, state="paused")
        if self._trouble:
            message, next_step = next(iter(self._trouble.values()))
            said = replace(said, message=message, next_step=next_step)
        try:
            self.now = await self._writing.do(lambda database: self._filled(database, said))
        except StorageError as error:
            self.now = replace(said, message=error.message, next_step=error.next_step)
        self._tell(self.now)
        return self.now

    def _filled(self, database: Database, said: IndexStatus) -> IndexStatus:
        """In the writer's thread."""
        start = perf_counter()
        filled = database.fill(said)
        self._counting_s = perf_counter() - start
        return filled
