"""Reads the graph of files out of the index's database, and keeps it as long as it is true."""

from collections.abc import Iterable
from threading import Lock

import apsw
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from agentxd.index.edges import Facts, Ids
from agentxd.index.families import PROSE
from agentxd.index.graph import CodeGraph, Wanted
from agentxd.index.imports import ImportResolver
from agentxd.index.weighing import KIND_WEIGHTS
from agentxd.kernel.index import Import
from agentxd.plugins.stores.code_index.reading import changes
from agentxd.plugins.stores.code_index.rows import first, rows

_FILES = """
SELECT f.path, f.holds, k.language, k.uses FROM files f CROSS JOIN contents k ON k.id = f.holds
ORDER BY f.path
"""
_SYMBOLS = "SELECT id, name, kind, line, end_line FROM symbols ORDER BY id"
_NAMES = "SELECT n.id, n.name FROM defined d CROSS JOIN names n ON n.id = d.name"
_IMPORTS = "SELECT id >> 16, module, names FROM imports"
_IMPORTS_OF = "SELECT module, names FROM imports WHERE id BETWEEN ? AND ?"
_STATE = """
SELECT count(*), sum(id), max(id), sum(holds), sum(holds * (id % 65521)) FROM files
"""
"""Changes whenever a file comes, goes or holds something else; ids are never used again."""
_N_OF_PATHS = 3
"""How many of these change only when a file comes or goes."""

_FUNCTIONS = frozenset({"function", "method", "constructor"})
_LOCAL = 0.15
"""What a definition inside a function counts for, where 1 is one outside."""

State = tuple[object, ...]


class KnownGraph(Struct, frozen=True):
    """The graph and what its numbers mean in the database."""

    graph: CodeGraph
    facts: Facts
    contents: Ids
    """Of each file."""
    symbols: Ids
    """Number in the database of each definition."""
    plain_ranks: dict[str, float]
    """Of files, for no task."""


class Graphs:
    """The newest graph and the newest imports, made again when files changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reading = Lock()
        """Held while a graph is read, so that places are answered meanwhile."""
        self._graph: tuple[State, KnownGraph] | None = None
        self._resolver: tuple[State, ImportResolver] | None = None
        self._seen: tuple[int, State] = (-1, ())

    def graph(self, run: apsw.Connection) -> KnownGraph:
        """Of the files as they are. Raises apsw.Error."""
        with self._reading:
            with self._lock:
                state = self._state(run)
                resolver = self._imports(run, state)
            if self._graph is None or self._graph[0] != state:
                self._graph = state, _read(run, resolver)
            return self._graph[1]

    def latest(self) -> KnownGraph | None:
        """What there is, however old, without any work."""
        found = self._graph
        return None if found is None else found[1]

    def imported_by(self, run: apsw.Connection, path: str) -> list[tuple[Import, tuple[str, ...]]]:
        """The imports of one file and the files each may mean. Raises apsw.Error."""
        with self._lock:
            resolver = self._imports(run, self._state(run))
            find = "SELECT k.id, k.language FROM files f JOIN contents k ON k.id = f.holds"
            found = first(run, f"{find} WHERE f.path = ?", (path,))
            if found is None:
                return []
            content, language = found
            bounds = content << 16, (content << 16) + 65_535
            imports = [Import(row[0], 0, _names(row[1])) for row in rows(run, _IMPORTS_OF, bounds)]
            return [(one, resolver.resolve(path, language, one)) for one in imports]

    def _state(self, run: apsw.Connection) -> State:
        changed = changes(run)
        if self._seen[0] != changed:
            self._seen = changed, tuple(first(run, _STATE) or ())
        return self._seen[1]

    def _imports(self, run: apsw.Connection, state: State) -> ImportResolver:
        paths = state[:_N_OF_PATHS]
        if self._resolver is None or self._resolver[0] != paths:
            self._resolver = paths, _resolver(run)
        return self._resolver[1]


def _resolver(run: apsw.Connection) -> ImportResolver:
    find = "SELECT f.path, k.language FROM files f CROSS JOIN contents k ON k.id = f.holds"
    languages = dict(run.execute(find))
    resolver = ImportResolver(languages)
    for language in sorted(set(languages.values())):
        if resolver.learns(language):
            find = (
                "SELECT DISTINCT module FROM imports WHERE id >> 16 IN"
                " (SELECT id FROM contents WHERE language = ?)"
            )
            resolver.learn(language, (row[0] for row in run.execute(find, (language,))))
    return resolver


def _read(run: apsw.Connection, resolver: ImportResolver) -> KnownGraph:
    """All at once; a content that several files hold counts for the first of them."""
    files = [row for row in rows(run, _FILES) if row[2] not in PROSE]
    paths, languages = [row[0] for row in files], [row[2] for row in files]
    holding: dict[int, int] = {}
    for at, row in enumerate(files):
        holding.setdefault(row[1], at)
    symbols, defined_name, defined_file, kinds = _definitions(run, holding)
    numbers, names = _names_of(run)
    used_name, used_file = _uses((row[3] for row in files), numbers)
    importing, imported = _pairs(run, resolver, files, holding)
    facts = Facts(
        paths=paths,
        languages=languages,
        names=names,
        defined_name=numbers[defined_name],
        defined_file=defined_file,
        used_name=used_name,
        used_file=used_file,
        importing=importing,
        imported=imported,
    )
    contents = np.fromiter((row[1] for row in files), np.int64, len(files))
    graph = CodeGraph(facts, kinds)
    ranks = dict(zip(paths, graph.ranks(Wanted()).files.tolist(), strict=True))
    return KnownGraph(graph, facts, contents, symbols, ranks)


def _definitions(
    run: apsw.Connection, holding: dict[int, int]
) -> tuple[Ids, Ids, Ids, NDArray[np.float64]]:
    """Symbol, id of its name, file and weight of its kind, of all that count for something."""
    found: list[tuple[int, int, int, float]] = []
    content, function_end = -1, 0
    for number, name, kind, line, end in rows(run, _SYMBOLS):
        if number >> 16 not in holding or kind not in KIND_WEIGHTS:
            continue
        if number >> 16 != content:
            content, function_end = number >> 16, 0
        weight = KIND_WEIGHTS[kind] * (_LOCAL if line < function_end else 1.0)
        found.append((number, name, holding[content], weight))
        if kind in _FUNCTIONS:
            function_end = max(function_end, end)
    columns = list(zip(*found, strict=True)) if found else [(), (), (), ()]
    symbols, names, files = (np.array(column, np.int64) for column in columns[:3])
    return symbols, names, files, np.array(columns[3], np.float64)


def _names_of(run: apsw.Connection) -> tuple[Ids, list[str]]:
    """For each id of the database the number of its name among the defined ones, or -1."""
    found = list(rows(run, _NAMES))
    last = first(run, "SELECT max(id) FROM names")
    numbers = np.full(((last and last[0]) or 0) + 1, -1, np.int64)
    numbers[[row[0] for row in found]] = np.arange(len(found))
    return numbers, [row[1] for row in found]


def _uses(packed: Iterable[bytes], numbers: Ids) -> tuple[Ids, Ids]:
    """Name and file of each name that is used somewhere and defined somewhere."""
    ids = [np.frombuffer(uses, "<u4") for uses in packed]
    if not ids:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    names = numbers[np.concatenate(ids)]
    files = np.repeat(np.arange(len(ids)), [len(uses) for uses in ids])
    return names[names >= 0], files[names >= 0]


def _pairs(
    run: apsw.Connection,
    resolver: ImportResolver,
    files: list[tuple[str, int, str, bytes]],
    holding: dict[int, int],
) -> tuple[Ids, Ids]:
    """File and imported file, each pair once."""
    at_of = {row[0]: at for at, row in enumerate(files)}
    pairs: set[tuple[int, int]] = set()
    for content, module, names in rows(run, _IMPORTS):
        at = holding.get(content)
        if at is None:
            continue
        meant = resolver.resolve(files[at][0], files[at][2], Import(module, 0, _names(names)))
        pairs.update((at, at_of[path]) for path in meant if path in at_of)
    ordered = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    return ordered[:, 0], ordered[:, 1]


def _names(packed: str) -> tuple[str, ...]:
    return tuple(packed.split("\n")) if packed else ()
