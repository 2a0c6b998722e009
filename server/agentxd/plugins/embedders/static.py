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
_MAX_UNKNOWN = 200_000
"""Unknown words remembered; then the memory begins anew."""


class StaticEmbedder:
    """Sum of learned vectors of the words of a text, each weighted by how much it tells.

    All rows have (nearly) the same length, so dot product, cosine and distance rank alike.
    """

    name = "static-v1"
    dimensions = 256
    is_cheap = True

    def __init__(self, splitter: WordSplitter | None = None, place: Path = TABLE) -> None:
        self._splitter = splitter or WordSplitter()
        self._place = place

    def documents(self, texts: Sequence[str]) -> bytes:
        """One int8 row for each text. Raises EmbedderError where the table is missing."""
        weights = self._table.in_documents
        return b"".join(self._row(text, weights) for text in texts)

    def query(self, text: str) -> bytes:
        """One int8 row. Raises EmbedderError where the table is missing."""
        return self._row(text, self._table.in_queries)

    def _row(self, text: str, weights: NDArray[np.float32]) -> bytes:
        counts = Counter(map(self._ids.__getitem__, self._splitter.words(text) or ("",)))
        ids = np.fromiter(counts, np.intp, len(counts))
        tallies = np.fromiter(counts.values(), np.float32, len(counts))
        weighted = weights[ids] * (1.0 + np.log(tallies))
        found = weighted @ self._table.rows[ids].astype(np.float32)
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


def make(_settings: EmbedderSettings) -> Embedder:
    """The embedder, its table not read yet."""
    return StaticEmbedder()
