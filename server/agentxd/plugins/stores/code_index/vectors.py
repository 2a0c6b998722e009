"""Vectors of chunks: int8 rows of each embedder, and their signs for the coarse pass."""

from array import array
from collections.abc import Sequence
from itertools import islice

import apsw

from agentxd.index.codes import codes_of
from agentxd.kernel.errors import EmbedderError
from agentxd.kernel.index import Content
from agentxd.plugins.stores.code_index.rows import rows
from agentxd.plugins.stores.code_index.schema import MAX_PLACES, SHIFT, VECTOR_TABLES

_PENDING = """
SELECT k.id, k.hash FROM contents k WHERE k.id > ? AND k.vectors_of != ? AND k.n_chunks > 0
    AND EXISTS (SELECT 1 FROM files f WHERE f.holds = k.id) ORDER BY k.id
"""
_LACKING = """
SELECT c.id, c.start_line, c.end_line FROM chunks c WHERE c.id BETWEEN ? AND ?
    AND NOT EXISTS (SELECT 1 FROM vectors_{0} v WHERE v.chunk = c.id) ORDER BY c.id LIMIT ?
"""
_COMPLETE = """
UPDATE contents SET vectors_of = ?1 WHERE id = ?2 AND n_chunks =
    (SELECT count(*) FROM vectors_{0} WHERE chunk BETWEEN ?3 AND ?4)
"""
_CODES_TOGETHER = 2_000
"""Codes in one row, when all are written again."""


class Vectors:
    """Puts vectors into a transaction that its caller owns."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._number = 0
        """Of the wanted embedder; 0 for none."""
        self._name = ""
        self._dimensions = 0
        self._after = 0
        """Contents up to this one have been looked through for chunks without a vector."""

    def forget(self) -> None:
        """A transaction was undone: nothing is known to be complete."""
        self._after = 0

    def use(self, name: str, dimensions: int) -> None:
        """Make this embedder the wanted one; it answers at once where no other does."""
        run = self._connection.execute
        find = "SELECT id FROM embedders WHERE name = ? AND dimensions = ?"
        number = run(find, (name, dimensions)).get
        if number is None:
            add = "INSERT INTO embedders (name, dimensions, is_wanted, answers) VALUES (?, ?, 0, 0)"
            run(add, (name, dimensions))
            number = self._connection.last_insert_rowid()
            run(VECTOR_TABLES.format(number))
        run("UPDATE embedders SET is_wanted = (id = ?)", (number,))
        self._number, self._name, self._dimensions, self._after = number, name, dimensions, 0
        if run("SELECT count(*) FROM embedders WHERE answers").get == 0:
            run("UPDATE embedders SET answers = 1 WHERE id = ?", (number,))
        self._drop_others()

    def put_with(self, contents: Sequence[tuple[int, Content]]) -> None:
        """Vectors that came with their contents, where they are of the wanted embedder."""
        new: list[tuple[int, bytes]] = []
        done: list[int] = []
        for content, put in contents:
            if not self._number or put.embedder != self._name:
                continue
            n_chunks = min(len(put.parsed.chunks), MAX_PLACES)
            new += zip(
                range(content << SHIFT, (content << SHIFT) + n_chunks),
                self._split(put.vectors, len(put.parsed.chunks)),
                strict=False,
            )
            done.append(content)
        self._insert(new)
        complete = "UPDATE contents SET vectors_of = ? WHERE id = ?"
        self._connection.executemany(complete, ((self._number, content) for content in done))

    def put(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Chunk number and int8 row of the wanted embedder."""
        find = "SELECT 1 FROM chunks WHERE id = ?"
        there = [row for row in rows if self._connection.execute(find, (row[0],)).get]
        for _, row in there:
            self._split(row, 1)
        self._insert(there)
        contents = {chunk >> SHIFT for chunk, _ in there}
        self._connection.executemany(
            _COMPLETE.format(self._number),
            (
                (self._number, content, content << SHIFT, (content << SHIFT) + MAX_PLACES - 1)
                for content in contents
            ),
        )

    def without(self, limit: int) -> list[tuple[int, bytes, int, int]]:
        """Chunks of files that lack a vector; beginning anew where the last time ended."""
        if not self._number:
            return []
        started = self._after
        found = self._lacking(limit)
        if not found and started:
            self._after = 0
            found = self._lacking(limit)
        if not found:
            self._after = 0
        return found

    @property
    def is_waiting(self) -> bool:
        """Whether another embedder answers than the wanted one."""
        find = "SELECT 1 FROM embedders WHERE answers AND NOT is_wanted"
        return bool(self._connection.execute(find).get)

    def promote(self) -> None:
        """The wanted embedder answers from now on; nothing of the one before is kept."""
        self._connection.execute("UPDATE embedders SET answers = is_wanted")
        self._drop_others()

    def _lacking(self, limit: int) -> list[tuple[int, bytes, int, int]]:
        found: list[tuple[int, bytes, int, int]] = []
        lacking = _LACKING.format(self._number)
        for content, hash_ in rows(self._connection, _PENDING, (self._after, self._number)):
            first = content << SHIFT
            bounds = first, first + MAX_PLACES - 1, limit - len(found)
            lacked = rows(self._connection, lacking, bounds)
            found += [(chunk, hash_, start, end) for chunk, start, end in lacked]
            if len(found) >= limit:
                break
            self._after = content
        return found

    def _split(self, vectors: bytes, n_rows: int) -> list[bytes]:
        size = self._dimensions
        if len(vectors) != n_rows * size:
            raise EmbedderError(
                f"{self._name} gave {len(vectors)} bytes for {n_rows} vectors of {size}",
                "Choose another embedder, or restart the daemon.",
            )
        return [vectors[at : at + size] for at in range(0, len(vectors), size)]

    def _insert(self, new: Sequence[tuple[int, bytes]]) -> None:
        if not new:
            return
        self._connection.executemany(
            f"INSERT OR REPLACE INTO vectors_{self._number} VALUES (?, ?)",  # noqa: S608  # a number
            new,
        )
        self._connection.execute(
            f"INSERT INTO codes_{self._number} (chunks, codes) VALUES (?, ?)",  # noqa: S608
            _coded(new, self._dimensions),
        )

    def compact(self) -> None:
        """Codes of chunks that went away go, too, where they are many."""
        for (number,) in list(rows(self._connection, "SELECT id FROM embedders")):
            n_vectors = self._connection.execute(f"SELECT count(*) FROM vectors_{number}").get  # noqa: S608
            n_bytes = f"SELECT coalesce(sum(length(chunks)), 0) FROM codes_{number}"  # noqa: S608
            n_codes = self._connection.execute(n_bytes).get // 8
            if n_codes > n_vectors * 4 // 3 + 1_000:
                self._rewrite_codes(number)

    def _rewrite_codes(self, number: int) -> None:
        find = "SELECT dimensions FROM embedders WHERE id = ?"
        dimensions = self._connection.execute(find, (number,)).get
        last = self._connection.execute(f"SELECT max(seq) FROM codes_{number}").get  # noqa: S608
        every = rows(self._connection, f"SELECT chunk, vector FROM vectors_{number}")  # noqa: S608
        while part := list(islice(every, _CODES_TOGETHER)):
            self._connection.execute(
                f"INSERT INTO codes_{number} (chunks, codes) VALUES (?, ?)",  # noqa: S608
                _coded(part, dimensions),
            )
        self._connection.execute(f"DELETE FROM codes_{number} WHERE seq <= ?", (last,))  # noqa: S608

    def _drop_others(self) -> None:
        """Let go of the vectors of embedders that are neither wanted nor asked."""
        idle = "SELECT id FROM embedders WHERE NOT is_wanted AND NOT answers"
        for (number,) in list(rows(self._connection, idle)):
            self._connection.execute(f"DROP TABLE vectors_{number}; DROP TABLE codes_{number}")
            self._connection.execute("DELETE FROM embedders WHERE id = ?", (number,))


def _coded(vectors: Sequence[tuple[int, bytes]], dimensions: int) -> tuple[bytes, bytes]:
    """Chunks and codes of some vectors, each end to end."""
    numbers = array("q", (chunk for chunk, _ in vectors))
    return numbers.tobytes(), codes_of(b"".join(vector for _, vector in vectors), dimensions)
