"""Answers questions from the index's database, from any thread, beside the writing end."""

from collections.abc import Callable, Mapping
from pathlib import Path

import apsw

from agentxd.index.cleaning import readable
from agentxd.index.filters import has_language, has_path, is_limited
from agentxd.index.fusing import fuse
from agentxd.index.querying import understood
from agentxd.index.reranking import Candidate, fittest, reranked
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import (
    Filters,
    SearchAnswer,
    SearchQuery,
    Symbol,
    SymbolPlace,
    SymbolQuery,
)
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.stores.code_index import naming, places
from agentxd.plugins.stores.code_index.covering import Covering
from agentxd.plugins.stores.code_index.gathering import Asked, Gathering, load
from agentxd.plugins.stores.code_index.reading import Readers
from agentxd.plugins.stores.code_index.showing import Showing

MAX_LIMIT = 1_000
_POOL = 100
"""Chunks that are put in order, however few are asked for."""
_WEIGHTS = {"words": 1.0, "phrase": 2.0, "vector": 1.5, "symbol": 1.0, "path": 0.4}
"""Weighed on repositories of no figure: more for vectors finds fewer files of commits."""
_MEANING = {1: 0.2, 2: 0.6}
"""What is left of the weight of vectors where the question is a word or two: these are meant."""


class Searcher:
    """Search, symbols and outlines; every method may raise StorageError.

    IndexDamagedError asks for `IndexDatabase.rebuild`. `embedders` gives the embedder of a name
    and may raise EmbedderError: then there are no vectors to go by. `read` gives the text of a
    file as it is now, unsaved text first, None where there is none.
    """

    def __init__(
        self,
        path: Path,
        embedders: Callable[[str], Embedder],
        read: Callable[[str], bytes | None],
        splitter: WordSplitter,
    ) -> None:
        self._readers = Readers(path)
        self._embedders = embedders
        self._read = read
        self._splitter = splitter
        self._gathering = Gathering()
        self._covering = Covering()

    def search(self, query: SearchQuery) -> SearchAnswer:
        """Chunks for a question in words or code, best first."""
        limit = min(max(query.limit, 0), MAX_LIMIT)
        understanding = understood(query.text, self._splitter)
        asked = Asked(understanding, self._embedders)
        with self._readers.reading() as run:
            coverage = self._covering.coverage(run)
            ordered = self._ordered(run, asked, query.filters, limit) if limit else []
        showing = Showing(self._read, self._splitter)
        words = frozenset(understanding.words)
        return SearchAnswer(tuple(showing.hit(one, words) for one in ordered), coverage)

    def symbols(self, query: SymbolQuery) -> list[SymbolPlace]:
        """Definitions by name, best first."""
        limit = min(max(query.limit, 0), MAX_LIMIT)
        with self._readers.reading() as run:
            found = naming.symbols(run, query, limit)
        showing = Showing(self._read, self._splitter)
        return [
            SymbolPlace(
                one.path,
                one.language,
                one.symbol,
                showing.line(one.path, one.hash, one.symbol.line) or one.symbol.signature,
            )
            for one in found
        ]

    def outline(self, path: str) -> list[Symbol]:
        """What a file defines, from top to bottom."""
        with self._readers.reading() as run:
            return [one.symbol for one in places.outline(run, readable(path))]

    def close(self) -> None:
        """Close what is open; it opens again when it is asked."""
        self._readers.close()

    def _ordered(
        self, run: apsw.Connection, asked: Asked, filters: Filters, limit: int
    ) -> list[Candidate]:
        """A smaller limit gives the beginning of what a larger one gives."""
        ordered = self._reranked(asked, self._candidates(run, asked, filters, _POOL), filters)
        if limit > len(ordered) and limit > _POOL:
            known = {(one.chunk, one.path) for one in ordered}
            more = self._reranked(asked, self._candidates(run, asked, filters, limit), filters)
            ordered += [one for one in more if (one.chunk, one.path) not in known]
        return ordered[:limit]

    def _reranked(self, asked: Asked, found: list[Candidate], filters: Filters) -> list[Candidate]:
        query = asked.query
        if filters.kinds:  # else each piece stands there once
            found = fittest(found, query.words, self._splitter)
        return reranked(found, query.words, query.names)

    def _candidates(
        self, run: apsw.Connection, asked: Asked, filters: Filters, n: int
    ) -> list[Candidate]:
        """About n, if there are so many: within the filters, if need be."""
        n_loaded = n * 8 if is_limited(filters) else n
        lists = self._gathering.anywhere(run, asked, n, self._covering.dead(run))
        all_ = self._loaded(run, asked, lists, n_loaded, filters)
        found = [one for one in all_ if _passes(one, filters)]
        is_everything = len(found) == len(all_) and not filters.kinds
        if is_everything or len({one.chunk for one in found}) >= n:
            return found
        contents = self._covering.contents(run, filters)
        within = self._gathering.within(run, asked, n, contents, filters)
        loaded = self._loaded(run, asked, within, n * 8, filters)
        return [one for one in loaded if _passes(one, filters)]

    def _loaded(
        self,
        run: apsw.Connection,
        asked: Asked,
        lists: Mapping[str, list[int]],
        n: int,
        filters: Filters,
    ) -> list[Candidate]:
        coverage = self._covering.coverage(run)
        share = coverage.n_vectors / max(1, coverage.n_chunks)
        meaning = _MEANING.get(asked.query.n_terms, 1.0) * _WEIGHTS["vector"] * share
        fused = fuse(lists, _WEIGHTS | {"vector": meaning})[:n]
        scores = {one.item: (one.score, one.found_by) for one in fused}
        return load(run, scores, [str(kind) for kind in filters.kinds])


def _passes(candidate: Candidate, filters: Filters) -> bool:
    is_there = has_path(candidate.path, filters.paths)
    return is_there and has_language(candidate.language, filters)
