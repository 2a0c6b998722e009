"""Keeps the index's database small and quick, a moment at a time."""

import time
from collections.abc import Iterable

import apsw

from agentxd.index.packing import unpacked
from agentxd.plugins.stores.code_index.rows import rows
from agentxd.plugins.stores.code_index.schema import MAX_PLACES, SHIFT
from agentxd.plugins.stores.code_index.vectors import Vectors

_MOMENT_S = 0.02
"""How long it works at a time: saves wait meanwhile."""
_HELD = "(SELECT 1 FROM files f WHERE f.holds = k.id OR (f.shown NOTNULL AND f.disk = k.id))"
_DEAD = f"""
SELECT k.id, k.uses FROM contents k WHERE k.left_ms > 0 AND NOT EXISTS {_HELD}
ORDER BY k.left_ms, k.id LIMIT ?
"""  # noqa: S608
_STEP = 20
"""Contents that go in one transaction: a few milliseconds."""
_PAGES = 64
"""Pages of full text that are merged in one transaction: a few milliseconds."""
_PAGES_OF_ONE = 4
_NOTHING_MERGED = 2
"""Rows that a merge changes at most where there is nothing to merge."""
_WORDS = "INSERT INTO words (words, rank) VALUES ('merge', ?)"
_PATHS = "INSERT INTO path_words (path_words, rank) VALUES ('merge', ?)"
_NAMELESS = """
DELETE FROM names WHERE id NOT IN (SELECT name FROM symbols) AND id NOT IN (SELECT name FROM uses)
"""
_UNDEFINED = "DELETE FROM defined WHERE name NOT IN (SELECT name FROM symbols)"


class Tidying:
    """Works in transactions of its own, but for `merge`."""

    def __init__(self, connection: apsw.Connection, vectors: Vectors) -> None:
        self._connection = connection
        self._vectors = vectors
        self._is_smaller = False
        """Contents went since the rest was last cleared up after them."""

    def tidy(self, max_bytes: int) -> tuple[bool, bool]:
        """Whether contents went away, and whether there is more to do. Raises apsw.Error."""
        end = time.monotonic() + _MOMENT_S
        went = False
        while self._used() > max_bytes and self._let_go():
            went = self._is_smaller = True
            if time.monotonic() > end:
                return went, True
        if self._is_smaller:
            self._clear_up()
        while self._merge_step():
            if time.monotonic() > end:
                return went, True
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        return went, False

    def merge(self, n_contents: int) -> None:
        """Merge as much full text as this many small contents leave to be merged."""
        self._connection.execute(_WORDS, (_PAGES_OF_ONE * n_contents,))

    def forget(self, contents: Iterable[int]) -> None:
        """Delete those of these contents that no file holds, in the caller's transaction."""
        find = f"SELECT uses FROM contents k WHERE id = ? AND NOT EXISTS {_HELD}"  # noqa: S608
        for content in contents:
            for (uses,) in list(rows(self._connection, find, (content,))):
                self._delete(content, uses)

    def _used(self) -> int:
        """Bytes of pages in use; those that are free count for nothing."""
        pages = self._connection.execute("PRAGMA page_count").get
        free = self._connection.execute("PRAGMA freelist_count").get
        return int(pages - free) * 4096

    def _let_go(self) -> bool:
        """Delete some contents that no file holds; whether there were any."""
        dead = list(rows(self._connection, _DEAD, (_STEP,)))
        with self._connection:
            for content, uses in dead:
                self._delete(content, uses)
            if dead:
                self._connection.execute(_WORDS, (-_PAGES,))
        return bool(dead)

    def _delete(self, content: int, uses: bytes) -> None:
        bounds = content << SHIFT, (content << SHIFT) + MAX_PLACES - 1
        run = self._connection.execute
        chunks = "SELECT id FROM chunks WHERE id BETWEEN ? AND ?"
        run(f"DELETE FROM words WHERE rowid IN ({chunks})", bounds)  # noqa: S608
        for table in ("chunks", "symbols", "imports"):
            run(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", bounds)  # noqa: S608
        for (number,) in list(rows(self._connection, "SELECT id FROM embedders")):
            run(f"DELETE FROM vectors_{number} WHERE chunk BETWEEN ? AND ?", bounds)  # noqa: S608
        self._connection.executemany(
            "DELETE FROM uses WHERE name = ? AND content = ?",
            ((name, content) for name in unpacked(uses)),
        )
        run("DELETE FROM contents WHERE id = ?", (content,))

    def _merge_step(self) -> bool:
        """Merge some pages of full text; whether there was something to merge."""
        before = self._connection.total_changes()
        with self._connection:
            self._connection.execute(_WORDS, (_PAGES,))
            self._connection.execute(_PATHS, (_PAGES,))
        return self._connection.total_changes() - before > _NOTHING_MERGED * 2

    def _clear_up(self) -> None:
        """What only contents that went away needed goes, and free pages, where they are many."""
        with self._connection:
            self._connection.execute(_NAMELESS)
            self._connection.execute(_UNDEFINED)
            self._vectors.compact()
        free = int(self._connection.execute("PRAGMA freelist_count").get)
        if free * 4 > int(self._connection.execute("PRAGMA page_count").get):
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._is_smaller = False
