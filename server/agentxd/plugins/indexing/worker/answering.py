"""Answers questions, in threads of their own, so that none waits for a build or another one."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from agentxd.kernel.errors import AgentxError, IndexDamagedError
from agentxd.kernel.index import Coverage, IndexStatus, MapQuery, SearchQuery, SymbolQuery
from agentxd.plugins.indexing.wire import (
    Answered,
    Ask,
    Failed,
    OutlineQuery,
    ReferencesQuery,
    raw,
)
from agentxd.plugins.indexing.worker.parts import Asker

_N_THREADS = 3
Answer = Callable[[Asker, Any], Any]
_KINDS: Mapping[str, tuple[type[Any], Answer]] = {
    "search": (SearchQuery, lambda asker, query: asker.search(query)),
    "symbols": (SymbolQuery, lambda asker, query: asker.symbols(query)),
    "references": (
        ReferencesQuery,
        lambda asker, query: asker.references(query.name, query.near, query.limit),
    ),
    "outline": (OutlineQuery, lambda asker, query: asker.outline(query.path)),
    "map": (MapQuery, lambda asker, query: asker.map(query)),
}


class Answering:
    """Owns the threads that answer."""

    def __init__(self, make: Callable[[], Asker], now: Callable[[], IndexStatus]) -> None:
        self._make = make
        self._asker: Asker | None = None
        self._making = Lock()
        self._now = now
        self._pool = ThreadPoolExecutor(_N_THREADS, "index-answer")

    async def answer(self, ask: Ask) -> Answered | Failed:
        """Exactly one for each question. Raises IndexDamagedError."""
        loop = asyncio.get_running_loop()
        try:
            return Answered(ask.number, await loop.run_in_executor(self._pool, self._body, ask))
        except IndexDamagedError:
            raise
        except AgentxError as error:
            return Failed(ask.number, error.message, error.next_step)
        except Exception as error:  # noqa: BLE001  # plugin call: the next question is answered
            words = f"The index could not answer: {type(error).__name__}: {error}."
            return Failed(ask.number, words, "rebuild it: agentxd index rebuild")

    def _body(self, ask: Ask) -> Raw:
        kind, answer = _KINDS[ask.kind]
        query = msgspec.msgpack.decode(ask.body, type=kind)
        with self._making:
            asker = self._asker = self._asker or self._make()
        found = answer(asker, query)
        if ask.kind in ("search", "map"):
            found = replace(found, coverage=self._coverage(found.coverage))
        return raw(found)

    def _coverage(self, found: Coverage) -> Coverage:
        """The database knows what is in it, the worker what is not yet."""
        now = self._now()
        return replace(found, state=now.state, n_files=max(now.n_files, found.n_files_done))
