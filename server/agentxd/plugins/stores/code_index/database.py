"""The writing end of the index's database: contents, files, unsaved texts and vectors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw

from agentxd.index.cleaning import clean
from agentxd.index.words import WordSplitter
from agentxd.kernel.errors import StorageError
from agentxd.kernel.index import Content, FileRow, IndexStatus
from agentxd.plugins.stores.code_index.counting import Counting
from agentxd.plugins.stores.code_index.filing import Files
from agentxd.plugins.stores.code_index.opening import close_writer, open_writer, remove, translated
from agentxd.plugins.stores.code_index.putting import Contents
from agentxd.plugins.stores.code_index.tidying import Tidying
from agentxd.plugins.stores.code_index.vectors import Vectors

_FEW = 20
"""Contents that are put beside somebody's work, not while all is read."""
_CHANGED = "UPDATE meta SET value = value + 1 WHERE key = 'changes'"


def open_index(path: Path) -> "IndexDatabase":
    """The database at `path`, sound: one that is damaged or outdated is begun anew.

    Raises StorageError where it cannot be written.
    """
    connection, message = open_writer(path)
    return IndexDatabase(path, connection, message)


class IndexDatabase:
    """Implements IndexWriter and VectorWriter; one thread at a time.

    IndexDamagedError, here or in a Searcher beside, asks for `rebuild`.
    """

    def __init__(self, path: Path, connection: apsw.Connection, message: str) -> None:
        self.path = path
        self.message = message
        """What was wrong with the database and is mended; "" for nothing."""
        self._take(connection)

    def files(self) -> Mapping[str, FileRow]:
        """What each path held when it was last looked at."""
        with translated(self.path):
            return {row.path: row for row in self._files.all()}

    def known(self, hashes: Iterable[bytes]) -> set[bytes]:
        """Which of the contents are in the database already."""
        with translated(self.path):
            find = "SELECT 1 FROM contents WHERE hash = ?"
            return {hash_ for hash_ in hashes if self._connection.execute(find, (hash_,)).get}

    def put(self, contents: Sequence[Content], files: Sequence[FileRow]) -> None:
        """Keep contents and say which files hold which; all or nothing."""
        try:
            self._put(contents, files)
        except UnicodeEncodeError:
            self._put([clean(content) for content in contents], [clean(file) for file in files])

    def drop(self, paths: Sequence[str]) -> None:
        """These files are gone; their contents stay for a while, for a branch that comes back."""
        with self._changing():
            self._files.drop(paths)

    def show(self, path: str, content: Content | None) -> None:
        """Unsaved text laid over a file; None takes it away. Not kept beyond this process."""
        try:
            self._show(path, content)
        except UnicodeEncodeError:
            self._show(path, content and clean(content))

    def use_embedder(self, name: str, dimensions: int) -> None:
        """Vectors of this embedder are wanted; those of another answer until these are complete."""
        with self._changing():
            self._vectors.use(name, dimensions)

    def without_vector(self, limit: int) -> list[tuple[int, bytes, int, int]]:
        """Chunks of files that lack one: number, content's hash, start line, end line."""
        with translated(self.path):
            found = self._vectors.without(limit)
            is_over = not found and self._vectors.is_waiting
        if is_over:
            with self._changing():
                self._vectors.promote()
        return found

    def put_vectors(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Chunk number and int8 row of the wanted embedder."""
        with self._changing():
            self._vectors.put(rows)

    def tidy(self, max_bytes: int) -> bool:
        """Let go of contents that no file holds, oldest first, where there are too many.

        Works for a moment only; whether there is more to do.
        """
        with translated(self.path):
            is_smaller, has_more = self._tidying.tidy(max_bytes)
            if is_smaller:
                self._contents.forget()
            return has_more

    def fill(self, status: IndexStatus) -> IndexStatus:
        """The status with the numbers that the database knows."""
        with translated(self.path):
            return self._counting.fill(status, self.message)

    def rebuild(self, reason: str) -> None:
        """Begin with an empty database; the reason stands in the status. Raises StorageError."""
        with translated(self.path):
            self._connection.close()
            remove(self.path)
        connection, _ = open_writer(self.path)
        self.message = f"{reason.rstrip('.')}; it is built again"
        self._take(connection)

    def close(self) -> None:
        """Everything is on disk; the database is not used any more."""
        with translated(self.path):
            close_writer(self._connection)

    def _put(self, contents: Sequence[Content], files: Sequence[FileRow]) -> None:
        with self._changing():
            fresh = self._contents.put(contents)
            self._vectors.put_with(fresh)
            self._files.put(files)
            held = {file.hash for file in files}
            self._files.leave([number for number, content in fresh if content.hash not in held])
            if len(contents) <= _FEW:
                self._tidying.merge(len(contents))

    def _show(self, path: str, content: Content | None) -> None:
        with self._changing():
            before = self._files.shown(path)
            if content is None:
                self._files.hide([path])
            else:
                fresh = self._contents.put([content])
                self._vectors.put_with(fresh)
                self._files.show(path, content.hash)
                self._passing.update(number for number, _ in fresh)
            if before in self._passing:
                self._passing.discard(before)
                self._tidying.forget([before])

    def _take(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._contents = Contents(connection)
        self._files = Files(connection, WordSplitter())
        self._vectors = Vectors(connection)
        self._tidying = Tidying(connection, self._vectors)
        self._counting = Counting(connection, self.path)
        self._passing: set[int] = set()
        """Contents that only editors have shown: every few letters another one."""
        with self._changing():
            self._files.hide()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """A transaction: all of it, or nothing and a StorageError."""
        try:
            with translated(self.path), self._connection:
                yield
                self._connection.execute(_CHANGED)
        except KeyError as error:
            self._contents.forget()
            raise StorageError(
                f"a file holds the content {error.args[0]}, which is not in the index",
                "Put the content together with the file.",
            ) from error
        except BaseException:
            self._contents.forget()
            self._vectors.forget()
            raise
