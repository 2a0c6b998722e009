"""Which file holds which content: on disk, and as an editor shows it."""

import time
from collections.abc import Iterable, Iterator, Sequence

import apsw

from agentxd.index.words import WordSplitter
from agentxd.kernel.index import FileRow
from agentxd.plugins.stores.code_index.rows import first, rows

_FIND = "SELECT id, holds, shown FROM files WHERE path = ?"
_CHANGE = (
    "UPDATE files SET disk = ?, holds = coalesce(shown, ?), mtime_ns = ?, ctime_ns = ?, size = ?, "
    "inode = ? WHERE id = ?"
)
_ADD = (
    "INSERT INTO files (path, disk, shown, holds, mtime_ns, ctime_ns, size, inode) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_ALL = (
    "SELECT f.path, c.hash, f.mtime_ns, f.ctime_ns, f.size, f.inode "
    "FROM files f JOIN contents c ON c.id = f.disk"
)
_SHOWN = "SELECT path, id, disk, shown FROM files WHERE shown IS NOT NULL"
_NOTHING = (0, 0, 0, 0)


class Files:
    """Puts files into a transaction that its caller owns."""

    def __init__(self, connection: apsw.Connection, splitter: WordSplitter) -> None:
        self._connection = connection
        self._splitter = splitter

    def all(self) -> Iterator[FileRow]:
        """What each file on disk held when it was last looked at."""
        for path, hash_, *status in rows(self._connection, _ALL):
            yield FileRow(path, hash_, (status[0], status[1], status[2], status[3]))

    def put(self, files: Sequence[FileRow]) -> None:
        """These files hold these contents now. Raises apsw.Error; KeyError for an unknown one."""
        left = []
        for file in files:
            content = self.content(file.hash)
            found = first(self._connection, _FIND, (file.path,))
            if found is None:
                self._add(file.path, content, None, file.status)
                continue
            number, holds, shown = found
            self._connection.execute(_CHANGE, (content, content, *file.status, number))
            if shown is None and holds != content:
                left.append(holds)
        self.leave(left)

    def drop(self, paths: Iterable[str]) -> None:
        """These files are gone from disk; what an editor shows of them stays."""
        left = []
        for path in paths:
            found = first(self._connection, _FIND, (path,))
            if found is not None:
                number, holds, shown = found
                self._remove(number, shown)
                left.append(holds)
        self.leave(left)

    def show(self, path: str, hash_: bytes) -> None:
        """Lay a content over the file. Raises KeyError where it is not in the database."""
        content = self.content(hash_)
        found = first(self._connection, _FIND, (path,))
        if found is None:
            self._add(path, None, content, _NOTHING)
            return
        number, holds, _ = found
        self._connection.execute(
            "UPDATE files SET shown = ?, holds = ? WHERE id = ?", (content, content, number)
        )
        self.leave([holds] if holds != content else [])

    def hide(self, paths: Iterable[str] | None = None) -> None:
        """Take what is shown of these files away, of all by default."""
        shown = list(rows(self._connection, _SHOWN))
        wanted = None if paths is None else set(paths)
        left = []
        for path, number, disk, content in shown:
            if wanted is not None and path not in wanted:
                continue
            left.append(content)
            if disk is None:
                self._remove(number, None)
            else:
                back = "UPDATE files SET shown = NULL, holds = disk WHERE id = ?"
                self._connection.execute(back, (number,))
        self.leave(left)

    def shown(self, path: str) -> int | None:
        """The content that is laid over the file, None for none."""
        found = first(self._connection, _FIND, (path,))
        return None if found is None else found[2]

    def leave(self, contents: Sequence[int]) -> None:
        """Note when these contents were last held: those that left first may go first."""
        now = time.time_ns() // 1_000_000
        self._connection.executemany(
            "UPDATE contents SET left_ms = ? WHERE id = ?", ((now, content) for content in contents)
        )

    def content(self, hash_: bytes) -> int:
        """The id of a content. Raises KeyError."""
        found = self._connection.execute("SELECT id FROM contents WHERE hash = ?", (hash_,)).get
        if found is None:
            raise KeyError(hash_.hex())
        return int(found)

    def _add(
        self, path: str, disk: int | None, shown: int | None, status: tuple[int, int, int, int]
    ) -> None:
        holds = disk if shown is None else shown
        self._connection.execute(_ADD, (path, disk, shown, holds, *status))
        self._connection.execute(
            "INSERT INTO path_words (rowid, words) VALUES (?, ?)",
            (
                self._connection.last_insert_rowid(),
                " ".join(self._splitter.words_and_names(path)),
            ),
        )

    def _remove(self, number: int, shown: int | None) -> None:
        if shown is not None:
            self._connection.execute("UPDATE files SET disk = NULL WHERE id = ?", (number,))
            return
        self._connection.execute("DELETE FROM files WHERE id = ?", (number,))
        self._connection.execute("DELETE FROM path_words WHERE rowid = ?", (number,))
