"""The hunk ledger: where every hunk stands, as a pure fold over events."""

from collections.abc import Callable
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

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

_OPEN = (HunkState.PROPOSED, HunkState.EDITED)
_MAY: dict[str, tuple[HunkState, ...]] = {
    "accept": (*_OPEN, HunkState.CONFLICTED, HunkState.REJECTED, HunkState.UNDONE),
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

    def file(self, path: str) -> ProposedFile:
        """The file of this path."""
        return next(file for file in self.files if file.path == path)


class LedgerState(Struct, frozen=True):
    """All proposals and hunks, oldest first, and the intents that have no result yet."""

    proposals: dict[str, ProposalStatus] = {}
    hunks: dict[str, HunkStatus] = {}
    open_intents: tuple[ApplyRequested, ...] = ()

    def of_file(self, proposal: str, path: str) -> list[HunkStatus]:
        """The hunks of one file, in order."""
        names = self.proposals[proposal].hunks
        return [self.hunks[name] for name in names if self.hunks[name].hunk.path == path]

    def proposal_state(self, proposal: str) -> str:
        """open, conflicted, applied, rejected or partial."""
        states = {self.hunks[name].state for name in self.proposals[proposal].hunks}
        if states & {HunkState.PROPOSED, HunkState.EDITED, HunkState.ACCEPTED}:
            return "open"
        if HunkState.CONFLICTED in states:
            return "conflicted"
        if states == {HunkState.APPLIED}:
            return "applied"
        return "partial" if HunkState.APPLIED in states else "rejected"


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
    hunks = dict(state.hunks)
    for hunk in event.hunks:
        first = HunkState.CONFLICTED if hunk.path in unknown else HunkState.PROPOSED
        hunks[hunk.id] = HunkStatus(hunk, event.proposal, first, first)
    proposal = ProposalStatus(
        event.proposal,
        event.task,
        event.title,
        event.tree_before,
        event.tree_after,
        event.files,
        tuple(hunk.id for hunk in event.hunks),
        event.author,
    )
    return replace(state, proposals={**state.proposals, proposal.id: proposal}, hunks=hunks)


def _changed(ledger: LedgerState, names: tuple[str, ...], **fields: Any) -> LedgerState:
    changed = {
        name: replace(ledger.hunks[name], **fields) for name in names if name in ledger.hunks
    }
    return replace(ledger, hunks={**ledger.hunks, **changed}) if changed else ledger


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
    return _settled(_closed(state, event.hunk), event.hunk, HunkState.APPLIED, level=event.level)


def _undone(state: LedgerState, event: HunkUndone) -> LedgerState:
    return _settled(_closed(state, event.hunk), event.hunk, HunkState.UNDONE, by=event.by)


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
    for name in event.hunks:
        state = _closed(state, name)
        found = state.hunks.get(name)
        if found is not None:
            state = _changed(state, (name,), state=found.settled, reason=event.reason)
    return state


def _closed(state: LedgerState, hunk: str) -> LedgerState:
    """The intent that names this hunk has its result."""
    if not state.open_intents:
        return state
    left = tuple(intent for intent in state.open_intents if hunk not in intent.hunks)
    return replace(state, open_intents=left)


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
