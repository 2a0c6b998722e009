"""Definitions and uses by name, out of the index's database."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

import apsw
from msgspec import Struct

from agentxd.index.matching import NONE, folded, mask, quality, tier
from agentxd.kernel.index import Symbol, SymbolKind
from agentxd.plugins.stores.code_index.rows import Values, first, rows

_MAX_NAMES = 4_000
"""Names that are compared with what was typed."""
_MAX_ROWS = 4_000
"""Definitions of one name that are looked at."""
_LIKE = "SELECT n.id, n.name FROM defined d JOIN names n ON n.id = d.name WHERE "
_BEGINNING = _LIKE + "d.folded >= ?1 AND d.folded < ?1 || char(1114111) LIMIT ?2"
_INITIALS = _LIKE + "d.initials >= ?1 AND d.initials < ?1 || char(1114111) LIMIT ?2"
_HOLDING = _LIKE + "d.mask & ?3 = ?3 AND instr(d.folded, ?1) LIMIT ?2"
_LETTERS = _LIKE + "d.mask & ?3 = ?3 LIMIT ?2"
_SYMBOLS = """
SELECT s.id, n.name, s.kind, s.line, s.column, s.start_line, s.end_line, s.container,
    s.signature, s.doc, s.chunk, f.path, k.language, k.hash
FROM symbols s CROSS JOIN names n ON n.id = s.name CROSS JOIN contents k ON k.id = s.id >> 16
    CROSS JOIN files f ON f.holds = k.id
"""
_BY_NAME = _SYMBOLS + "WHERE s.name = ? LIMIT ?"
_BY_CONTENT = _SYMBOLS + "WHERE s.id BETWEEN ? AND ? AND f.path = ? ORDER BY s.id"


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
    text, bits = folded(asked), mask(asked)
    if not text:
        return []
    found: dict[int, str] = {}
    for find in (_BEGINNING, _HOLDING, _INITIALS, _LETTERS):
        values = (text, _MAX_NAMES) if find in (_BEGINNING, _INITIALS) else (text, _MAX_NAMES, bits)
        for number, name in rows(run, find, values):
            if number not in found and tier(asked, name) != NONE:
                found[number] = name
        if len(found) >= n:
            break
    return sorted(found.items(), key=lambda item: (quality(asked, item[1]), item[1]))


def name_ids(run: apsw.Connection, name: str) -> list[int]:
    """The id of exactly this name, in a list. Raises apsw.Error."""
    return [row[0] for row in run.execute("SELECT id FROM names WHERE name = ?", (name,))]


def definitions(run: apsw.Connection, names: Iterable[int]) -> Iterator[Found]:
    """Definitions of these names in files that there are, in the names' order."""
    for name in names:
        for row in rows(run, _BY_NAME, (name, _MAX_ROWS)):
            yield _found(row)


def outline(run: apsw.Connection, path: str) -> list[Found]:
    """What the file at a path defines. Raises apsw.Error."""
    held = first(run, "SELECT holds FROM files WHERE path = ?", (path,))
    if held is None:
        return []
    content = held[0]
    bounds = content << 16, (content << 16) + 65_535
    return [_found(row) for row in rows(run, _BY_CONTENT, (*bounds, path))]


def uses(run: apsw.Connection, names: Sequence[int]) -> list[tuple[str, bytes, int, bytes]]:
    """Path, hash, content and packed places for every file that uses one of the names."""
    find = """
    SELECT f.path, k.hash, k.id, u.places FROM uses u CROSS JOIN files f ON f.holds = u.content
        CROSS JOIN contents k ON k.id = u.content WHERE u.name IN carray(?)
    """
    if not names:
        return []
    return list(rows(run, find, (apsw.carray(array("q", names)),)))


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
