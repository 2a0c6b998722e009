"""Counts what the index's database holds, again only after something changed."""

from pathlib import Path
from typing import NamedTuple

import apsw
from msgspec.structs import replace

from agentxd.kernel.index import IndexStatus
from agentxd.plugins.stores.code_index.rows import rows

_BY_LANGUAGE = """
SELECT c.language, count(*), sum(c.n_chunks), sum(c.n_symbols),
    sum(iif(c.vectors_of = ?, c.n_chunks, 0))
FROM files f JOIN contents c ON c.id = f.holds GROUP BY c.language
"""
_EMBEDDERS = "SELECT id, name, is_wanted, answers FROM embedders"


class Counts(NamedTuple):
    """Of what files hold; a chunk counts once for each file that it is in."""

    n_chunks: int
    n_symbols: int
    n_vectors: int
    """Of the embedder that answers."""
    languages: dict[str, int]
    answering: str
    wanted: str

    @property
    def n_files(self) -> int:
        """Files of all languages."""
        return sum(self.languages.values())


def count(connection: apsw.Connection) -> Counts:
    """Everything; some milliseconds for each 10,000 files. Raises apsw.Error."""
    answering, wanted, number = "", "", -1
    for id_, name, is_wanted, answers in rows(connection, _EMBEDDERS):
        if answers:
            answering, number = name, id_
        if is_wanted and not answers:
            wanted = name
    found = list(rows(connection, _BY_LANGUAGE, (number,)))
    chunks, symbols, vectors = (sum(row[place] for row in found) for place in (2, 3, 4))
    return Counts(chunks, symbols, vectors, {row[0]: row[1] for row in found}, answering, wanted)


def size_of(path: Path) -> int:
    """Bytes on disk, what SQLite keeps beside it included."""
    places = (path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm"))
    return sum(place.stat().st_size for place in places if place.exists())


class Counting:
    """Fills statuses for the writing end."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._counts: Counts | None = None
        self._n_changes = -1

    def fill(self, status: IndexStatus, message: str) -> IndexStatus:
        """The status with the numbers, and with the message where it has none."""
        counts = self._current()
        return replace(
            status,
            message=status.message or message,
            n_files=max(status.n_files, counts.n_files),
            n_files_done=counts.n_files,
            n_chunks=counts.n_chunks,
            n_symbols=counts.n_symbols,
            n_vectors=counts.n_vectors,
            embedder=counts.answering,
            next_embedder=counts.wanted,
            bytes=size_of(self._path),
            languages=counts.languages,
        )

    def _current(self) -> Counts:
        n_changes = self._connection.total_changes()
        if self._counts is None or n_changes != self._n_changes:
            self._counts, self._n_changes = count(self._connection), n_changes
        return self._counts
