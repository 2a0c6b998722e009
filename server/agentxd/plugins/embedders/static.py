"""The embedder that is always there: a table look-up for each word, with numpy alone."""

import zlib
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agentxd.index.words import names_in, parts_of
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.embedders.table import Table, read_table

TABLE = Path(__file__).with_name("data") / "static-v1.bin"
_LENGTH = 380.0
"""Of every row, in steps of int8: components of 1/3 and more are cut off, which hardly happens."""
NAME_STRESS = 3.0
"""Added to how much each word of a document's first line counts, which is the name."""
_GROUP = 32
"""Texts of one product: most files have fewer, and of more the product would be mostly zeros."""
_MAX_UNKNOWN = 200_000
"""Unknown words remembered; then the memory begins anew."""
_MAX_NAMES = 100_000


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

    def __init__(self, place: Path = TABLE) -> None:
        self._place = place

    def documents(self, texts: Sequence[str]) -> bytes:
        """One int8 row for each text. Raises EmbedderError where the table is missing."""
        groups = (texts[start : start + _GROUP] for start in range(0, len(texts), _GROUP))
        weights = self._table.in_documents
        return b"".join(self._rows(group, weights, NAME_STRESS) for group in groups)

    def query(self, text: str) -> bytes:
        """One int8 row. Raises EmbedderError where the table is missing."""
        return self._rows([text], self._table.in_queries)

    def _rows(
        self, texts: Sequence[str], weights: NDArray[np.float32], stress: float = 0.0
    ) -> bytes:
        """Texts as rows and their words as columns make a product with the rows of these words.

        Texts of one file share most of their words, so each is converted once.
        """
        ids, sizes = self._words(texts, (self._ids[""],))
        column_of = np.empty(len(weights), np.intp)  # only of words that are in the texts
        order = np.arange(len(ids))
        column_of[ids] = order  # of a word that comes several times one place stays
        different = ids[column_of[ids] == order]
        column_of[different] = order[: len(different)]
        shape = len(texts), len(different)
        places = np.repeat(np.arange(len(texts)) * len(different), sizes) + column_of[ids]
        counts = np.bincount(places, minlength=shape[0] * shape[1])
        shares = np.zeros(len(counts), np.float32)
        there = counts.nonzero()[0]
        shares[there] = 1.0 + np.log(counts[there].astype(np.float32))
        shares = shares.reshape(shape)
        if stress:
            named, sizes = self._words([text.partition("\n")[0] for text in texts])
            shares[np.repeat(np.arange(len(texts)), sizes), column_of[named]] += stress
        shares *= weights[different]
        found = shares @ self._table.rows[different].astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", found, found))
        lengths[lengths == 0.0] = 1.0
        found *= (_LENGTH / lengths)[:, None]
        cut: NDArray[np.int8] = np.clip(np.rint(found), -127, 127).astype(np.int8)
        return cut.tobytes()

    def _words(
        self, texts: Sequence[str], of_none: tuple[int, ...] = ()
    ) -> tuple[NDArray[np.intp], list[int]]:
        """The words of all texts end to end, and how many each has; `of_none` without any."""
        ids, sizes, ids_of = list[int](), list[int](), self._ids_of.__getitem__
        for text in texts:
            before = len(ids)
            ids += chain.from_iterable(map(ids_of, names_in(text)))
            ids += of_none if len(ids) == before else ()
            sizes.append(len(ids) - before)
        return np.array(ids, np.intp), sizes

    @cached_property
    def _table(self) -> Table:
        return read_table(self._place)

    @cached_property
    def _ids(self) -> "WordIds":
        return WordIds(self._table.words, self._table.n_buckets)

    @cached_property
    def _ids_of(self) -> "_NameIds":
        return _NameIds(self._ids)


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


class _NameIds(dict[str, tuple[int, ...]]):
    """The words of names by their numbers; a dictionary, so that looking up is no call."""

    def __init__(self, ids: WordIds) -> None:
        super().__init__()
        self._ids = ids

    def __missing__(self, name: str) -> tuple[int, ...]:
        """A name that was not seen yet."""
        if len(self) >= _MAX_NAMES:
            self.clear()
        made = self[name] = tuple(map(self._ids.__getitem__, parts_of(name)))
        return made


def make(_settings: EmbedderSettings) -> Embedder:
    """The embedder, its table not read yet."""
    return StaticEmbedder()
