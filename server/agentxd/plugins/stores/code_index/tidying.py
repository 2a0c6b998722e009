"""Lets go of contents that no file holds, in small steps, when the database is too big."""

from pathlib import Path

import apsw

from agentxd.index.packing import unpacked
from agentxd.plugins.stores.code_index.rows import rows
from agentxd.plugins.stores.code_index.schema import MAX_PLACES, SHIFT

_DEAD = """
SELECT k.id, k.uses FROM contents k
WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.holds = k.id OR f.disk = k.id)
ORDER BY k.left_ms, k.id LIMIT ?
"""
_STEP = 50
"""Contents that go in one transaction: a few milliseconds."""


class Tidying:
    """Deletes in transactions of its own."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def tidy(self, max_bytes: int) -> bool:
        """Whether something went away. Raises apsw.Error."""
        went = False
        while self._used() > max_bytes:
            dead = list(rows(self._connection, _DEAD, (_STEP,)))
            if not dead:
                break
            with self._connection:
                for content, uses in dead:
                    self._delete(content, uses)
            went = True
        if went:
            self._shrink()
        return went

    def _used(self) -> int:
        """Bytes of pages in use; those that are free count for nothing."""
        pages = self._connection.execute("PRAGMA page_count").get
        free = self._connection.execute("PRAGMA freelist_count").get
        return int(pages - free) * 4096

    def _delete(self, content: int, uses: bytes) -> None:
        first, last = content << SHIFT, (content << SHIFT) + MAX_PLACES - 1
        run = self._connection.execute
        run(
            "DELETE FROM words WHERE rowid IN (SELECT id FROM chunks WHERE id BETWEEN ? AND ?)",
            (first, last),
        )
        for table in ("chunks", "symbols", "imports"):
            run(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", (first, last))  # noqa: S608
        for (number,) in run("SELECT id FROM embedders").fetchall():
            run(f"DELETE FROM vectors_{number} WHERE chunk BETWEEN ? AND ?", (first, last))  # noqa: S608
        self._connection.executemany(
            "DELETE FROM uses WHERE name = ? AND content = ?",
            ((name, content) for name in unpacked(uses)),
        )
        run("DELETE FROM contents WHERE id = ?", (content,))

    def _shrink(self) -> None:
        """Give the free pages back to the disk where they are many."""
        free = int(self._connection.execute("PRAGMA freelist_count").get)
        if free * 4 > int(self._connection.execute("PRAGMA page_count").get):
            self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
