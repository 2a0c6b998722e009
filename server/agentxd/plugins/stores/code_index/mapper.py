"""Draws repository maps from the index's database."""

from array import array
from collections.abc import Sequence
from pathlib import Path

import apsw
import numpy as np

from agentxd.index.graph import Ranks, Wanted
from agentxd.index.mapping import Entry, map_text
from agentxd.index.weighing import KIND_WEIGHTS
from agentxd.kernel.index import MapQuery, RepositoryMap
from agentxd.plugins.stores.code_index.covering import Covering
from agentxd.plugins.stores.code_index.graph_reading import Graphs, KnownGraph
from agentxd.plugins.stores.code_index.reading import Readers
from agentxd.plugins.stores.code_index.rows import Values, rows

MAX_TOKENS = 100_000
_TOKENS_EACH = 8
"""Of a short line: no map holds more definitions than its tokens divided by this."""
_LEAST_LOOKED_AT = 100
_SYMBOLS = """
SELECT s.id, n.name, s.kind, s.line, s.end_line, s.container, s.signature
FROM carray(?) wanted CROSS JOIN symbols s ON s.id BETWEEN wanted.value << 16
    AND (wanted.value << 16) + 65535 CROSS JOIN names n ON n.id = s.name
"""


class Mapper:
    """Maps of one workspace; may be asked by several threads. Raises StorageError."""

    def __init__(self, path: Path, graphs: Graphs | None = None) -> None:
        """`path`: of the database."""
        self._readers = Readers(path)
        self._graphs = graphs or Graphs()
        self._covering = Covering()

    def map(self, query: MapQuery) -> RepositoryMap:
        """The definitions that matter most, for a task and files under work."""
        max_tokens = min(max(0, query.max_tokens), MAX_TOKENS)
        with self._readers.reading() as run:
            coverage = self._covering.coverage(run)
            known = self._graphs.graph(run)
            ranks = known.graph.ranks(Wanted(query.task, query.paths))
            entries = _entries(run, known, ranks, query.paths, max_tokens)
        hidden = set(query.paths)
        order = np.argsort(-ranks.files, kind="stable")
        files = [path for at in order if (path := known.facts.paths[at]) not in hidden]
        found = map_text(entries, files, max_tokens)
        return RepositoryMap(found.text, found.n_tokens, found.n_files, coverage)

    def close(self) -> None:
        """Close what is open; it opens again when it is asked."""
        self._readers.close()


def _entries(
    run: apsw.Connection, known: KnownGraph, ranks: Ranks, hidden: Sequence[str], max_tokens: int
) -> list[Entry]:
    """All definitions of the files that the best ones are in."""
    paths = known.facts.paths
    is_hidden = np.isin(
        np.arange(len(paths)), [at for at, path in enumerate(paths) if path in hidden]
    )
    scores = np.where(is_hidden[known.facts.defined_file], 0.0, ranks.definitions)
    most = max(_LEAST_LOOKED_AT, max_tokens // _TOKENS_EACH)
    best = np.argsort(-scores, kind="stable")[:most]
    best = best[scores[best] > 0]
    score_of = {int(known.symbols[at]): float(scores[at]) for at in best}
    path_of = {int(known.contents[at]): paths[at] for at in known.facts.defined_file[best]}
    if not path_of:
        return []
    wanted = apsw.carray(array("q", sorted(path_of)))
    return [
        _entry(row, path_of[row[0] >> 16], score_of.get(row[0], 0.0))
        for row in rows(run, _SYMBOLS, (wanted,))
        if row[2] in KIND_WEIGHTS
    ]


def _entry(row: Values, path: str, score: float) -> Entry:
    _, name, kind, line, end_line, container, signature = row
    return Entry(path, name, kind, line, end_line, container, signature, score)
