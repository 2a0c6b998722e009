"""Gathers ranked lists of chunks for a query: words, symbols, vectors and paths."""

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice

import apsw
from msgspec.structs import replace

from agentxd.index.querying import Query
from agentxd.index.reranking import Candidate
from agentxd.kernel.errors import EmbedderError
from agentxd.kernel.index import Filters
from agentxd.kernel.index_ports import Embedder, KnowsNonsense
from agentxd.plugins.stores.code_index.lexical import Words
from agentxd.plugins.stores.code_index.nearness import ANY, AskedVector, Codes, answering
from agentxd.plugins.stores.code_index.places import definitions, name_ids, names_like
from agentxd.plugins.stores.code_index.schema import SHIFT

_MAX_SYMBOLS = 100
_MAX_PATHS = 20
_MAX_ROWS = 5_000
"""Files that hold the candidates' contents; one content may be in very many."""
_LOAD = """
SELECT c.id, f.path, c.start_line, c.end_line, k.language, c.digest, n.name, s.kind, s.container,
    s.signature, k.hash, s.line
FROM carray(?) a CROSS JOIN chunks c ON c.id = a.value CROSS JOIN contents k ON k.id = c.id >> 16
    CROSS JOIN files f ON f.holds = k.id
    {symbols}
LIMIT ?
"""
_ITS_SYMBOL = """
    LEFT JOIN symbols s ON c.symbol >= 0 AND s.id = (c.id >> 16 << 16 | c.symbol)
    LEFT JOIN names n ON n.id = s.name
"""
_SYMBOLS_OF_KINDS = """
    CROSS JOIN symbols s ON s.id BETWEEN c.id >> 16 << 16 AND c.id >> 16 << 16 | 65535
    JOIN names n ON n.id = s.name
    WHERE s.chunk = c.id & 65535 AND s.kind IN carray(?)
"""


class Asked:
    """A query whose vector is made once, when it is first wanted."""

    def __init__(self, query: Query, embedders: Callable[[str], Embedder]) -> None:
        self.query = query
        self._embedders = embedders
        self._vector: AskedVector | None = None

    def vector(self, run: apsw.Connection, *, is_known: bool) -> AskedVector | None:
        """The query's row; None where no embedder answers, or it cannot say.

        Of a query with no word that is known here, only what is near without doubt is an answer.
        """
        embedder = answering(run) if self.query.text.strip() else None
        if embedder is None:
            return None
        if self._vector is None or self._vector.embedder != embedder:
            try:
                found = self._embedders(embedder.name)
                row = found.query(self.query.text)
            except EmbedderError:
                return None
            floor = found.floor if isinstance(found, KnowsNonsense) else ANY
            self._vector = AskedVector(embedder, row, floor)
        if len(self._vector.vector) != embedder.dimensions:
            return None
        return replace(self._vector, floor=ANY) if is_known else self._vector


class Gathering:
    """Makes the lists; what it remembers is shared by all threads."""

    def __init__(self) -> None:
        self._words = Words()
        self._codes = Codes()

    def anywhere(
        self, run: apsw.Connection, asked: Asked, n: int, dead: "array[int]"
    ) -> Mapping[str, list[int]]:
        """Up to n chunks on each list. Raises apsw.Error."""
        query = asked.query
        lists = {
            "words": self._words.chunks(run, query.words, n, dead),
            "phrase": self._words.phrases(run, query, n, dead),
            "symbol": symbol_chunks(run, query.names),
        }
        vector = asked.vector(run, is_known=any(lists.values()))
        lists["vector"] = self._codes.near(run, vector, n, dead) if vector else []
        lists["path"] = self._path_chunks(run, query, lists.values())
        return lists

    def within(
        self, run: apsw.Connection, asked: Asked, n: int, contents: "array[int]", filters: Filters
    ) -> Mapping[str, list[int]]:
        """The same among the chunks of these contents. Raises apsw.Error."""
        query = asked.query
        kinds = [str(kind) for kind in filters.kinds]
        many = n * 10 if kinds else n
        lists = {
            "words": self._words.chunks_within(run, query.words, n, contents, kinds),
            "symbol": symbol_chunks(run, query.names),
        }
        vector = asked.vector(run, is_known=any(lists.values()))
        near = self._codes.near_within(run, vector, many, contents) if vector and contents else []
        return lists | {"vector": near}

    def _path_chunks(
        self, run: apsw.Connection, query: Query, others: Iterable[list[int]]
    ) -> list[int]:
        """For each file whose path answers: its best chunk of the other lists, else its first."""
        best: dict[int, int] = {}
        for found in others:
            for chunk in found:
                best.setdefault(chunk >> SHIFT, chunk)
        contents = []
        for file in self._words.paths(run, query.words, _MAX_PATHS):
            holds = run.execute("SELECT holds FROM files WHERE id = ?", (file,)).get
            if holds is not None:
                contents.append(holds)
        return list(dict.fromkeys(best.get(holds, holds << SHIFT) for holds in contents))


def symbol_chunks(run: apsw.Connection, names: Iterable[str]) -> list[int]:
    """Chunks that hold definitions of these names, or of names like them, best first."""
    found: dict[int, None] = {}
    for name in names:
        exact = name_ids(run, name)
        like = exact or [number for number, _ in names_like(run, name, 10)[:10]]
        for one in islice(definitions(run, like), _MAX_SYMBOLS):
            found[one.number >> SHIFT << SHIFT | one.chunk] = None
    return list(found)


def load(
    run: apsw.Connection,
    scores: Mapping[int, tuple[float, tuple[str, ...]]],
    kinds: Collection[str] = (),
) -> list[Candidate]:
    """Each chunk in each file that holds it; dead ones are not among them. Raises apsw.Error.

    Where kinds are given, once for each definition of these kinds whose name stands in it.
    """
    if not scores:
        return []
    limits = (apsw.carray(tuple(kinds)),) if kinds else ()
    find = _LOAD.format(symbols=_SYMBOLS_OF_KINDS if kinds else _ITS_SYMBOL)
    rows = run.execute(find, (apsw.carray(array("q", scores)), *limits, _MAX_ROWS))
    found = []
    for chunk, path, start, end, language, digest, name, kind, *rest in rows:
        container, signature, hash_, line = rest
        score, found_by = scores[chunk]
        symbol = (name or "", kind or "", container or "", signature or "", hash_)
        found.append(
            Candidate(
                *(chunk, path, start, end, language, score, digest, found_by, *symbol),
                symbol_line=-1 if line is None else line,
            )
        )
    return found
