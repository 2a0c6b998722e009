"""Proposals as clients show them: hunks located in the text that the user sees now."""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import TypeVar

from msgspec import Struct

from agentxd.kernel.errors import NotFoundError
from agentxd.kernel.hunks import Evidence, Hunk, HunkKind, HunkState, ProposedFile
from agentxd.kernel.ports import BlobStore
from agentxd.proposals.deciding import FileCase, plan_accept
from agentxd.proposals.ledger import HunkStatus, LedgerState, ProposalStatus, is_open
from agentxd.proposals.subset import new_lines
from agentxd.sessions.cases import case_of, content_of
from agentxd.sessions.journal import Journal
from agentxd.sessions.seen import Sight
from agentxd.workspace.diff import changes
from agentxd.workspace.lines import decode, split_lines


class HunkView(Struct, frozen=True):
    """One hunk with its texts and its place."""

    status: HunkStatus
    start_line: int
    """0-based, in what the user sees now."""
    end_line: int
    old_text: str
    new_text: str
    encoding: str
    ours_text: str
    theirs_text: str


class ProposalView(Struct, frozen=True):
    """One proposal with everything that a review shows."""

    proposal: ProposalStatus
    state: str
    created_ms: int
    hunks: tuple[HunkView, ...]
    evidence: tuple[Evidence, ...]
    is_expired: bool
    """True once a file is not what the evidence spoke of, with the applied hunks."""
    is_edited: bool = False
    """True where a hunk is no longer what ran: what was tested after the change is another tree."""


_SHORT_BYTES = 64 << 10
"""Up to here a file is looked at on the event loop: it takes less than a change of threads."""
_T = TypeVar("_T")


class Views:
    """Makes views of proposals, each file with one diff, and never more than one diff at a time.

    Long files are compared in a thread: one alone, so that the event loop shares its time with
    a single one, however many clients type.
    """

    def __init__(self, journal: Journal, blobs: BlobStore, sight: Sight) -> None:
        self._journal = journal
        self._blobs = blobs
        self._sight = sight
        self._turn = asyncio.Semaphore(1)

    async def proposal(self, name: str, connection: str = "") -> ProposalView:
        """One proposal as `connection` sees it."""
        ledger = self._journal.state.ledger
        proposal = ledger.proposals[name]
        files = [await self._file(ledger, proposal, file, connection) for file in proposal.files]
        views = {view.status.hunk.id: view for file in files for view in file.hunks}
        task = self._journal.state.tasks.tasks.get(proposal.task)
        return ProposalView(
            proposal=proposal,
            state=ledger.proposal_state(name),
            created_ms=self._journal.time_of(f"{proposal.task}:ProposalCreated"),
            hunks=tuple(views[name] for name in proposal.hunks),
            evidence=task.evidence if task else (),
            is_expired=any(file.is_moved for file in files),
            is_edited=any(ledger.hunks[hunk].edit_blob for hunk in proposal.hunks),
        )

    async def hunks(self, statuses: Sequence[HunkStatus], connection: str = "") -> list[HunkView]:
        """These hunks as `connection` sees them; only their files are looked at."""
        ledger = self._journal.state.ledger
        views: dict[str, HunkView] = {}
        for name, path in dict.fromkeys((found.proposal, found.hunk.path) for found in statuses):
            proposal = ledger.proposals[name]
            found = await self._file(ledger, proposal, proposal.file(path), connection)
            views.update((view.status.hunk.id, view) for view in found.hunks)
        return [views[status.hunk.id] for status in statuses]

    async def text(self, name: str, path: str, side: str, connection: str = "") -> bytes | None:
        """One side of a file: base, proposed, current, or result (open hunks merged in).

        The last two are what `connection` sees. Raises NotFoundError.
        """
        ledger = self._journal.state.ledger
        if name not in ledger.proposals:
            raise NotFoundError(f"there is no {name}", "See what there is: agentxd proposals")
        proposal = ledger.proposals[name]
        case = await self._case(ledger, proposal, proposal.file(path), connection)
        if side == "base":
            return case.base
        if side == "proposed":
            return case.having({hunk.id for hunk in case.hunks})
        if side == "result":
            names = [s.hunk.id for s in ledger.of_file(name, path) if is_open(s.state)]
            return (await self._compare(case, lambda: plan_accept(case, names))).after
        return case.current

    async def _case(
        self, ledger: LedgerState, proposal: ProposalStatus, file: ProposedFile, connection: str
    ) -> FileCase:
        seen = await self._sight.look(file.path, connection)
        if seen.content is None and file.old_path:
            seen = await self._sight.look(file.old_path, connection)
        return await case_of(ledger, self._blobs, proposal.id, file.path, seen)

    async def _file(
        self, ledger: LedgerState, proposal: ProposalStatus, file: ProposedFile, connection: str
    ) -> "_FileView":
        case = await self._case(ledger, proposal, file, connection)
        statuses = ledger.of_file(proposal.id, file.path)
        clashes = {
            status.hunk.id: (
                await content_of(self._blobs, status.ours_blob) or b"",
                await content_of(self._blobs, status.theirs_blob) or b"",
            )
            for status in statuses
            if status.ours_blob or status.theirs_blob
        }
        return await self._compare(case, lambda: _file_view(case, statuses, clashes))

    async def _compare(self, case: FileCase, work: Callable[[], _T]) -> _T:
        """What takes long for long files."""
        if sum(len(side or b"") for side in (case.base, case.new, case.current)) <= _SHORT_BYTES:
            return work()
        async with self._turn:
            return await asyncio.to_thread(work)


class _FileView(Struct, frozen=True):
    """The hunks of one file."""

    hunks: list[HunkView]
    is_moved: bool
    """Whether what the user sees differs from the base with the applied hunks."""


def _file_view(
    case: FileCase, statuses: Iterable[HunkStatus], clashes: Mapping[str, tuple[bytes, bytes]]
) -> _FileView:
    layout = _Layout(case)
    hunks = [_hunk(layout, status, *clashes.get(status.hunk.id, (b"", b""))) for status in statuses]
    return _FileView(hunks, layout.is_moved)


def _hunk(layout: "_Layout", status: HunkStatus, ours: bytes, theirs: bytes) -> HunkView:
    old, new = layout.sides(status.hunk)
    encoding = "binary" if layout.case.file.is_binary else decode(old + new)[1]
    start, end = layout.located(status.hunk, is_applied=status.state is HunkState.APPLIED)
    return HunkView(
        status=status,
        start_line=start,
        end_line=end,
        old_text=_as_text(old, encoding),
        new_text=_as_text(new, encoding),
        encoding=encoding,
        ours_text=_as_text(ours, encoding),
        theirs_text=_as_text(theirs, encoding),
    )


def _as_text(content: bytes, encoding: str) -> str:
    return "" if encoding == "binary" else content.decode(encoding, errors="replace")


class _Layout:
    """Where the hunks of one file stand in what the user sees now: one diff for all of them."""

    def __init__(self, case: FileCase) -> None:
        self.case = case
        self._base = split_lines(case.base or b"")
        self._new = split_lines(case.new or b"")
        applied, current = case.having(case.applied), case.current
        self.is_moved = current != applied
        self._n_current = len(split_lines(current or b""))
        moved = changes(split_lines(applied or b""), split_lines(current or b""))
        self._starts = [change.a_start for change in moved]
        self._ends = [change.a_end for change in moved]
        self._shifts = _sums(c.b_end - c.b_start - (c.a_end - c.a_start) for c in moved)
        texts = [hunk for hunk in case.hunks if hunk.kind is HunkKind.TEXT]
        texts.sort(key=lambda hunk: hunk.base_start)
        self._base_starts = [hunk.base_start for hunk in texts]
        self._growths = _sums(
            self._n_new(hunk) - hunk.base_count if hunk.id in case.applied else 0 for hunk in texts
        )

    def sides(self, hunk: Hunk) -> tuple[bytes, bytes]:
        """What the hunk replaces, and by what."""
        case = self.case
        if hunk.kind is HunkKind.MODE:
            return b"", b""
        if hunk.kind is not HunkKind.TEXT:
            return case.base or b"", case.edits.get(hunk.id, case.new or b"")
        old = self._base[hunk.base_start : hunk.base_start + hunk.base_count]
        return b"".join(old), new_lines(hunk, self._new, case.edits)

    def located(self, hunk: Hunk, *, is_applied: bool) -> tuple[int, int]:
        """Where the hunk's lines stand in what the user sees now."""
        if hunk.kind is not HunkKind.TEXT:
            return 0, self._n_current if self.case.base is not None else 0
        above = bisect_left(self._base_starts, hunk.base_start)
        start = hunk.base_start + self._growths[above]
        end = start + (self._n_new(hunk) if is_applied else hunk.base_count)
        before = bisect_right(self._ends, start)
        within = max(before, bisect_left(self._starts, end))
        first = max(0, start + self._shifts[before])
        return first, max(first, end + self._shifts[within])

    def _n_new(self, hunk: Hunk) -> int:
        return len(split_lines(new_lines(hunk, self._new, self.case.edits)))


def _sums(numbers: Iterable[int]) -> list[int]:
    """The sum of the first n numbers, for every n from 0."""
    return list(accumulate(numbers, initial=0))
