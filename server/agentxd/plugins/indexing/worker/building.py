"""Keeps the index as the disk is: looks at everything at the start and when much has changed."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from time import perf_counter

from agentxd.kernel.errors import IndexDamagedError, StorageError, WorkspaceRefusedError
from agentxd.plugins.indexing.worker.folders import folders_of, with_empty_ones
from agentxd.plugins.indexing.worker.listing import Listing, list_workspace
from agentxd.plugins.indexing.worker.parts import Ground
from agentxd.plugins.indexing.worker.pausing import Gate
from agentxd.plugins.indexing.worker.reporting import Reporter
from agentxd.plugins.indexing.worker.rows import RowBook
from agentxd.plugins.indexing.worker.taking_apart import TakingApart
from agentxd.plugins.indexing.worker.watching import Watcher

_REST_S = 0.25
"""Between two looks at everything; as long again as the last one took, without what it found to
be read, is added."""
_AGAIN_S, _LONGEST_S = 2.0, 60.0
_MANY = 100
PLACE = "build"


class Builder:
    """Owns the looks at everything; touched files go beside them."""

    def __init__(
        self, ground: Ground, book: RowBook, taking: TakingApart, reporter: Reporter
    ) -> None:
        self._ground = ground
        self._book = book
        self._taking = taking
        self._reporter = reporter
        self._wanted = asyncio.Event()
        self._n_failed = 0
        self.is_looking = False
        """Whether everything is being looked at."""
        self._fresh: set[str] = set()
        """Paths that were touched while everything is looked at."""
        self.folders: set[str] = set()
        self.is_at_rest = asyncio.Event()
        """Nothing is left to be read."""

    def wish(self) -> None:
        """Look at everything soon."""
        self.is_at_rest.clear()
        self._wanted.set()

    def rest(self) -> None:
        """What is left to be done besides reading may be done, where nothing is read."""
        if not (self.is_looking or self._wanted.is_set()):
            self.is_at_rest.set()

    def freshen(self, paths: Iterable[str]) -> None:
        """Others look at these paths; what was read of them before is stale."""
        self._fresh.update(paths)

    async def run(self, gate: Gate, watcher: Watcher) -> None:
        """Until it is cancelled. Raises IndexDamagedError."""
        while True:
            await self._wanted.wait()
            await gate.passed()
            self._wanted.clear()
            self.is_looking = True
            try:
                is_again = await self._look(watcher)
            except IndexDamagedError:
                raise
            except (StorageError, WorkspaceRefusedError, OSError) as error:
                await self._fail(error)
                continue
            finally:
                self.is_looking = False
            self._n_failed = 0
            self._reporter.trouble(PLACE)
            self.rest()
            await asyncio.sleep(_REST_S + watcher.look_took_s)
            if is_again:
                self._wanted.set()

    async def _look(self, watcher: Watcher) -> bool:
        """Whether to look once more.

        Folders may not have been watched before, and of many changes the system may tell a part.
        """
        self._fresh.clear()
        start, ground = perf_counter(), self._ground
        listing = await asyncio.to_thread(
            list_workspace, ground.root, ground.disk, ground.max_file_bytes
        )
        is_again = await self._watch(listing, watcher)
        watcher.look_took_s = perf_counter() - start
        await self._book.loaded.wait()
        is_again |= await self._take(listing) > _MANY
        self._tell(listing)
        return is_again

    async def _watch(self, listing: Listing, watcher: Watcher) -> bool:
        """Empty folders have time until the second look, which always follows the first."""
        folders = folders_of(listing.files)
        if self.folders:
            folders = await asyncio.to_thread(
                with_empty_ones, self._ground.root, folders, self._ground.disk
            )
        self.folders = folders
        is_new = await watcher.watch(self.folders)
        self._reporter.trouble(
            "watch", watcher.trouble, "until then it looks at all files every few seconds"
        )
        return is_new

    async def _take(self, listing: Listing) -> int:
        """How many files had changed."""
        book, files = self._book, listing.files
        changed = {path: files[path] for path in book.outdated(files) if path not in self._fresh}
        gone = [path for path in book.rows if path not in files and path not in self._fresh]
        book.forget_refused(files.__contains__)
        await book.drop(gone)
        self._tell(listing)
        if changed:
            self._reporter.state("reading")
            stale, done = self._fresh.__contains__, self._reporter.touch
            await self._taking.take(changed, stale, lambda _: done())
        return len(changed)

    def _tell(self, listing: Listing) -> None:
        reasons = Counter(reason for _, reason in self._book.refused.values())
        n_files = len(listing.files) - len(self._book.refused)
        self._reporter.listed(n_files, listing.left_out, reasons.elements())

    async def _fail(self, error: Exception) -> None:
        """Tell it, and try again a while later."""
        message = getattr(error, "message", "") or f"{type(error).__name__}: {error}"
        self._reporter.trouble(PLACE, message, getattr(error, "next_step", ""))
        self._reporter.state("failed")
        self._n_failed += 1
        await asyncio.sleep(min(_LONGEST_S, _AGAIN_S * 2 ** (self._n_failed - 1)))
        self._wanted.set()
