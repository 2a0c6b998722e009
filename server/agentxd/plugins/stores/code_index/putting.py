"""Writes contents taken apart: names, chunks, symbols, uses, imports and their full text."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import apsw

from agentxd.index.matching import folded, initials, mask
from agentxd.index.packing import digest, grouped, packed
from agentxd.kernel.index import Content, Parsed
from agentxd.plugins.stores.code_index.schema import MAX_PLACES, SHIFT

_MAX_NAMES = 100_000
"""Names whose ids are remembered, about 15 MB; then the memory begins anew."""
_INSERT_CONTENT = (
    "INSERT INTO contents (hash, language, size, n_chunks, n_symbols) VALUES (?, ?, ?, ?, ?)"
)
_INSERT_CHUNK = "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)"
_INSERT_SYMBOL = "INSERT INTO symbols VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_IMPORT = "INSERT INTO imports VALUES (?, ?, ?, ?)"
_INSERT_USE = "INSERT INTO uses VALUES (?, ?, ?)"
_INSERT_WORDS = "INSERT INTO words (rowid, name, head, body) VALUES (?, ?, ?, ?)"

Row = tuple[int | str | bytes, ...]


class Contents:
    """Puts contents into a transaction that its caller owns."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._names: dict[str, int] = {}
        """Ids of names, as they are in the database."""
        self._defined: set[str] = set()
        """Names of which is known that they stand in `defined`."""

    def forget(self) -> None:
        """What is remembered is no longer sure: a transaction was undone, or names went away."""
        self._names.clear()
        self._defined.clear()

    def put(self, contents: Sequence[Content]) -> list[tuple[int, Content]]:
        """Keep those that are new; they and their ids. Raises apsw.Error."""
        fresh = list(self._fresh(contents))
        used = [(number, _uses(content)) for number, content in fresh]
        names = {name for _, uses in used for name in uses}
        names.update(symbol.name for _, content in fresh for symbol in content.parsed.symbols)
        ids = self._ids(names)
        many = self._connection.executemany
        many(_INSERT_CHUNK, (row for n, content in fresh for row in _chunks(n, content)))
        many(_INSERT_SYMBOL, (row for n, content in fresh for row in _symbols(n, content, ids)))
        many(_INSERT_IMPORT, (row for n, content in fresh for row in _imports(n, content.parsed)))
        many(_INSERT_WORDS, (row for n, content in fresh for row in _words(n, content)))
        many(
            _INSERT_USE, sorted((ids[name], n, at) for n, uses in used for name, at in uses.items())
        )
        many(
            "UPDATE contents SET uses = ? WHERE id = ?",
            ((packed(sorted(ids[name] for name in uses)), n) for n, uses in used),
        )
        self._define({symbol.name for _, content in fresh for symbol in content.parsed.symbols})
        return fresh

    def _fresh(self, contents: Iterable[Content]) -> Iterator[tuple[int, Content]]:
        for content in contents:
            parsed = content.parsed
            n_chunks = min(len(parsed.chunks), MAX_PLACES)
            sizes = content.size, n_chunks, min(len(parsed.symbols), MAX_PLACES)
            find = "SELECT id FROM contents WHERE hash = ?"
            if self._connection.execute(find, (content.hash,)).get is None:
                self._connection.execute(_INSERT_CONTENT, (content.hash, parsed.language, *sizes))
                yield self._connection.last_insert_rowid(), content

    def _ids(self, names: set[str]) -> dict[str, int]:
        """The id of each name; those that have none yet get one."""
        if len(self._names) + len(names) > _MAX_NAMES:
            self.forget()
        known = self._names
        missing = sorted(name for name in names if name not in known)
        for part in _parts(missing):
            find = "SELECT name, id FROM names WHERE name IN carray(?)"
            known.update(self._connection.execute(find, (apsw.carray(part),)))
        new = [name for name in missing if name not in known]
        last = self._connection.execute("SELECT coalesce(max(id), 0) FROM names").get
        known.update((name, last + number) for number, name in enumerate(new, start=1))
        self._connection.executemany(
            "INSERT INTO names (name, id) VALUES (?, ?)", ((name, known[name]) for name in new)
        )
        return known

    def _define(self, names: set[str]) -> None:
        """See that names of symbols can be found by what is typed."""
        new = sorted(names - self._defined)
        self._connection.executemany(
            "INSERT OR IGNORE INTO defined VALUES (?, ?, ?, ?)",
            ((self._names[name], folded(name), initials(name), mask(name)) for name in new),
        )
        self._defined.update(new)


def _parts(names: Sequence[str], size: int = 5_000) -> Iterator[tuple[str, ...]]:
    rest = iter(names)
    while part := tuple(islice(rest, size)):
        yield part


def _uses(content: Content) -> dict[str, bytes]:
    return grouped(content.parsed.references) if content.uses is None else content.uses


def _chunks(content: int, put: Content) -> Iterator[Row]:
    first = content << SHIFT
    for place, chunk in enumerate(put.parsed.chunks[:MAX_PLACES]):
        text = put.texts[place] if place < len(put.texts) else None
        known = digest(text) if text else 0
        symbol = chunk.symbol if chunk.symbol < MAX_PLACES else -1
        yield first + place, chunk.start_line, chunk.end_line, symbol, known


def _words(content: int, put: Content) -> Iterator[Row]:
    first = content << SHIFT
    for place, text in enumerate(put.texts[: min(len(put.parsed.chunks), MAX_PLACES)]):
        yield first + place, text.name, text.head, text.body


def _symbols(content: int, put: Content, names: dict[str, int]) -> Iterator[Row]:
    first, chunks, chunk = content << SHIFT, put.parsed.chunks[:MAX_PLACES], 0
    for place, symbol in enumerate(put.parsed.symbols[:MAX_PLACES]):
        while chunk + 1 < len(chunks) and chunks[chunk].end_line <= symbol.line:
            chunk += 1
        yield (
            *(first + place, names[symbol.name], symbol.kind.value, symbol.line, symbol.column),
            *(symbol.start_line, symbol.end_line, chunk),
            *(symbol.container, symbol.signature, symbol.doc),
        )


def _imports(content: int, parsed: Parsed) -> Iterator[Row]:
    first = content << SHIFT
    for place, taken in enumerate(parsed.imports[:MAX_PLACES]):
        yield first + place, taken.module, taken.line, "\n".join(taken.names)
