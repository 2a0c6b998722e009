"""The embedder that is always there: a table look-up for each word, with numpy alone."""

import zlib
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agentxd.index.words import WordSplitter
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.embedders.table import Table, read_table

TABLE = Path(__file__).with_name("data") / "static-v1.bin"
_LENGTH = 380.0
"""Of every row, in steps of int8: components of 1/3 and more are cut off, which hardly happens."""
NAME_STRESS = 3.0
"""Added to how much each word of a document's first line counts, which is the name."""
_ROOM = 512
"""Rows: nearly every chunk has fewer different words."""
_MAX_UNKNOWN = 200_000
"""Unknown words remembered; then the memory begins anew."""


class StaticEmbedder:
    """Sum of learned vectors of the words of a text, each weighted by how much it tells.

    The first line of a document is the name of what it is, as `index.texts.document_text` has it;
    words of the name count for more than those of the body.

    All rows have (nearly) the same length, so dot product, cosine and distance rank alike.
    """

    name = "static-v1"
    dimensions = 256
    is_cheap = True
    floor = 0.4
    """Words that nobody knows come to 0.2 to 0.37; what is meant, to 0.45 and more."""

    def __init__(self, splitter: WordSplitter | None = None, place: Path = TABLE) -> None:
        self._splitter = splitter or WordSplitter()
        self._place = place

    def documents(self, texts: Sequence[str]) -> bytes:
        """One int8 row for each text. Raises EmbedderError where the table is missing."""
        weights, room = self._table.in_documents, _new(_ROOM, self.dimensions)
        return b"".join(self._row(text, weights, room, NAME_STRESS) for text in texts)

    def query(self, text: str) -> bytes:
        """One int8 row. Raises EmbedderError where the table is missing."""
        room = _new(0, self.dimensions)
        return self._row(text, self._table.in_queries, room)

    def _row(
        self,
        text: str,
        weights: NDArray[np.float32],
        room: NDArray[np.float32],
        stress: float = 0.0,
    ) -> bytes:
        """`room` is memory for the rows of a text, which saves asking the system for it."""
        number = self._ids.__getitem__
        counts = Counter(map(number, self._splitter.words(text) or ("",)))
        ids = np.fromiter(counts, np.intp, len(counts))
        tallies = 1.0 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
        if stress:
            name = self._splitter.words(text.partition("\n")[0])
            is_of_name = frozenset(map(number, name)).__contains__
            tallies += stress * np.fromiter(map(is_of_name, counts), np.float32, len(counts))
        weighted = weights[ids] * tallies
        rows = room[: len(ids)] if len(ids) <= len(room) else _new(len(ids), self.dimensions)
        np.copyto(rows, self._table.rows[ids])
        found = weighted @ rows
        length = float(np.sqrt(found @ found)) or 1.0
        cut = np.clip(np.rint(found * (_LENGTH / length)), -127, 127)
        return cut.astype(np.int8).tobytes()

    @cached_property
    def _table(self) -> Table:
        return read_table(self._place)

    @cached_property
    def _ids(self) -> "WordIds":
        return WordIds(self._table.words, self._table.n_buckets)


class WordIds(dict[str, int]):
    """Numbers of words; an unknown word gets one of the buckets, the same in every process."""

    def __init__(self, words: Sequence[str], n_buckets: int) -> None:
        super().__init__((word, number) for number, word in enumerate(words))
        self._words = words
        self._n_buckets = n_buckets

    def __missing__(self, word: str) -> int:
        """A word that the table does not have."""
        if len(self) > len(self._words) + _MAX_UNKNOWN:
            self.clear()
            self.update((known, number) for number, known in enumerate(self._words))
        number = len(self._words) + zlib.crc32(word.encode()) % self._n_buckets
        self[word] = number
        return number


def _new(n_rows: int, dimensions: int) -> NDArray[np.float32]:
    return np.empty((n_rows, dimensions), np.float32)


def make(_settings: EmbedderSettings) -> Embedder:
    """The embedder, its table not read yet."""
    return StaticEmbedder()
