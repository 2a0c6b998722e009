"""Which undecided hunks a newer proposal takes the place of."""

from agentxd.kernel.hunks import Hunk, HunkKind
from agentxd.proposals.ledger import LedgerState, is_open


def superseded_by(state: LedgerState, proposal: str) -> list[str]:
    """Open hunks of older proposals of the same file that overlap with the new one's.

    Line ranges are compared only where both start from the same base content; a hunk from
    another base stays open, because only a merge can tell whether it still fits.
    """
    newer = state.proposals[proposal]
    found: list[str] = []
    for name, status in state.hunks.items():
        if status.proposal == proposal or not is_open(status.state):
            continue
        older = state.proposals[status.proposal].file(status.hunk.path)
        for file in newer.files:
            if file.path != older.path or file.base_blob != older.base_blob:
                continue
            rivals = [rival.hunk for rival in state.of_file(proposal, file.path)]
            if any(_overlap(status.hunk, rival) for rival in rivals):
                found.append(name)
    return found


def _overlap(one: Hunk, other: Hunk) -> bool:
    if HunkKind.MODE in (one.kind, other.kind):
        return one.kind is other.kind
    if HunkKind.TEXT not in (one.kind, other.kind):
        return True
    return (
        one.base_start <= other.base_start + other.base_count
        and other.base_start <= one.base_start + one.base_count
    )
