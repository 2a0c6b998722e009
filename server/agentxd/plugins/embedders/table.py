"""The file that a static embedder's numbers are kept in: written by training, mapped to read.

Magic, length of the head, head (JSON), then 64-byte aligned: words (UTF-8, a newline after each),
weights of words in documents and in queries (float16, the row's scale folded in), rows (int8).
The rows are mapped, not read: processes that use the same file share them.
"""

import json
import zlib
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from agentxd.kernel.errors import EmbedderError

MAGIC = b"AGXTABLE"
_ALIGNMENT = 64
_LARGEST = 16_000_000


class Table(Struct, frozen=True, eq=False):
    """The numbers of a static embedder. A row belongs to a word, or to a bucket of unknown ones."""

    name: str
    words: tuple[str, ...]
    n_buckets: int
    in_documents: NDArray[np.float32]
    in_queries: NDArray[np.float32]
    rows: NDArray[np.int8]
    """One for each word, then one for each bucket."""


def write_table(place: Path, table: Table) -> None:
    """Writes the file anew."""
    parts = [
        "".join(f"{word}\n" for word in table.words).encode(),
        table.in_documents.astype("<f2").tobytes(),
        table.in_queries.astype("<f2").tobytes(),
        np.ascontiguousarray(table.rows).tobytes(),
    ]
    body = b"".join(_padded(part) for part in parts)
    head = {
        "name": table.name,
        "n_words": len(table.words),
        "n_buckets": table.n_buckets,
        "dimensions": table.rows.shape[1],
        "sizes": [len(part) for part in parts],
        "crc32": zlib.crc32(body),
    }
    first = json.dumps(head).encode()
    start = MAGIC + len(first).to_bytes(4, "little") + first
    place.write_bytes(_padded(start) + body)


def read_table(place: Path) -> Table:
    """Maps the file. Raises EmbedderError when it is missing or not whole."""
    try:
        content = np.memmap(place, dtype=np.uint8, mode="r")
        return _table(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EmbedderError(
            f"The table of the embedder cannot be read from {place}: {error}",
            "install agentxd again; until then search works by words and names",
        ) from error


def _table(content: NDArray[np.uint8]) -> Table:
    if content[: len(MAGIC)].tobytes() != MAGIC or len(content) > _LARGEST:
        raise ValueError("it is no table")
    start = len(MAGIC) + 4
    n_head = int.from_bytes(content[len(MAGIC) : start].tobytes(), "little")
    head = json.loads(content[start : start + n_head].tobytes())
    place = _aligned(start + n_head)
    if zlib.crc32(content[place:].data) != head["crc32"]:
        raise ValueError("it is damaged")
    parts = []
    for size in head["sizes"]:
        parts.append(content[place : place + size])
        place = _aligned(place + size)
    words, in_documents, in_queries, rows = parts
    n_rows = head["n_words"] + head["n_buckets"]
    return Table(
        name=head["name"],
        words=tuple(words.tobytes().decode().split("\n")[:-1]),
        n_buckets=head["n_buckets"],
        in_documents=in_documents.view("<f2").astype(np.float32),
        in_queries=in_queries.view("<f2").astype(np.float32),
        rows=np.asarray(rows.view(np.int8).reshape(n_rows, head["dimensions"])),
    )


def _padded(part: bytes) -> bytes:
    return part + bytes(_aligned(len(part)) - len(part))


def _aligned(n_bytes: int) -> int:
    return -(-n_bytes // _ALIGNMENT) * _ALIGNMENT
