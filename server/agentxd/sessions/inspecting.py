"""The review of what is not committed yet, made anew whenever that changes; and of other changes.

Nothing of it runs in the event loop, and nothing at all while no client shows diagnostics.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from msgspec import Struct

from agentxd.kernel.errors import AgentxError, NotFoundError
from agentxd.kernel.ports import Disk
from agentxd.kernel.review import Finding, Review, ReviewRequest, Severity
from agentxd.kernel.review_ports import Inspector

_CALM_S = 0.15
"""Saves of one moment are one: an editor that saves all of its files does so one by one."""
_LOOK_S = 1.0
"""How often it is looked whether a commit was made, or an answer was given elsewhere."""
_ECHO_S = 1.0
"""News of files that come so soon after a save tell of that save."""
_REST_S = 2.0
"""Between reviews because of files that others write: some write all the time."""
_MOST_KEPT_BYTES = 8 << 20
"""Texts of files with findings that are kept, to know where the findings stand after typing."""
Hear = Callable[[Collection[str]], None]
_log = logging.getLogger(__name__)


class Wishes(Struct, frozen=True):
    """What the settings say."""

    is_on_save: bool = True
    min_severity: Severity = Severity.WARNING


class ReviewedFile(Struct, frozen=True):
    """A file with findings."""

    path: str
    content: bytes | None
    """As it was reviewed; None where it is gone."""
    findings: tuple[Finding, ...]


class Inspecting:
    """Reviews changes, one at a time, and knows what is found in the working change."""

    def __init__(self) -> None:
        self._inspector: Inspector | None = None
        self._disk: Disk | None = None
        self._root = ""
        self._wishes: Callable[[], Wishes] = Wishes
        self._watchers: set[str] = set()
        self._wanted = asyncio.Event()
        self._scope: asyncio.Timeout | None = None
        self._stamp = ""
        self._saved_s = self._begun_s = -math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._files: dict[str, ReviewedFile] = {}
        self._asked: dict[str, Finding] = {}
        """By fingerprint: what was found when somebody asked."""
        self._listeners: list[Hear] = []

    def equip(
        self, inspector: Inspector, disk: Disk, root: str, wishes: Callable[[], Wishes]
    ) -> None:
        """What it works with; without it there is nothing to review."""
        self._inspector, self._disk = inspector, disk
        self._root, self._wishes = root, wishes

    # --- what is known ------------------------------------------------------------------------

    @property
    def files(self) -> Mapping[str, ReviewedFile]:
        """Files with findings that are shown, by path."""
        return self._files

    def finding(self, fingerprint: str) -> Finding:
        """One that is shown, or that was found for somebody. Raises NotFoundError."""
        shown = (found for file in self._files.values() for found in file.findings)
        for finding in shown:
            if finding.fingerprint == fingerprint:
                return finding
        if fingerprint in self._asked:
            return self._asked[fingerprint]
        raise NotFoundError(
            f"no finding {fingerprint} is known", "Review the change again: agentxd review"
        )

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Hear in which files findings came or went; call the answer to stop."""
        self._listeners.append(hear)
        return lambda: self._listeners.remove(hear)

    # --- what keeps it true -------------------------------------------------------------------

    def watch(self, connection: str) -> None:
        """A client shows diagnostics, and has a file open."""
        if self._inspector is not None and connection not in self._watchers:
            self._watchers.add(connection)
            if len(self._watchers) == 1:
                self.renew()

    def left(self, connection: str) -> None:
        """A client is gone."""
        self._watchers.discard(connection)

    def saved(self) -> None:
        """Files were written by an editor or a decision."""
        self.renew()
        self._saved_s = asyncio.get_running_loop().time()

    def heard(self) -> None:
        """Files changed on disk, whoever wrote them."""
        loop = asyncio.get_running_loop()
        if self._timer is None and loop.time() - self._saved_s > _ECHO_S:
            rest_s = self._begun_s + _REST_S - loop.time()
            self._timer = loop.call_later(max(0.0, rest_s), self._rested)

    def close(self) -> None:
        """Begin nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def _rested(self) -> None:
        self._timer = None
        self.renew()

    def renew(self) -> None:
        """Review again a moment later; a review that is being made is of the past."""
        if self._inspector is None or not self._watchers:
            return
        self._wanted.set()
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())
            self._scope = None

    async def serve(self) -> None:
        """Review whatever is wanted, until cancelled."""
        while True:
            await self._news()
            await self._calm()
            if self._wishes().is_on_save:
                await self._review()
            elif self._files:
                self._show({})

    async def _news(self) -> None:
        """Until something is wanted, or another commit is the one to compare with."""
        while not self._wanted.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S if self._watchers else None):
                    await self._wanted.wait()
            if self._watchers and await self._has_moved():
                return

    async def _has_moved(self) -> bool:
        before, self._stamp = self._stamp, await self._equipped()[0].stamp(self._root)
        return before != self._stamp

    async def _calm(self) -> None:
        while True:
            self._wanted.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_CALM_S):
                    await self._wanted.wait()
                    continue
            return

    async def _review(self) -> None:
        """What is not committed; given up where something newer is wanted meanwhile."""
        request = ReviewRequest(root=self._root, min_severity=self._wishes().min_severity)
        inspector, disk = self._equipped()
        self._begun_s = asyncio.get_running_loop().time()
        self._stamp = await inspector.stamp(self._root)
        if not self._stamp:
            return  # no git repository: there is nothing to compare with
        try:
            async with asyncio.timeout(None) as self._scope:
                review = await inspector.inspect(request)
                files = await self._reviewed(review, disk)
        except TimeoutError:
            return
        except AgentxError as error:
            _log.warning("the working change was not reviewed: %s", error.message)
            return
        finally:
            self._scope = None
        for failure in review.failures:
            _log.warning("%s could not review: %s", failure.rule, failure.reason)
        self._show(files)

    # --- on request ---------------------------------------------------------------------------

    async def run(self, request: ReviewRequest, *, is_shown: bool = False) -> Review:
        """Review a change for somebody. Raises ReviewError."""
        inspector, disk = self._equipped()
        review = await inspector.inspect(request)
        self._asked = {found.fingerprint: found for found in review.findings}
        if is_shown:
            self._show(await self._reviewed(review, disk))
        return review

    async def explain(self, rule: str) -> str:
        """The documentation of a rule, in Markdown. Raises ReviewError for one that is not ours."""
        return await self._equipped()[0].explain(rule)

    def answered(self, fingerprint: str) -> None:
        """It is not shown any more; the next review says the same."""
        files = dict(self._files)
        for path, file in self._files.items():
            left = tuple(f for f in file.findings if f.fingerprint != fingerprint)
            files[path] = ReviewedFile(path, file.content, left)
        self._show({path: file for path, file in files.items() if file.findings})
        self.saved()

    async def _reviewed(self, review: Review, disk: Disk) -> dict[str, ReviewedFile]:
        """The findings by file, with the texts that they were found in."""
        by_path: dict[str, list[Finding]] = {}
        for finding in review.findings:
            by_path.setdefault(finding.path, []).append(finding)
        files: dict[str, ReviewedFile] = {}
        n_left = _MOST_KEPT_BYTES
        for path, findings in by_path.items():
            found = await disk.read(self._root, path)
            content = found[0] if found is not None else None
            n_left -= len(content or b"")
            if n_left < 0:
                _log.warning("too much text has findings: those of %s are not shown", path)
                break
            files[path] = ReviewedFile(path, content, tuple(findings))
        return files

    def _show(self, files: Mapping[str, ReviewedFile]) -> None:
        before, self._files = self._files, dict(files)
        changed = [path for path in {*before, *files} if before.get(path) != files.get(path)]
        for hear in tuple(self._listeners) if changed else ():
            hear(changed)

    def _equipped(self) -> tuple[Inspector, Disk]:
        if self._inspector is None or self._disk is None:
            raise NotFoundError("there is nothing here to review with")
        return self._inspector, self._disk
