"""The daemon's index: asks the worker, which is started at need and followed by a fresh one."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from agentxd.kernel.index import (
    IndexStatus,
    MapQuery,
    RepositoryMap,
    SearchAnswer,
    SearchQuery,
    Symbol,
    SymbolPlace,
    SymbolQuery,
    Use,
)
from agentxd.kernel.index_ports import Progress
from agentxd.plugins.indexing.deaths import Deaths
from agentxd.plugins.indexing.keeping import WorkerLife
from agentxd.plugins.indexing.link import decoded
from agentxd.plugins.indexing.wire import IndexSettings, OutlineQuery, ReferencesQuery

COMMAND = (sys.executable, "-P", "-m", "agentxd.app.index_worker")
_ANSWER_S = 20.0
T = TypeVar("T")


class RemoteIndex:
    """Implements CodeIndex and IndexKeeper; lives in one event loop."""

    def __init__(
        self,
        settings: Callable[[], IndexSettings],
        progress: Progress,
        command: Sequence[str] = COMMAND,
        deaths: Deaths | None = None,
        answer_s: float = _ANSWER_S,
    ) -> None:
        self._life = WorkerLife(settings, progress, command, deaths or Deaths())
        self._answer_s = answer_s

    # --- CodeIndex ----------------------------------------------------------------------------

    async def search(self, query: SearchQuery) -> SearchAnswer:
        """Chunks for a question in words or code."""
        return await self._ask("search", query, SearchAnswer)

    async def symbols(self, query: SymbolQuery) -> list[SymbolPlace]:
        """Definitions by name, best first."""
        return await self._ask("symbols", query, list[SymbolPlace])

    async def references(self, name: str, near: str = "", limit: int = 200) -> list[Use]:
        """Where a name is used, most likely ones first; `near` is the file that asks."""
        return await self._ask("references", ReferencesQuery(name, near, limit), list[Use])

    async def outline(self, path: str) -> list[Symbol]:
        """What a file defines, from top to bottom; nothing for a file it does not know."""
        return await self._ask("outline", OutlineQuery(path), list[Symbol])

    async def map(self, query: MapQuery) -> RepositoryMap:
        """The definitions that matter most, under a budget."""
        return await self._ask("map", query, RepositoryMap)

    # --- IndexKeeper --------------------------------------------------------------------------

    def status(self) -> IndexStatus:
        """How it is now; never waits."""
        return self._life.status()

    def wake(self) -> None:
        """Begin to work a little later, where it does not yet: somebody will ask soon."""
        self._life.wake()

    def shown(self, path: str, text: str | None) -> None:
        """An editor's unsaved text of a file; None when disk is the truth again."""
        self._life.shown(path, text)

    def touched(self, paths: Sequence[str]) -> None:
        """These files changed on disk."""
        self._life.touched(paths)

    async def control(self, action: str) -> IndexStatus:
        """pause, resume or rebuild. Raises IndexUnavailableError, InvalidRequestError."""
        return await self._life.control(action, self._answer_s)

    async def close(self) -> None:
        """Let the worker go with the daemon."""
        await self._life.close()

    async def _ask(self, kind: str, question: object, answer: type[T]) -> T:
        link, left_s = await self._life.linked(self._answer_s)
        body = await link.ask(kind, question, left_s)
        return decoded(body, answer)
