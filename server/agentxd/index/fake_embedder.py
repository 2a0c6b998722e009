"""An embedder for tests: a bag of hashed words, the same on every machine."""

from collections.abc import Sequence
from zlib import crc32

from agentxd.index.words import WordSplitter
from agentxd.kernel.errors import EmbedderError


class FakeEmbedder:
    """Implements the Embedder port; texts that share words have vectors that are near."""

    is_cheap = True

    def __init__(self, name: str = "fake", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions
        self.is_broken = False
        """Raise from now on."""
        self.n_documents = 0
        """Texts that were embedded."""
        self._splitter = WordSplitter()

    def documents(self, texts: Sequence[str]) -> bytes:
        """One int8 row of `dimensions` for each text."""
        self.n_documents += len(texts)
        return b"".join(self.query(text) for text in texts)

    def query(self, text: str) -> bytes:
        """One int8 row. Raises EmbedderError when it is broken."""
        if self.is_broken:
            raise EmbedderError("the fake embedder is broken", "Mend it.")
        row = [0] * self.dimensions
        for word in self._splitter.words(text):
            hashed = crc32((self.name + word).encode())
            for bit in range(8):
                at = (hashed >> bit * 2) % self.dimensions
                row[at] = max(-127, min(127, row[at] + (16 if hashed >> 24 + bit & 1 else -16)))
        return bytes(value & 0xFF for value in row)
