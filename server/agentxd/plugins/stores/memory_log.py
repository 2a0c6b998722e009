"""The event log in memory: the fake that passes the same contract suite as SQLite's."""

from collections.abc import Callable, Sequence

import msgspec

from agentxd.kernel.errors import InvalidRequestError, StateError, StorageError
from agentxd.kernel.events import Event, Record, encode_event
from agentxd.kernel.redaction import redact_event
from agentxd.plugins.stores.chain import Head, link
from agentxd.plugins.stores.naming import blobs_in


class InMemoryEventLog:
    """Implements the EventLog port. Set `trouble` to make appends fail."""

    def __init__(self, now_ms: Callable[[], int] = lambda: 0) -> None:
        self.records: list[Record] = []
        self.trouble: StorageError | None = None
        self.states: dict[str, tuple[int, bytes]] = {}
        self._now_ms = now_ms
        self._is_closed = False

    async def append(self, events: Sequence[Event]) -> list[Record]:
        """Keep the events in this order. Raises StorageError."""
        self._refuse_closed()
        if self.trouble is not None:
            raise self.trouble
        head = self._head()
        new: list[Record] = []
        for event in events:
            try:
                clean, data = redact_event(event)
            except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
                raise InvalidRequestError(f"an event cannot be written: {error}") from error
            at_ms = max(head.at_ms, self._now_ms())
            head = Head(head.seq + 1, link(head.hash, head.seq + 1, at_ms, data), at_ms)
            new.append(Record(head.seq, at_ms, clean, head.hash))
        self.records += new
        return new

    async def read(self, after: int, limit: int) -> list[Record]:
        """Records with seq > after, oldest first, at most `limit`."""
        self._refuse_closed()
        return self.records[max(after, 0) : max(after, 0) + limit]

    async def verify(self) -> int:
        """The number of records; nothing can be wrong with them."""
        return len(self.records)

    async def named_blobs(self, since_ms: int = 0) -> frozenset[str]:
        """Ids of the contents that events name, of those recorded at `since_ms` and later."""
        chosen = [record.event for record in self.records if record.at_ms >= since_ms]
        return frozenset(blob for event in chosen for blob in blobs_in(encode_event(event)))

    async def keep_state(self, kind: str, seq: int, content: bytes) -> None:
        """Keep the state that was folded up to record `seq`."""
        if not 1 <= seq <= len(self.records):
            raise StateError(f"there is no record {seq} whose state could be kept")
        self.states = {kind: (seq, content)}

    async def kept_state(self, kind: str) -> tuple[int, bytes] | None:
        """The newest kept state of this kind and its `seq`."""
        return self.states.get(kind)

    async def close(self) -> None:
        """Refuse everything from now on."""
        self._is_closed = True

    def _head(self) -> Head:
        if not self.records:
            return Head()
        last = self.records[-1]
        return Head(last.seq, last.hash, last.at_ms)

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise StorageError("the event log is closed", "Start the daemon again.")
