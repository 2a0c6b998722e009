"""What is known of each file, in memory and in the database alike."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from agentxd.kernel.index import Content, FileRow
from agentxd.plugins.indexing.worker.reading import Refused, Status
from agentxd.plugins.indexing.worker.writing import WritingThread


class RowBook:
    """The files of the index, and those that were looked at and refused."""

    def __init__(self, writing: WritingThread) -> None:
        self._writing = writing
        self.rows: dict[str, FileRow] = {}
        self.loaded = asyncio.Event()
        """What the database knows is known here, too, and it can be written."""
        self.changed = asyncio.Event()
        """The database is not as tidy as it was."""
        self.refused: dict[str, tuple[Status | None, str]] = {}
        """Path to its status when it was read, and why it was refused."""

    async def load(self) -> None:
        """From the database. Raises StorageError."""
        self.rows = dict(await self._writing.do(lambda database: database.files()))

    def outdated(self, files: Mapping[str, Status]) -> list[str]:
        """Those that are not as they were when they were read."""
        return [path for path, status in files.items() if not self._is_as(path, status)]

    def _is_as(self, path: str, status: Status) -> bool:
        row = self.rows.get(path)
        if row is not None:
            return row.status == status
        return path in self.refused and self.refused[path][0] == status

    def refuse(self, found: Iterable[Refused], files: Mapping[str, Status]) -> list[str]:
        """Remember them; those that were in the index until now."""
        gone = []
        for path, reason in ((one.path, one.reason) for one in found):
            if reason:
                self.refused[path] = (files.get(path), reason)
            if path in self.rows:
                gone.append(path)
        return gone

    async def put(self, contents: Sequence[Content], rows: Sequence[FileRow]) -> None:
        """Keep them. Raises StorageError."""
        if not rows:
            return
        await self._writing.do(lambda database: database.put(contents, rows))
        self.changed.set()
        for row in rows:
            self.rows[row.path] = row
            self.refused.pop(row.path, None)

    async def drop(self, paths: Sequence[str]) -> None:
        """They are gone. Raises StorageError."""
        if not paths:
            return
        await self._writing.do(lambda database: database.drop(paths))
        self.changed.set()
        for path in paths:
            self.rows.pop(path, None)

    async def known(self, hashes: Iterable[bytes]) -> set[bytes]:
        """Contents that need not be taken apart again. Raises StorageError."""
        wanted = set(hashes)
        return await self._writing.do(lambda database: database.known(wanted))

    def forget_refused(self, is_there: Callable[[str], bool]) -> None:
        """Files that are gone were not left out."""
        self.refused = {path: why for path, why in self.refused.items() if is_there(path)}
