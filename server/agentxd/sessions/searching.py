"""Questions about the code, and what keeps the index true: what an edge calls."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import TypeVar

from msgspec.structs import replace

from agentxd.kernel.errors import EmbedderError, IndexUnavailableError
from agentxd.kernel.index import (
    Coverage,
    Filters,
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
from agentxd.kernel.index_ports import CodeIndex, IndexKeeper
from agentxd.sessions.languages import is_among, named
from agentxd.sessions.pointing import Word, likely, meant, word_at

Answer = TypeVar("Answer")

_TYPING_S = 0.05
"""Text is handed on so long after it was typed at the latest; a question hands it on at once."""
_MOST_DEFINITIONS = 50
_OFF = IndexStatus(
    message="the index is switched off",
    next_step="agentxd config set --scope user index_enabled true",
)
_TO_READ = frozenset({"starting", "listing", "reading", "paused"})
"""States in which files may not have been read yet."""
Hear = Callable[[IndexStatus], None]


class Searching:
    """Asks the index and keeps it true; implements CodeIndex, so that tools may have it.

    Nothing here waits for a build: an index that is being made answers with what it has, and the
    coverage says how much that is.
    """

    def __init__(self) -> None:
        self._index: CodeIndex | None = None
        self._keeper: IndexKeeper | None = None
        self._silent_in: Callable[[], Collection[str]] = tuple
        self._is_enabled: Callable[[], bool] = lambda: True
        self._typed: dict[str, str | None] = {}
        self._over_disk: set[str] = set()
        self._early: set[str] = set()
        """Opened before they were read: what the editor shows counts until all files are."""
        self._timer: asyncio.TimerHandle | None = None
        self._listeners: list[Hear] = []

    def equip(
        self,
        index: CodeIndex,
        keeper: IndexKeeper,
        silent_in: Callable[[], Collection[str]] = tuple,
        is_enabled: Callable[[], bool] = lambda: True,
    ) -> None:
        """There is an index from now on, as long as a person wants it.

        `silent_in` names languages that another language server serves.
        """
        self._index, self._keeper = index, keeper
        self._silent_in, self._is_enabled = silent_in, is_enabled

    @property
    def is_on(self) -> bool:
        """Whether there is an index to ask, be it at its very beginning."""
        return self.status().state not in ("off", "failed")

    # --- how it is ----------------------------------------------------------------------------

    def status(self) -> IndexStatus:
        """How the index is now; never waits."""
        if self._keeper is None or not self._is_enabled():
            return _OFF
        return self._keeper.status()

    def coverage(self) -> Coverage:
        """How much an answer of this moment could know of."""
        now = self.status()
        return Coverage(now.state, now.n_files, now.n_files_done, now.n_chunks, now.n_vectors)

    async def control(self, action: str) -> IndexStatus:
        """pause, resume or rebuild. Raises IndexUnavailableError."""
        if self._keeper is None:
            raise _unavailable()
        return await self._keeper.control(action)

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Hear how the index gets on; call the answer to stop."""
        self._listeners.append(hear)
        return lambda: self._listeners.remove(hear)

    def heard(self, status: IndexStatus) -> None:
        """The index got on; the kernel's Progress."""
        if self._early and status.state not in _TO_READ:
            early, self._early = self._early, set()
            for path in early:
                self.shown(path, None)
        for hear in tuple(self._listeners):
            hear(status)

    # --- what keeps it true -------------------------------------------------------------------

    def wake(self) -> None:
        """Somebody will ask soon; returns at once."""
        if self._keeper is not None and self._is_enabled():
            self._keeper.wake()

    def opened(self, path: str, text: str) -> None:
        """An editor opened a file: questions about it follow at once, before others are read."""
        self.wake()
        self.shown(path, text)
        if path in self._over_disk and self.status().state in _TO_READ:
            self._early.add(path)

    def shown(self, path: str, text: str | None) -> None:
        """An editor's unsaved text of a file; None when disk is the truth again."""
        if self._keeper is None or (text is None and path not in self._over_disk - self._early):
            return
        self._early.discard(path)
        (self._over_disk.discard if text is None else self._over_disk.add)(path)
        self._typed[path] = text
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_TYPING_S, self._hand_on)

    def touched(self, paths: Sequence[str]) -> None:
        """These files changed on disk."""
        if self._keeper is not None:
            self._keeper.touched(paths)

    def close(self) -> None:
        """Hand on nothing more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._typed.clear()
        self._early.clear()

    def _hand_on(self) -> None:
        self._timer = None
        typed, self._typed = self._typed, {}
        for path, text in typed.items():
            if self._keeper is not None:
                self._keeper.shown(path, text)

    # --- questions; each raises IndexUnavailableError, those with filters InvalidRequestError ---

    async def search(self, query: SearchQuery) -> SearchAnswer:
        """Chunks for a question in words or code."""
        limited = replace(query, filters=self._meant(query.filters))
        return await self._ask().search(limited)

    async def symbols(self, query: SymbolQuery) -> list[SymbolPlace]:
        """Definitions by name, best first."""
        limited = replace(query, filters=self._meant(query.filters))
        return await self._ask().symbols(limited)

    async def references(self, name: str, near: str = "", limit: int = 200) -> list[Use]:
        """Where a name is used, most likely ones first."""
        return await self._ask().references(name, near, limit)

    async def outline(self, path: str) -> list[Symbol]:
        """What a file defines, from top to bottom."""
        return await self._ask().outline(path)

    async def map(self, query: MapQuery) -> RepositoryMap:
        """The definitions that matter most, under a budget."""
        return await self._ask().map(query)

    # --- as a language server; quiet where there is no index, or another serves the language ---

    def is_silent(self, language: str) -> bool:
        """Whether editors are to hear of another language server what we could tell."""
        return self._index is None or is_among(language, self._silent_in())

    async def definitions(
        self, path: str, language: str, line: int, text: str, column: int
    ) -> tuple[Word | None, list[SymbolPlace]]:
        """The word in a line of a file, and the definitions that it can mean, best first."""
        word = word_at(text, column)
        if word is None or self.is_silent(language):
            return None, []
        for name in word.names:
            query = SymbolQuery(
                name, _MOST_DEFINITIONS, is_exact=True, near=path, near_line=line,
                behind=word.behind,
            )  # fmt: skip
            if places := await self._quietly(self.symbols(query)):
                return word, meant(places, word, line, path, language)
        return word, []

    async def symbols_of(self, path: str, language: str) -> list[Symbol]:
        """What a file defines, for an editor."""
        return [] if self.is_silent(language) else await self._quietly(self.outline(path))

    async def named_like(self, name: str, limit: int) -> list[SymbolPlace]:
        """Definitions for an editor's search by name, of languages that no other serves."""
        places = await self._quietly(self.symbols(SymbolQuery(name, limit))) if name else []
        off = self._silent_in()
        return [place for place in places if not is_among(place.language, off)]

    async def uses_of(
        self, places: Sequence[SymbolPlace], path: str, language: str, limit: int
    ) -> list[Use]:
        """Where what is defined in these places is used, for an editor that asks in a file."""
        name = places[0].symbol.name
        return likely(await self._quietly(self.references(name, path, limit)), places, language)

    async def _quietly(self, question: Coroutine[None, None, list[Answer]]) -> list[Answer]:
        try:
            return await question
        except (IndexUnavailableError, EmbedderError):
            return []

    def _meant(self, filters: Filters) -> Filters:
        """With our names of the languages. Raises InvalidRequestError."""
        if not filters.languages:
            return filters
        return replace(filters, languages=named(filters.languages, self.status().languages))

    def _ask(self) -> CodeIndex:
        """The index, awake and with all that was typed."""
        if self._index is None or not self._is_enabled():
            raise _unavailable()
        self.wake()
        if self._timer is not None:
            self._timer.cancel()
        self._hand_on()
        return self._index


def _unavailable() -> IndexUnavailableError:
    return IndexUnavailableError(_OFF.message, _OFF.next_step)
