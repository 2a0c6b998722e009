"""Answers which definitions a place means, and which uses belong to them, with the graph's help."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import apsw
from msgspec import Struct

from agentxd.index.cleaning import clean, readable
from agentxd.index.packing import places as unpacked
from agentxd.index.qualifying import behind_import
from agentxd.index.querying import joined_names
from agentxd.index.resolving import Place, ordered_definitions, ordered_uses, place_of
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import SymbolPlace, SymbolQuery, Use
from agentxd.plugins.stores.code_index import naming
from agentxd.plugins.stores.code_index.graph_reading import Graphs
from agentxd.plugins.stores.code_index.places import Found, around, outline
from agentxd.plugins.stores.code_index.reading import Readers
from agentxd.plugins.stores.code_index.rows import first, rows
from agentxd.plugins.stores.code_index.showing import Showing

MAX_LIMIT = 10_000
_LOOKED_AT = 4_000
"""Definitions of one name of which the best are looked for."""
_USES = """
SELECT f.path, k.language, k.hash, k.id, u.places
FROM names n CROSS JOIN uses u ON u.name = n.id CROSS JOIN files f ON f.holds = u.content
    CROSS JOIN contents k ON k.id = u.content
WHERE n.name = ?
"""
_LANGUAGE = "SELECT k.language FROM files f JOIN contents k ON k.id = f.holds WHERE f.path = ?"


class UsingFile(Struct, frozen=True):
    """A file and where it uses the name."""

    path: str
    language: str
    hash: bytes
    content: int
    places: bytes


class Resolver:
    """May be asked by several threads. Raises StorageError."""

    def __init__(
        self,
        path: Path,
        read: Callable[[str], bytes | None],
        splitter: WordSplitter,
        graphs: Graphs | None = None,
    ) -> None:
        """`path`: of the database; `read`: a file as the user sees it."""
        self._readers = Readers(path)
        self._read = read
        self._splitter = splitter
        self._graphs = graphs or Graphs()

    def definitions(self, query: SymbolQuery) -> list[SymbolPlace]:
        """Those of a whole name that the file `near` means first."""
        query = clean(query)
        with self._readers.reading() as run:
            candidates = naming.symbols(run, query, _LOOKED_AT)
            place = self._place(run, query.name, query.near, query.near_line)
            if query.near and query.behind:
                imports = self._graphs.imported_by(run, query.near)
                candidates = behind_import(
                    candidates, query.behind, place, imports, query.near_line
                )
            found = ordered_definitions(candidates, place, self._ranks())
        showing = Showing(self._read, self._splitter)
        return [_shown(one, showing) for one in found[: _limit(query.limit)]]

    def uses(self, name: str, near: str = "", limit: int = 200) -> list[Use]:
        """Those that belong to what the file `near` means by the name first."""
        near = readable(near)
        with self._readers.reading() as run:
            files = _files(run, name)
            place = self._place(run, name, near, -1)
            homes = self._homes(run, name, place)
            ordered = ordered_uses(files, place, homes, self._importers(homes))
            found = list(islice(_each_use(run, ordered), _limit(limit)))
        showing = Showing(self._read, self._splitter)
        return [
            Use(file.path, line, column, showing.line(file.path, file.hash, line), inside)
            for file, line, column, inside in found
        ]

    def close(self) -> None:
        """Close what is open; it opens again when it is asked."""
        self._readers.close()

    def _place(self, run: apsw.Connection, name: str, near: str, line: int) -> Place:
        if not near:
            return Place("")
        row = first(run, _LANGUAGE, (near,))
        symbols = [one.symbol for one in outline(run, near)] if line >= 0 else []
        place = place_of(near, row[0] if row else "", symbols, line)
        *_, last = joined_names(name) or [""]
        taken: set[str] = set()
        imported: set[str] = set()
        for one, files in self._graphs.imported_by(run, near):
            imported.update(files)
            if last in one.names or one.module.endswith(last):
                taken.update(files)
        return Place(
            place.path, place.language, place.scopes, frozenset(taken), frozenset(imported)
        )

    def _homes(self, run: apsw.Connection, name: str, place: Place) -> frozenset[str]:
        """The file with the definition that is most likely meant; none where nobody asks."""
        if not place.path:
            return frozenset()
        candidates = naming.symbols(run, SymbolQuery(name, is_exact=True), _LOOKED_AT)
        ordered = ordered_definitions(candidates, place, self._ranks())
        return frozenset(one.path for one in ordered[:1])

    def _importers(self, homes: frozenset[str]) -> frozenset[str]:
        known = self._graphs.latest()
        return known.graph.importers_of(homes) if known is not None and homes else frozenset()

    def _ranks(self) -> dict[str, float]:
        known = self._graphs.latest()
        return known.plain_ranks if known is not None else {}


def _limit(limit: int) -> int:
    return min(max(limit, 0), MAX_LIMIT)


def _shown(found: Found, showing: Showing) -> SymbolPlace:
    line = showing.line(found.path, found.hash, found.symbol.line)
    return SymbolPlace(found.path, found.language, found.symbol, line or found.symbol.signature)


def _files(run: apsw.Connection, name: str) -> list[UsingFile]:
    *_, last = joined_names(name) or [""]
    return [UsingFile(*row) for row in rows(run, _USES, (last,))]


def _each_use(
    run: apsw.Connection, files: Sequence[UsingFile]
) -> Iterator[tuple[UsingFile, int, int, str]]:
    """File, line, column and the definition around, file by file from top to bottom."""
    for file in files:
        definitions = around(run, file.content)
        for line, column in unpacked(file.places):
            inside = [full for start, end, full in definitions if start <= line < end]
            yield file, line, column, inside[-1] if inside else ""
