"""The ledger: where every hunk stands after every event, and what may be decided there."""

import msgspec
import pytest
from agentxd.kernel.events import (
    ApplyFailed,
    ApplyRequested,
    DaemonStopped,
    HunkAccepted,
    HunkApplied,
    HunkConflicted,
    HunkEdited,
    HunkRejected,
    HunkSuperseded,
    HunkUndone,
    ProposalCreated,
)
from agentxd.kernel.files import ChangeKind
from agentxd.kernel.hunks import Hunk, HunkKind, HunkState, ProposedFile
from agentxd.proposals.ledger import LedgerState, is_open, may, reduce_ledger
from agentxd.proposals.table import Table

S = HunkState
A, B = "p1.1", "p1.2"


def created(n_hunks: int = 2, *, is_base_known: bool = True) -> ProposalCreated:
    hunks = tuple(Hunk(f"p1.{n}", "f", HunkKind.TEXT, n * 2, 1) for n in range(1, n_hunks + 1))
    file = ProposedFile("f", ChangeKind.MODIFIED, "b", "n", is_base_known=is_base_known)
    return ProposalCreated("p1", "t1", "title", "b", "n", (file,), hunks, "mechanic")


def told(*events, first: ProposalCreated | None = None) -> LedgerState:
    state = LedgerState()
    for event in (first or created(), *events):
        state = reduce_ledger(state, event)
    return state


def request(*hunks: str, is_undo: bool = False) -> ApplyRequested:
    return ApplyRequested(hunks, "f", "b", "n", "disk", is_undo)


ACCEPT = (HunkAccepted(A, "me"), request(A), HunkApplied(A))
UNDO = (*ACCEPT, request(A, is_undo=True), HunkUndone(A, "me"))
WAYS = {
    "proposed": ((), S.PROPOSED),
    "accepted": ((HunkAccepted(A, "me"),), S.ACCEPTED),
    "applied": (ACCEPT, S.APPLIED),
    "undone": (UNDO, S.UNDONE),
    "accepted after an undo": ((*UNDO, *ACCEPT), S.APPLIED),
    "rejected": ((HunkRejected(A, "me"),), S.REJECTED),
    "accepted after all": ((HunkRejected(A, "me"), *ACCEPT), S.APPLIED),
    "edited": ((HunkEdited(A, "me", "x"),), S.EDITED),
    "edited and applied": ((HunkEdited(A, "me", "x"), *ACCEPT), S.APPLIED),
    "conflicted": ((HunkAccepted(A, "me"), HunkConflicted(A, "o", "t", "why")), S.CONFLICTED),
    "superseded": ((HunkSuperseded(A, "p2"),), S.SUPERSEDED),
    "the accept failed": ((*ACCEPT[:2], ApplyFailed((A,), "f", "full")), S.PROPOSED),
    "the accept of an edited one failed": (
        (HunkEdited(A, "me", "x"), *ACCEPT[:2], ApplyFailed((A,), "f", "full")),
        S.EDITED,
    ),
    "the undo failed": (
        (*ACCEPT, request(A, is_undo=True), ApplyFailed((A,), "f", "full")),
        S.APPLIED,
    ),
}


@pytest.mark.parametrize(("events", "expected"), WAYS.values(), ids=WAYS)
def test_events_lead_to_this_state_and_leave_the_others_alone(events, expected):
    state = told(*events)
    assert state.hunks[A].state is expected
    assert state.hunks[B] == told().hunks[B]


def test_hunks_without_a_known_base_start_as_conflicts():
    state = told(first=created(is_base_known=False))
    assert {status.state for status in state.hunks.values()} == {S.CONFLICTED}
    assert state.proposal_state("p1") == "conflicted"


def test_what_was_said_is_kept():
    state = told(
        HunkEdited(A, "ann", "x"),
        HunkConflicted(A, "ours", "theirs", "line 3 was changed"),
        HunkRejected(B, "bob", "too long"),
    )
    one, other = state.hunks[A], state.hunks[B]
    assert (one.edit_blob, one.ours_blob, one.theirs_blob) == ("x", "ours", "theirs")
    assert (one.reason, other.by, other.reason) == ("line 3 was changed", "bob", "too long")


MAY = {
    S.PROPOSED: "accept reject edit",
    S.EDITED: "accept reject edit",
    S.CONFLICTED: "accept reject edit",
    S.ACCEPTED: "accept",
    S.APPLIED: "undo",
    S.REJECTED: "accept",
    S.UNDONE: "accept",
    S.SUPERSEDED: "accept",
}


@pytest.mark.parametrize("state", S)
def test_each_state_allows_exactly_these_decisions(state):
    allowed = [verb for verb in ("accept", "reject", "edit", "undo") if may(verb, state)]
    assert allowed == MAY[state].split()
    assert is_open(state) == may("reject", state)


APPLIED_BOTH = (HunkAccepted(A, "me"), HunkAccepted(B, "me"), HunkApplied(A), HunkApplied(B))
PROPOSALS = {
    "nothing decided": ((), "open"),
    "one of two": (ACCEPT, "open"),
    "both applied": (APPLIED_BOTH, "applied"),
    "one applied, one rejected": ((*ACCEPT, HunkRejected(B, "me")), "partial"),
    "both rejected": ((HunkRejected(A, "me"), HunkRejected(B, "me")), "rejected"),
    "one in conflict": ((*ACCEPT, HunkConflicted(B, "", "", "")), "conflicted"),
    "both undone": ((*APPLIED_BOTH, HunkUndone(A, "me"), HunkUndone(B, "me")), "undone"),
}


@pytest.mark.parametrize(("events", "expected"), PROPOSALS.values(), ids=PROPOSALS)
def test_the_state_of_a_proposal_follows_from_its_hunks(events, expected):
    assert told(*events).proposal_state("p1") == expected


def test_an_intent_is_open_until_each_of_its_hunks_has_a_result():
    both = (HunkAccepted(A, "me"), HunkAccepted(B, "me"), request(A, B))
    assert told(*both).open_intents == (both[-1],)
    assert told(*both, HunkApplied(A)).open_intents == (both[-1],)
    assert told(*both, HunkApplied(B)).open_intents == (both[-1],)
    assert told(*both, HunkApplied(A), HunkApplied(B)).open_intents == ()
    assert told(*both, ApplyFailed((A, B), "f", "full")).open_intents == ()
    undo = request(A, B, is_undo=True)
    applied = told(*both, HunkApplied(A), HunkApplied(B), undo, HunkUndone(A, "me"))
    assert applied.open_intents == (undo,)
    assert reduce_ledger(applied, HunkUndone(B, "me")).open_intents == ()


def test_events_of_other_rooms_and_unknown_hunks_change_nothing():
    state = told()
    assert reduce_ledger(state, DaemonStopped("x")) is state
    assert reduce_ledger(state, HunkAccepted("p9.9", "me")) == state


def test_invariant_3_the_same_events_give_the_same_bytes():
    encoder = msgspec.json.Encoder(order="deterministic")
    for events, _ in WAYS.values():
        assert encoder.encode(told(*events)) == encoder.encode(told(*events))


def test_ten_thousand_hunks_are_decided_one_by_one():
    state = told(first=created(10_000))
    before = state.hunks
    for n in range(1, 10_001):
        state = reduce_ledger(state, HunkRejected(f"p1.{n}", "me"))
    assert {status.state for status in state.hunks.values()} == {S.REJECTED}
    assert {status.state for status in before.values()} == {S.PROPOSED}


def test_a_changed_row_shares_all_other_chunks_with_the_table_before():
    table: Table[int] = Table[int]().added((str(n), n) for n in range(1_000))
    changed = table.changed({"500": -1})
    shared = [one is other for one, other in zip(table.chunks, changed.chunks, strict=True)]
    assert shared.count(False) == 1
    assert (table["500"], changed["500"], changed.get("x")) == (500, -1, None)
    assert list(changed) == [str(n) for n in range(1_000)]
    assert len(changed.added([("new", 1), ("3", 33)])) == 1_001
    assert [row for _, row in changed.items()][499:502] == [499, -1, 501]
