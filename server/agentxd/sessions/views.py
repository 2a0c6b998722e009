"""Proposals as clients show them: hunks located in the text that the user sees now."""

from collections.abc import Sequence

from msgspec import Struct

from agentxd.kernel.hunks import Evidence, Hunk, HunkKind, HunkState, ProposedFile
from agentxd.kernel.ports import BlobStore
from agentxd.proposals.deciding import FileCase, plan_accept
from agentxd.proposals.evidence import has_moved
from agentxd.proposals.ledger import HunkStatus, ProposalStatus, is_open
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


class Views:
    """Makes views of proposals."""

    def __init__(self, journal: Journal, blobs: BlobStore, sight: Sight) -> None:
        self._journal = journal
        self._blobs = blobs
        self._sight = sight

    async def proposal(self, name: str, connection: str = "") -> ProposalView:
        """One proposal as `connection` sees it."""
        ledger = self._journal.state.ledger
        proposal = ledger.proposals[name]
        views: dict[str, HunkView] = {}
        is_moved = False
        for file in proposal.files:
            case = await self._case(proposal, file, connection)
            is_moved = is_moved or has_moved(case)
            for status in ledger.of_file(name, file.path):
                views[status.hunk.id] = await self._hunk(case, status)
        task = self._journal.state.tasks.tasks.get(proposal.task)
        return ProposalView(
            proposal=proposal,
            state=ledger.proposal_state(name),
            created_ms=self._journal.time_of(f"{proposal.task}:ProposalCreated"),
            hunks=tuple(views[name] for name in proposal.hunks),
            evidence=task.evidence if task else (),
            is_expired=is_moved,
        )

    async def hunks(self, statuses: Sequence[HunkStatus], connection: str = "") -> list[HunkView]:
        """These hunks as `connection` sees them."""
        views: dict[str, HunkView] = {}
        for name in dict.fromkeys(status.proposal for status in statuses):
            view = await self.proposal(name, connection)
            views.update((hunk.status.hunk.id, hunk) for hunk in view.hunks)
        return [views[status.hunk.id] for status in statuses]

    async def text(self, name: str, path: str, side: str) -> bytes | None:
        """One side of a file: base, proposed, current, or result (open hunks merged in)."""
        proposal = self._journal.state.ledger.proposals[name]
        case = await self._case(proposal, proposal.file(path), "")
        if side == "base":
            return case.base
        if side == "proposed":
            return case.having({hunk.id for hunk in case.hunks})
        if side == "result":
            statuses = self._journal.state.ledger.of_file(name, path)
            return plan_accept(case, [s.hunk.id for s in statuses if is_open(s.state)]).after
        return case.current

    async def _case(
        self, proposal: ProposalStatus, file: ProposedFile, connection: str
    ) -> FileCase:
        ledger = self._journal.state.ledger
        seen = await self._sight.look(file.path, connection)
        if seen.content is None and file.old_path:
            seen = await self._sight.look(file.old_path, connection)
        return await case_of(ledger, self._blobs, proposal.id, file.path, seen)

    async def _hunk(self, case: FileCase, status: HunkStatus) -> HunkView:
        hunk = status.hunk
        old, new = _sides(case, hunk)
        encoding = "binary" if case.file.is_binary else decode(old + new)[1]
        start, end = _located(case, hunk, is_applied=status.state is HunkState.APPLIED)
        ours = await content_of(self._blobs, status.ours_blob) or b""
        theirs = await content_of(self._blobs, status.theirs_blob) or b""
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


def _sides(case: FileCase, hunk: Hunk) -> tuple[bytes, bytes]:
    if hunk.kind is HunkKind.MODE:
        return b"", b""
    if hunk.kind is not HunkKind.TEXT:
        return case.base or b"", case.edits.get(hunk.id, case.new or b"")
    base = split_lines(case.base or b"")
    old = b"".join(base[hunk.base_start : hunk.base_start + hunk.base_count])
    return old, new_lines(hunk, split_lines(case.new or b""), case.edits)


def _as_text(content: bytes, encoding: str) -> str:
    return "" if encoding == "binary" else content.decode(encoding, errors="replace")


def _located(case: FileCase, hunk: Hunk, *, is_applied: bool) -> tuple[int, int]:
    """Where the hunk's lines stand in what the user sees now."""
    if hunk.kind is not HunkKind.TEXT:
        return 0, len(split_lines(case.current or b"")) if case.base is not None else 0
    start, size = _in_applied(case, hunk, is_applied=is_applied)
    before = split_lines(case.having(case.applied) or b"")
    moved = changes(before, split_lines(case.current or b""))
    first, last = start, start + size
    for change in moved:
        shift = (change.b_end - change.b_start) - (change.a_end - change.a_start)
        if change.a_end <= start:
            first, last = first + shift, last + shift
        elif change.a_start < start + size:
            last += shift
    return max(0, first), max(0, first, last)


def _in_applied(case: FileCase, hunk: Hunk, *, is_applied: bool) -> tuple[int, int]:
    """Its place in the base with the applied hunks."""
    start = hunk.base_start
    new = split_lines(case.new or b"")
    for other in case.hunks:
        is_above = other.kind is HunkKind.TEXT and other.base_start < hunk.base_start
        if is_above and other.id in case.applied:
            start += len(split_lines(new_lines(other, new, case.edits))) - other.base_count
    size = len(split_lines(new_lines(hunk, new, case.edits))) if is_applied else hunk.base_count
    return start, size
