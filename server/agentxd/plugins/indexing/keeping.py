"""The life of the index worker: started at need, fresh after a death, given up after several."""

import asyncio
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from agentxd.kernel.errors import IndexUnavailableError, InvalidRequestError
from agentxd.kernel.index import IndexStatus
from agentxd.kernel.index_ports import Progress
from agentxd.plugins.indexing.deaths import Deaths
from agentxd.plugins.indexing.link import WorkerLink, decoded
from agentxd.plugins.indexing.wire import Begin, IndexSettings, Shown, Touched

_WAKE_S = 2.0
"""Short-lived daemons end before."""
_LEAVE_S = 3.0
_TOUCH_S = 0.005
"""Files that change together are told together."""
_MAX_UNSENT = 16 << 20
"""Bytes that a busy worker may leave unread before texts wait here."""
_BUSY_S = 0.5
_REBUILD = "rebuild it: agentxd index rebuild"
_OFF = IndexStatus(
    message="The index is switched off.",
    next_step="agentxd config set --scope user index_enabled true",
)


class WorkerLife:
    """Owns the worker process of one workspace."""

    def __init__(
        self,
        settings: Callable[[], IndexSettings],
        progress: Progress,
        command: Sequence[str],
        deaths: Deaths,
    ) -> None:
        self._settings = settings
        self._progress = progress
        self._command = tuple(command)
        self._deaths = deaths
        self._link: WorkerLink | None = None
        self._starting = asyncio.Lock()
        self._waking: asyncio.TimerHandle | None = None
        self._revival: asyncio.Task[None] | None = None
        self._status = IndexStatus(state="starting", message="it starts with the first question")
        self._failure: IndexUnavailableError | None = None
        self._failed_with: IndexSettings | None = None
        self._is_paused = False
        self._is_fresh = False
        self._is_closed = False
        self._texts: dict[str, str] = {}
        """Unsaved texts, for a fresh worker."""
        self._unsent: dict[str, str | None] = {}
        self._touched: set[str] = set()
        self._flush: asyncio.TimerHandle | None = None

    def status(self) -> IndexStatus:
        """How it is now; never waits."""
        if self._link is None and not self._settings().is_enabled:
            return _OFF
        pid = self._link.pid if self._link is not None and self._link.is_alive else 0
        return replace(self._status, worker_pid=pid)

    def wake(self) -> None:
        """Start it a little later, where it does not run yet."""
        if self._waking is None and self._link is None and not self._is_closed:
            loop = asyncio.get_running_loop()
            self._waking = loop.call_later(_WAKE_S, self._revive)

    def shown(self, path: str, text: str | None) -> None:
        """An editor's unsaved text; None when disk is the truth again."""
        if text is None and self._texts.pop(path, None) is None:
            return
        if text is not None:
            self._texts[path] = text
        self._unsent[path] = text
        self._hand_on()  # a question that follows is to know it

    def touched(self, paths: Sequence[str]) -> None:
        """These files changed on disk; a worker that starts later looks at all anyway."""
        if self._link is not None:
            self._touched.update(paths)
            self._flush_in(_TOUCH_S)

    async def linked(self, seconds: float) -> tuple[WorkerLink, float]:
        """The running worker, a new one where there is none, and how long it may take to answer.

        Raises IndexUnavailableError.
        """
        loop = asyncio.get_running_loop()
        end_s = loop.time() + seconds
        try:
            async with asyncio.timeout_at(end_s):
                link = await self._started()
        except TimeoutError as error:
            raise IndexUnavailableError(
                "The process that keeps the index does not start.", "try again in a moment"
            ) from error
        return link, max(0.1, end_s - loop.time())

    async def control(self, action: str, seconds: float) -> IndexStatus:
        """pause, resume or rebuild. Raises IndexUnavailableError, InvalidRequestError."""
        if action not in ("pause", "resume", "rebuild"):
            raise InvalidRequestError(
                f"the index cannot {action!r}", "Use one of: pause, resume, rebuild."
            )
        if not self._settings().is_enabled:
            raise _off()
        self._forgive()
        self._is_paused = action == "pause"
        if action == "rebuild":
            self._is_fresh = True
            await self._retire()
        elif self._link is None and action == "pause":
            self._show(IndexStatus(state="paused"))
            return self.status()
        link, left_s = await self.linked(seconds)
        if action != "rebuild":
            body = await link.control(action, left_s)
            self._show(decoded(body, IndexStatus))
        return self.status()

    async def close(self) -> None:
        """Let the worker go; it is killed where it does not."""
        self._is_closed = True
        for timer in (self._waking, self._flush):
            if timer is not None:
                timer.cancel()
        if self._revival is not None:
            self._revival.cancel()
            await asyncio.gather(self._revival, return_exceptions=True)
        await self._retire()

    # --- starting -----------------------------------------------------------------------------

    async def _started(self) -> WorkerLink:
        settings = self._settings()
        link = self._link
        if link is not None and link.is_alive and _is_made_of(link, settings):
            return link
        async with self._starting:
            if self._is_closed:
                raise IndexUnavailableError("The daemon leaves.", "try again in a moment")
            if self._failure is not None and self._failed_with != settings:
                self._forgive()
            if not settings.is_enabled:
                await self._retire()
                self._show(_OFF)
                raise _off()
            if self._link is not None and not _is_made_of(self._link, settings):
                await self._retire()
            if self._link is None or not self._link.is_alive:
                await self._start(settings)
            return self._alive()

    async def _start(self, settings: IndexSettings) -> None:
        if self._failure is not None:
            raise IndexUnavailableError(self._failure.message, self._failure.next_step)
        if wait_s := self._deaths.wait_s:
            await asyncio.sleep(wait_s)
        link = self._link = WorkerLink(self._show, self._mourn)
        is_careful = self._deaths.n_quick > 0
        begin = Begin(settings, self._is_fresh, is_careful, self._is_paused)
        try:
            await link.start(self._command, begin)
        except IndexUnavailableError as error:
            self._link = None
            self._died(link, error.message)
            raise
        self._is_fresh = False
        self._unsent = dict(self._texts)
        self._show(IndexStatus(state="starting"))
        self._hand_on()

    def _alive(self) -> WorkerLink:
        if self._link is None:  # it died at once
            raise IndexUnavailableError(
                "The process that keeps the index ended at its start.", "try again in a moment"
            )
        return self._link

    async def _retire(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.leave()
            await link.gone(_LEAVE_S)

    def _forgive(self) -> None:
        """What went wrong before counts no more."""
        self._failure = self._failed_with = None
        self._deaths.n_quick = 0

    # --- called by the link -------------------------------------------------------------------

    def _show(self, status: IndexStatus) -> None:
        self._status = status
        self._progress(self.status())

    def _mourn(self, link: WorkerLink) -> None:
        """A worker is gone; one that nobody sent away is followed by a fresh one."""
        if link is not self._link or self._is_closed:
            return
        self._link = None
        if not link.is_wanted:
            return
        if link.leaving is not None and link.leaving.is_fresh:
            self._is_fresh = True
        self._died(link, f"The process that keeps the index ended: {link.last_words()}.")
        if self._failure is None:
            self._revive()

    def _died(self, link: WorkerLink, words: str) -> None:
        self._deaths.note(asyncio.get_running_loop().time() - link.started_s)
        if self._deaths.is_too_often:
            words = f"{words} That was the {self._deaths.n_quick}th time in a row."
            self._failure = IndexUnavailableError(words, _REBUILD)
            self._failed_with = link.begin.settings if link.begin is not None else None
            self._show(IndexStatus(state="failed", message=words, next_step=_REBUILD))
        else:
            self._show(IndexStatus(state="starting", message=f"{words} It starts anew."))

    def _revive(self) -> None:
        """Start in the background; who asks is told what goes wrong."""
        self._waking = None
        if self._is_closed or (self._revival is not None and not self._revival.done()):
            return
        self._revival = asyncio.ensure_future(self._revived())

    async def _revived(self) -> None:
        """Until one runs, it is off, or there were too many; who asks is told which."""
        while not self._is_closed:
            try:
                await self._started()
            except IndexUnavailableError:
                if self._failure is not None or not self._settings().is_enabled:
                    return
            else:
                return

    # --- what editors show and save -----------------------------------------------------------

    def _flush_in(self, seconds: float) -> None:
        if self._flush is None:
            self._flush = asyncio.get_running_loop().call_later(seconds, self._hand_on)

    def _hand_on(self) -> None:
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        link = self._link
        if link is None:
            return
        if link.n_unsent > _MAX_UNSENT:
            self._flush_in(_BUSY_S)
            return
        if self._unsent:
            link.send(Shown(self._unsent))
            self._unsent = {}
        if self._touched:
            link.send(Touched(tuple(self._touched)))
            self._touched = set()


def _is_made_of(link: WorkerLink, settings: IndexSettings) -> bool:
    return link.begin is not None and link.begin.settings == settings


def _off() -> IndexUnavailableError:
    return IndexUnavailableError(_OFF.message, _OFF.next_step)
