"""The hunk ledger: where every hunk stands, as a pure fold over events."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.errors import NotFoundError
from agentxd.kernel.events import (
    ApplyFailed,
    ApplyRequested,
    Event,
    HunkAccepted,
    HunkApplied,
    HunkConflicted,
    HunkEdited,
    HunkRejected,
    HunkSuperseded,
    HunkUndone,
    ProposalCreated,
)
from agentxd.kernel.hunks import Hunk, HunkState, ProposedFile
from agentxd.proposals.table import Table

_OPEN = (HunkState.PROPOSED, HunkState.EDITED)
_MAY: dict[str, tuple[HunkState, ...]] = {
    "accept": (
        *_OPEN,
        HunkState.ACCEPTED,  # again, where a crash cut the first try off before its intent
        HunkState.CONFLICTED,
        HunkState.REJECTED,
        HunkState.SUPERSEDED,
        HunkState.UNDONE,
    ),
    "reject": (*_OPEN, HunkState.CONFLICTED),
    "edit": (*_OPEN, HunkState.CONFLICTED),
    "undo": (HunkState.APPLIED,),
}
"""Every decision that a person may make, by the state of the hunk."""


class HunkStatus(Struct, frozen=True):
    """One hunk and where it stands."""

    hunk: Hunk
    proposal: str
    state: HunkState = HunkState.PROPOSED
    settled: HunkState = HunkState.PROPOSED
    """The state to fall back to when an accept is not carried out."""
    by: str = ""
    reason: str = ""
    edit_blob: str = ""
    ours_blob: str = ""
    theirs_blob: str = ""
    level: str = ""
    evidence: str = ""
    via: str = ""
    """Where it was applied: disk, or the connection whose editor had the file open."""


class ProposalStatus(Struct, frozen=True):
    """One proposal; its state follows from its hunks."""

    id: str
    task: str
    title: str
    tree_before: str
    tree_after: str
    files: tuple[ProposedFile, ...]
    hunks: tuple[str, ...]
    author: str
    by_path: dict[str, tuple[str, ...]] = {}
    """The hunks of each file."""

    def file(self, path: str) -> ProposedFile:
        """The file of this path. Raises NotFoundError."""
        for file in self.files:
            if file.path == path:
                return file
        raise NotFoundError(f"{self.id} has no file {path}", f"See: agentxd show {self.id}")


class LedgerState(Struct, frozen=True):
    """All proposals and hunks, oldest first, and the intents that have no result yet."""

    proposals: dict[str, ProposalStatus] = {}
    hunks: Table[HunkStatus] = Table()
    open_intents: tuple[ApplyRequested, ...] = ()

    def of_file(self, proposal: str, path: str) -> list[HunkStatus]:
        """The hunks of one file, in order."""
        return [self.hunks[name] for name in self.proposals[proposal].by_path.get(path, ())]

    def proposal_state(self, proposal: str) -> str:
        """open, conflicted, applied or partial; else superseded, undone or rejected."""
        states = {self.hunks[name].state for name in self.proposals[proposal].hunks}
        if states & {HunkState.PROPOSED, HunkState.EDITED, HunkState.ACCEPTED}:
            return "open"
        if HunkState.CONFLICTED in states:
            return "conflicted"
        if states == {HunkState.APPLIED}:
            return "applied"
        if HunkState.APPLIED in states:
            return "partial"
        for state in (HunkState.SUPERSEDED, HunkState.UNDONE):
            if state in states:
                return str(state.value)
        return "rejected"


def may(decision: str, state: HunkState) -> bool:
    """Whether accept, reject, edit or undo is allowed in this state."""
    return state in _MAY[decision]


def is_open(state: HunkState) -> bool:
    """Whether a person still has to decide."""
    return state in (*_OPEN, HunkState.CONFLICTED)


def reduce_ledger(state: LedgerState, event: Event) -> LedgerState:
    """The state after one more event; events of other rooms change nothing."""
    change = _CHANGES.get(type(event))
    return state if change is None else change(state, event)


def _created(state: LedgerState, event: ProposalCreated) -> LedgerState:
    unknown = {file.path for file in event.files if not file.is_base_known}
    rows: list[tuple[str, HunkStatus]] = []
    by_path: dict[str, list[str]] = defaultdict(list)
    for hunk in event.hunks:
        first = HunkState.CONFLICTED if hunk.path in unknown else HunkState.PROPOSED
        rows.append((hunk.id, HunkStatus(hunk, event.proposal, first, first)))
        by_path[hunk.path].append(hunk.id)
    proposal = ProposalStatus(
        event.proposal,
        event.task,
        event.title,
        event.tree_before,
        event.tree_after,
        event.files,
        tuple(hunk.id for hunk in event.hunks),
        event.author,
        {path: tuple(names) for path, names in by_path.items()},
    )
    proposals = {**state.proposals, proposal.id: proposal}
    return replace(state, proposals=proposals, hunks=state.hunks.added(rows))


def _changed(ledger: LedgerState, names: tuple[str, ...], **fields: Any) -> LedgerState:
    known = [name for name in names if name in ledger.hunks]
    changed = {name: replace(ledger.hunks[name], **fields) for name in known}
    return replace(ledger, hunks=ledger.hunks.changed(changed)) if changed else ledger


def _settled(ledger: LedgerState, name: str, to: HunkState, **fields: Any) -> LedgerState:
    return _changed(ledger, (name,), state=to, settled=to, **fields)


def _accepted(state: LedgerState, event: HunkAccepted) -> LedgerState:
    fields = {"by": event.by, "evidence": event.evidence, "reason": ""}
    return _changed(state, (event.hunk,), state=HunkState.ACCEPTED, **fields)


def _rejected(state: LedgerState, event: HunkRejected) -> LedgerState:
    return _settled(state, event.hunk, HunkState.REJECTED, by=event.by, reason=event.reason)


def _edited(state: LedgerState, event: HunkEdited) -> LedgerState:
    return _settled(state, event.hunk, HunkState.EDITED, by=event.by, edit_blob=event.blob)


def _requested(state: LedgerState, event: ApplyRequested) -> LedgerState:
    state = _changed(state, event.hunks, via=event.via)
    return replace(state, open_intents=(*state.open_intents, event))


def _applied(state: LedgerState, event: HunkApplied) -> LedgerState:
    return _told(_settled(state, event.hunk, HunkState.APPLIED, level=event.level))


def _undone(state: LedgerState, event: HunkUndone) -> LedgerState:
    return _told(_settled(state, event.hunk, HunkState.UNDONE, by=event.by))


def _conflicted(state: LedgerState, event: HunkConflicted) -> LedgerState:
    return _settled(
        state,
        event.hunk,
        HunkState.CONFLICTED,
        ours_blob=event.ours_blob,
        theirs_blob=event.theirs_blob,
        reason=event.reason,
    )


def _superseded(state: LedgerState, event: HunkSuperseded) -> LedgerState:
    reason = f"{event.by} takes its place"
    return _settled(state, event.hunk, HunkState.SUPERSEDED, by=event.by, reason=reason)


def _failed(state: LedgerState, event: ApplyFailed) -> LedgerState:
    """The hunks go back to where they stood before the accept; an applied one stays applied."""
    failed = frozenset(event.hunks)
    back = {
        name: replace(found, state=found.settled, reason=event.reason)
        for name in failed
        if (found := state.hunks.get(name)) is not None
    }
    left = tuple(intent for intent in state.open_intents if failed.isdisjoint(intent.hunks))
    return replace(state, hunks=state.hunks.changed(back), open_intents=left)


def _told(state: LedgerState) -> LedgerState:
    """Without the intents of which every hunk has its result."""
    left = tuple(intent for intent in state.open_intents if _is_waiting(state, intent))
    return state if len(left) == len(state.open_intents) else replace(state, open_intents=left)


def _is_waiting(state: LedgerState, intent: ApplyRequested) -> bool:
    """Results come in the order of the hunks: the last one is asked first."""
    before = HunkState.APPLIED if intent.is_undo else HunkState.ACCEPTED
    found = (state.hunks.get(name) for name in reversed(intent.hunks))
    return any(status is not None and status.state is before for status in found)


_CHANGES = cast(
    "dict[type[Event], Callable[[LedgerState, Any], LedgerState]]",
    {
        ProposalCreated: _created,
        HunkAccepted: _accepted,
        HunkRejected: _rejected,
        HunkEdited: _edited,
        ApplyRequested: _requested,
        HunkApplied: _applied,
        HunkUndone: _undone,
        HunkConflicted: _conflicted,
        HunkSuperseded: _superseded,
        ApplyFailed: _failed,
    },
)
