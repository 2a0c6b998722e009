"""Chunks whose vectors are near the query's: a coarse pass over codes, then the int8 rows."""

from array import array
from threading import Lock

import apsw
import numpy as np
from msgspec import Struct

from agentxd.index.codes import code_bytes, codes_of, nearest
from agentxd.plugins.stores.code_index.rows import first, rows
from agentxd.plugins.stores.code_index.schema import SHIFT

_COARSE = 4
"""Times as many candidates come out of the coarse pass as are asked for."""


class Answering(Struct, frozen=True):
    """The embedder that is asked now."""

    number: int
    name: str
    dimensions: int


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
        self._codes = np.empty((0, 1), np.uint64)
        self._n = 0
        self._last = 0

    def near(
        self,
        run: apsw.Connection,
        embedder: Answering,
        vector: bytes,
        n: int,
        contents: "array[int] | None" = None,
    ) -> list[int]:
        """Up to n chunks, nearest first; of these contents alone, where some are given."""
        chunks, codes = self._current(run, embedder)
        if contents is not None:
            is_wanted = np.isin(chunks >> SHIFT, np.frombuffer(contents, np.int64))
            chunks, codes = chunks[is_wanted], codes[is_wanted]
        if not len(chunks):
            return []
        coarse = chunks[nearest(codes, codes_of(vector, embedder.dimensions), n * _COARSE)]
        return _rescored(run, embedder, vector, coarse)[:n]

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
                self._read(run, embedder.number)
            return self._chunks[: self._n], self._codes[: self._n]

    def _begin(self, file: tuple[int, int, int]) -> None:
        self._file, self._n, self._last = file, 0, 0
        self._chunks = np.empty(0, np.int64)
        self._codes = np.empty((0, code_bytes(file[2]) // 8), np.uint64)

    def _read(self, run: apsw.Connection, number: int) -> None:
        find = f"SELECT seq, chunks, codes FROM codes_{number} WHERE seq > ? ORDER BY seq"  # noqa: S608
        for seq, chunks, codes in rows(run, find, (self._last,)):
            self._add(np.frombuffer(chunks, np.int64), np.frombuffer(codes, np.uint64))
            self._last = seq

    def _add(self, chunks: np.ndarray, codes: np.ndarray) -> None:
        end = self._n + len(chunks)
        if end > len(self._chunks):
            room = max(end, len(self._chunks) * 5 // 4, 1_024)
            self._chunks = (
                np.resize(self._chunks[: self._n], room) if self._n else np.empty(room, np.int64)
            )
            grown = np.empty((room, self._codes.shape[1]), np.uint64)
            grown[: self._n] = self._codes[: self._n]
            self._codes = grown
        self._chunks[self._n : end] = chunks
        self._codes[self._n : end] = codes.reshape(len(chunks), -1)
        self._n = end


def _rescored(
    run: apsw.Connection, embedder: Answering, vector: bytes, chunks: np.ndarray
) -> list[int]:
    """The chunks by the product of their int8 rows with the query's."""
    wanted = array("q", np.unique(chunks).tobytes())
    find = f"SELECT chunk, vector FROM vectors_{embedder.number} WHERE chunk IN carray(?)"  # noqa: S608
    found = list(rows(run, find, (apsw.carray(wanted),)))
    matrix = np.frombuffer(b"".join(row for _, row in found), np.int8)
    matrix = matrix.reshape(len(found), embedder.dimensions).astype(np.float32)
    lengths = np.linalg.norm(matrix, axis=1)
    products = matrix @ np.frombuffer(vector, np.int8).astype(np.float32)
    scores = products / np.maximum(lengths, 1e-9)
    return [found[at][0] for at in np.argsort(-scores, kind="stable")]
