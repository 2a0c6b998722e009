"""What people name: hunk ids, whole proposals, or one file of a proposal."""

from collections.abc import Sequence

from agentxd.kernel.errors import InvalidRequestError, NotFoundError, StateError
from agentxd.kernel.hunks import HunkState
from agentxd.proposals.ledger import LedgerState, is_open, may


def named_hunks(ledger: LedgerState, ids: Sequence[str], decision: str) -> list[str]:
    """Hunk ids for `p1.2` (must allow the decision), `p1` and `p1:path` (those that wait for it).

    Raises NotFoundError for what does not exist, StateError where nothing may be done.
    """
    if not ids:
        raise InvalidRequestError("no hunk was named", "Name hunks or proposals: p1.2, p1, p1:path")
    names: dict[str, None] = {}
    for name in ids:
        found = _one_name(ledger, name)
        allowed = [hunk for hunk in found if _waits(ledger.hunks[hunk].state, name, hunk, decision)]
        if not allowed and decision == "accept":
            allowed = [hunk for hunk in found if ledger.hunks[hunk].state is HunkState.UNDONE]
        if not allowed:
            states = sorted({ledger.hunks[hunk].state.value for hunk in found})
            raise StateError(
                f"{name} is {' and '.join(states)}: there is nothing to {decision}",
                f"Look at it with: agentxd show {name.partition('.')[0].partition(':')[0]}",
            )
        names.update(dict.fromkeys(allowed))
    return list(names)


def _waits(state: HunkState, name: str, hunk: str, decision: str) -> bool:
    """A whole proposal means what is still open in it: a rejected hunk stays rejected.

    A rejected or superseded hunk is accepted by its own name only.
    """
    if not may(decision, state):
        return False
    return name == hunk or decision == "undo" or is_open(state)


def _one_name(ledger: LedgerState, name: str) -> list[str]:
    if name in ledger.hunks:
        return [name]
    proposal, _, path = name.partition(":")
    if proposal not in ledger.proposals:
        raise NotFoundError(f"there is no {name}", "See what there is with: agentxd proposals")
    hunks = [
        hunk
        for hunk in ledger.proposals[proposal].hunks
        if path in ("", ledger.hunks[hunk].hunk.path)
    ]
    if not hunks:
        raise NotFoundError(
            f"{proposal} changes no file {path}", f"Look at it with: agentxd show {proposal}"
        )
    return hunks
