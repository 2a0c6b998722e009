"""Definitions and uses by name, out of the index's database."""

from array import array
from collections.abc import Iterable, Iterator

import apsw
from msgspec import Struct

from agentxd.index.matching import NONE, folded, mask, pattern, quality
from agentxd.kernel.index import Symbol, SymbolKind
from agentxd.plugins.stores.code_index.rows import Values, first, rows

_MAX_ROWS = 20_000
"""Definitions of all names of one question that are looked at."""
_LIKE = "SELECT n.id, n.name FROM defined d JOIN names n ON n.id = d.name WHERE "
_SHORTEST = " ORDER BY length(d.folded), d.folded LIMIT ?2"
_TIERS = (
    _LIKE + "d.folded >= ?1 AND d.folded < ?1 || char(1114111)" + _SHORTEST,
    _LIKE + "d.mask & ?3 = ?3 AND instr(d.folded, ?1) > 1" + _SHORTEST,
    _LIKE + "d.initials >= ?1 AND d.initials < ?1 || char(1114111)" + _SHORTEST,
    _LIKE + "d.folded >= ?5 AND d.folded < ?5 || char(1114111) AND d.mask & ?3 = ?3 "
    "AND d.folded LIKE ?4 ESCAPE '\\'" + _SHORTEST,
)
"""Names that begin so, hold it, have such initials, or its letters in their order."""
_MAX_ASKED = 64
"""Characters of a name that is looked for."""
_SYMBOLS = """
SELECT s.id, n.name, s.kind, s.line, s.column, s.start_line, s.end_line, s.container,
    s.signature, s.doc, s.chunk, f.path, k.language, k.hash
FROM {0} CROSS JOIN names n ON n.id = s.name CROSS JOIN contents k ON k.id = s.id >> 16
    CROSS JOIN files f ON f.holds = k.id
"""
_BY_NAME = _SYMBOLS.format("carray(?) a CROSS JOIN symbols s ON s.name = a.value") + "LIMIT ?"
_BY_CONTENT = (
    _SYMBOLS.format("symbols s") + "WHERE s.id BETWEEN ? AND ? AND f.path = ? ORDER BY s.id"
)


class Found(Struct, frozen=True):
    """A definition in a file."""

    number: int
    symbol: Symbol
    chunk: int
    path: str
    language: str
    hash: bytes


def names_like(run: apsw.Connection, asked: str, n: int) -> list[tuple[int, str]]:
    """Ids of names that answer what was typed, best first. Raises apsw.Error.

    Looks for beginnings, then parts, initials and letters, as long as there are fewer than n.
    """
    text = folded(asked[:_MAX_ASKED].strip())
    if not text:
        return []
    found: dict[int, str] = {}
    values = text, n, mask(text), pattern(text), text[0]
    for find in _TIERS:
        found.update(rows(run, find, values[: _n_values(find)]))
        if len(found) >= n:
            break
    ranked = sorted((quality(asked, name), name, number) for number, name in found.items())
    return [(number, name) for rank, name, number in ranked if rank[0] != NONE]


def name_ids(run: apsw.Connection, name: str) -> list[int]:
    """The id of exactly this name, in a list. Raises apsw.Error."""
    return [row[0] for row in run.execute("SELECT id FROM names WHERE name = ?", (name,))]


def definitions(run: apsw.Connection, names: Iterable[int]) -> Iterator[Found]:
    """Definitions of these names in files that there are, in the names' order."""
    asked = array("q", names)
    if asked:
        for row in rows(run, _BY_NAME, (apsw.carray(asked), _MAX_ROWS)):
            yield _found(row)


def outline(run: apsw.Connection, path: str) -> list[Found]:
    """What the file at a path defines. Raises apsw.Error."""
    held = first(run, "SELECT holds FROM files WHERE path = ?", (path,))
    if held is None:
        return []
    content = held[0]
    bounds = content << 16, (content << 16) + 65_535
    return [_found(row) for row in rows(run, _BY_CONTENT, (*bounds, path))]


def around(run: apsw.Connection, content: int) -> list[tuple[int, int, str]]:
    """First line, end line and full name of all definitions of a content, outermost first."""
    find = """
    SELECT s.start_line, s.end_line, iif(s.container = '', n.name, s.container || '.' || n.name)
    FROM symbols s JOIN names n ON n.id = s.name WHERE s.id BETWEEN ? AND ?
        AND s.kind IN ('class', 'struct', 'interface', 'trait', 'enum', 'namespace', 'function',
            'method', 'constructor', 'macro', 'heading') ORDER BY s.id
    """
    return list(rows(run, find, (content << 16, (content << 16) + 65_535)))


def _found(row: Values) -> Found:
    number, name, kind, line, column, start, end, container, signature, doc, chunk, *file = row
    symbol = Symbol(name, SymbolKind(kind), line, column, start, end, container, signature, doc)
    return Found(number, symbol, chunk, *file)


def _n_values(statement: str) -> int:
    """How many of the values a statement names: it takes no others."""
    return max(number for number in range(1, 6) if f"?{number}" in statement)
