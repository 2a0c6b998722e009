"""Takes files into the index that were just saved, made, moved or deleted: a few, at once."""

import asyncio
import stat
from collections.abc import Collection, Iterable, Sequence

from agentxd.kernel.errors import IndexDamagedError, StorageError, WorkspaceRefusedError
from agentxd.plugins.indexing.worker.building import Builder
from agentxd.plugins.indexing.worker.listing import (
    is_proper,
    reason_against,
)
from agentxd.plugins.indexing.worker.parts import Ground
from agentxd.plugins.indexing.worker.pausing import Gate
from agentxd.plugins.indexing.worker.reading import Refused, Status, status_of
from agentxd.plugins.indexing.worker.reporting import Reporter
from agentxd.plugins.indexing.worker.rows import RowBook
from agentxd.plugins.indexing.worker.taking_apart import TakingApart

_MANY = 100
"""More at a time are the business of a look at everything."""
_RULES = frozenset({".gitignore", ".gitmodules"})
_GIT_RULES = frozenset({".git/HEAD", ".git/index", ".git/info/exclude"})


class _Sorted:
    """Touched paths by what has to be done."""

    def __init__(self) -> None:
        self.read: dict[str, Status] = {}
        self.unknown: dict[str, Status] = {}
        """Files that git may ignore."""
        self.folders: list[str] = []
        """New ones."""
        self.gone: list[str] = []
        self.is_wide = False
        """Whether everything has to be looked at."""


class Toucher:
    """Owns the touched paths."""

    def __init__(
        self, ground: Ground, book: RowBook, taking: TakingApart, builder: Builder
    ) -> None:
        self._ground = ground
        self._root = ground.root
        self._book = book
        self._taking = taking
        self._builder = builder
        self._paths: set[str] = set()
        self._changed = asyncio.Event()

    def touched(self, paths: Iterable[str]) -> None:
        """These files changed; relative to the root, or absolute."""
        prefix = self._root.rstrip("/") + "/"
        self._paths.update(path.removeprefix(prefix) for path in paths)
        self._changed.set()

    async def read(self, path: str) -> None:
        """This file, before anything else is done with it. Raises IndexDamagedError."""
        try:
            await self._take([path])
        except IndexDamagedError:
            raise
        except (StorageError, WorkspaceRefusedError, OSError):
            self._builder.wish()

    async def run(self, gate: Gate, reporter: Reporter) -> None:
        """Until it is cancelled. Raises IndexDamagedError."""
        await self._book.loaded.wait()
        while True:
            await self._changed.wait()
            await gate.passed()
            self._changed.clear()
            paths, self._paths = self._paths, set()
            if len(paths) > _MANY:
                self._builder.wish()
                continue
            try:
                await self._take(paths)
            except (StorageError, WorkspaceRefusedError, OSError):
                self._builder.wish()  # which tells what is wrong, and tries again
            reporter.touch()
            self._builder.rest()

    async def _take(self, paths: Collection[str]) -> None:
        found = self._sort(paths)
        files = found.read | await self._wanted(found)
        if found.is_wide:
            self._builder.wish()
        self._builder.freshen((*files, *found.gone))
        await self._book.drop([path for path in found.gone if path in self._book.rows])
        if files:
            await self._taking.take(files, lambda _: False, lambda _: None)

    def _sort(self, paths: Collection[str]) -> _Sorted:
        found = _Sorted()
        is_inside = self._ground.disk.folder_check(self._root)
        for path in paths:
            if path in _GIT_RULES:
                found.is_wide = True
            elif is_proper(path):
                found.is_wide |= path.rpartition("/")[2] in _RULES
                self._sort_one(path, found, is_there=is_inside(path))
        return found

    def _sort_one(self, path: str, found: _Sorted, *, is_there: bool) -> None:
        status = self._ground.disk.status_at(self._root, path) if is_there else None
        if status is None:
            found.gone.append(path)
            found.is_wide |= path in self._builder.folders
        elif stat.S_ISDIR(status.st_mode):
            if path not in self._builder.folders:
                found.folders.append(path)
        elif reason := reason_against(path, status, self._ground.disk, self._ground.max_file_bytes):
            self._book.refuse([Refused(path, reason)], {path: status_of(status)})
            found.gone.append(path)
        else:
            group = found.read if path in self._book.rows else found.unknown
            group[path] = status_of(status)

    async def _wanted(self, found: _Sorted) -> dict[str, Status]:
        """New files that git does not ignore; a new folder that it does not ignore is wide."""
        asked: Sequence[str] = (*found.unknown, *found.folders)
        if not asked:
            return {}
        ignored = await asyncio.to_thread(self._ground.disk.list_ignored, self._root, asked)
        found.is_wide |= any(folder not in ignored for folder in found.folders)
        return {path: status for path, status in found.unknown.items() if path not in ignored}
