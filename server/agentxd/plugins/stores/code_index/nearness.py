"""Chunks whose vectors are near the query's: a coarse pass over codes, then the int8 rows."""

from array import array
from threading import Lock

import apsw
import numpy as np
from msgspec import Struct

from agentxd.index.codes import code_bytes, codes_of, in_words, nearest
from agentxd.plugins.stores.code_index.rows import first, rows
from agentxd.plugins.stores.code_index.schema import SHIFT

_COARSE = 4
"""Times as many candidates come out of the coarse pass as are asked for."""
ANY = -1.0
"""The least cosine that there is."""
_RESCORE = """
SELECT chunk FROM (
    SELECT chunk, vec_distance_cosine(vec_int8(vector), vec_int8(?)) AS distance
    FROM vectors_{0} WHERE chunk IN carray(?)
) WHERE distance <= ? ORDER BY distance, chunk LIMIT ?
"""


class Answering(Struct, frozen=True):
    """The embedder that is asked now."""

    number: int
    name: str
    dimensions: int


class AskedVector(Struct, frozen=True):
    """A query's int8 row, and the embedder that made it."""

    embedder: Answering
    vector: bytes
    floor: float = ANY
    """Cosine below which a chunk is no answer."""


def answering(run: apsw.Connection) -> Answering | None:
    """It, where there is one. Raises apsw.Error."""
    find = "SELECT id, name, dimensions FROM embedders WHERE answers"
    found = first(run, find)
    return None if found is None else Answering(*found)


class Codes:
    """The codes of one embedder in memory, 40 bytes for a chunk of 256 dimensions."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._file = (0, 0, 0)
        self._chunks = np.empty(0, np.int64)
        self._codes = np.empty((1, 0), np.uint64)
        self._n = 0
        self._last = 0

    def near(
        self, run: apsw.Connection, asked: AskedVector, n: int, dead: "array[int]"
    ) -> list[int]:
        """Up to n chunks that are not of dead contents, nearest first. Raises apsw.Error."""
        chunks, codes = self._current(run, asked.embedder)
        code = codes_of(asked.vector, asked.embedder.dimensions)
        found = chunks[nearest(codes, code, n * _COARSE)]
        if dead:
            is_dead = np.isin(found >> SHIFT, np.frombuffer(dead, np.int64))
            if is_dead.sum() > n * _COARSE // 2:
                alive = ~np.isin(chunks >> SHIFT, np.frombuffer(dead, np.int64))
                chunks = chunks[alive]
                found = chunks[nearest(codes[:, alive], code, n * _COARSE)]
            else:
                found = found[~is_dead]
        return _rescored(run, asked, found, n)

    def near_within(
        self, run: apsw.Connection, asked: AskedVector, n: int, contents: "array[int]"
    ) -> list[int]:
        """The same among the chunks of these contents."""
        chunks, codes = self._current(run, asked.embedder)
        is_wanted = np.isin(chunks >> SHIFT, np.frombuffer(contents, np.int64))
        chunks = chunks[is_wanted]
        code = codes_of(asked.vector, asked.embedder.dimensions)
        return _rescored(run, asked, chunks[nearest(codes[:, is_wanted], code, n * _COARSE)], n)

    def _current(self, run: apsw.Connection, embedder: Answering) -> tuple[np.ndarray, np.ndarray]:
        """All codes that there are now; rows that were handed out never change."""
        with self._lock:
            bounds = f"SELECT min(seq), max(seq) FROM codes_{embedder.number}"  # noqa: S608
            oldest, last = first(run, bounds) or (0, 0)
            file = embedder.number, oldest or 0, embedder.dimensions
            last = last or 0
            if file != self._file or last < self._last:
                self._begin(file)
            if last > self._last:
                self._read(run, embedder)
            return self._chunks[: self._n], self._codes[:, : self._n]

    def _begin(self, file: tuple[int, int, int]) -> None:
        self._file, self._n, self._last = file, 0, 0
        self._chunks = np.empty(0, np.int64)
        self._codes = np.empty((code_bytes(file[2]) // 8, 0), np.uint64)

    def _read(self, run: apsw.Connection, embedder: Answering) -> None:
        find = f"SELECT seq, chunks, codes FROM codes_{embedder.number} WHERE seq > ? ORDER BY seq"  # noqa: S608
        for seq, chunks, codes in rows(run, find, (self._last,)):
            self._add(np.frombuffer(chunks, np.int64), in_words(codes, embedder.dimensions))
            self._last = seq

    def _add(self, chunks: np.ndarray, codes: np.ndarray) -> None:
        end = self._n + len(chunks)
        if end > len(self._chunks):
            self._grow(max(end, len(self._chunks) * 5 // 4, 1_024))
        self._chunks[self._n : end] = chunks
        self._codes[:, self._n : end] = codes
        self._n = end

    def _grow(self, room: int) -> None:
        """Move to more room; what others hold meanwhile stays as it is."""
        chunks, codes = np.empty(room, np.int64), np.empty((len(self._codes), room), np.uint64)
        chunks[: self._n] = self._chunks[: self._n]
        codes[:, : self._n] = self._codes[:, : self._n]
        self._chunks, self._codes = chunks, codes


def _rescored(run: apsw.Connection, asked: AskedVector, chunks: np.ndarray, n: int) -> list[int]:
    """The chunks by the angle of their int8 rows to the query's."""
    if not len(chunks):
        return []
    find = _RESCORE.format(asked.embedder.number)
    wanted = array("q", np.unique(chunks).tobytes())
    values = asked.vector, apsw.carray(wanted), 1.0 - asked.floor, n
    return [row[0] for row in rows(run, find, values)]
