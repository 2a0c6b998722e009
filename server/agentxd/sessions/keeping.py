"""Keeping house: old contents that nothing needs go, and the folded state is kept for the start."""

from collections.abc import Iterator

from msgspec import Struct

from agentxd.kernel.hunks import HunkState
from agentxd.kernel.ports import BlobStore, Clock, EventLog
from agentxd.proposals.ledger import LedgerState, is_open
from agentxd.sessions.journal import Journal

_DAY_MS = 24 * 3600 * 1000
_KEPT_DAYS = (30, 7, 1)
"""So long everything is kept; the shorter times count only where the store is getting full."""
_GRACE_S = 3600.0
_FULL = 0.8
_MANY_RECORDS = 2_000


class Kept(Struct, frozen=True):
    """What one round did."""

    n_bytes: int
    """Set free."""
    is_nearly_full: bool


class Keeper:
    """Does its rounds from time to time; the daemon owns the clockwork."""

    def __init__(self, journal: Journal, log: EventLog, blobs: BlobStore, clock: Clock) -> None:
        self._journal = journal
        self._log = log
        self._blobs = blobs
        self._clock = clock
        self._kept_seq = journal.last_seq

    async def round(self, quota_bytes: int) -> Kept:
        """Collect what is old and needed by nobody. Raises StorageError."""
        if self._journal.last_seq - self._kept_seq >= _MANY_RECORDS:
            await self.keep_state()
        n_bytes = 0
        for days in _KEPT_DAYS:
            since = self._clock.now_ms() - days * _DAY_MS
            needed = frozenset(_needed(self._journal.state.ledger))
            n_bytes += await self._blobs.collect(
                await self._log.named_blobs(since) | needed, _GRACE_S
            )
            is_nearly_full = await self._blobs.size() > quota_bytes * _FULL
            if not is_nearly_full:
                break
        return Kept(n_bytes, is_nearly_full)

    async def keep_state(self) -> None:
        """Keep the state, so that the next start folds only what comes after it."""
        self._kept_seq = await self._journal.keep_state()


def _needed(ledger: LedgerState) -> Iterator[str]:
    """Contents of every file that still has a hunk to decide on or to take back."""
    for proposal in ledger.proposals.values():
        states = [ledger.hunks[name] for name in proposal.hunks]
        if any(is_open(s.state) or s.state is HunkState.APPLIED for s in states):
            for file in proposal.files:
                yield from (file.base_blob, file.new_blob)
            for status in states:
                yield from (status.edit_blob, status.ours_blob, status.theirs_blob)
