"""The journal: state and log in step; decisions are made on the state, truth is on the log."""

import asyncio
import logging
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from agentxd.kernel.errors import StorageError
from agentxd.kernel.events import (
    DaemonStopped,
    Event,
    ProposalCreated,
    Record,
    StateSealed,
    TaskEnded,
)
from agentxd.kernel.ports import EventLog, Publish
from agentxd.kernel.redaction import redact_event
from agentxd.sessions.state import STATE_KIND, State, empty_state, reduce, state_hash

_PAGE = 5_000
_SEAL_AFTER = (TaskEnded, ProposalCreated, DaemonStopped)


class _Kept(Struct, frozen=True):
    """What a start needs to begin in the middle of the log."""

    state: State
    times: dict[str, int]


_decoder = msgspec.json.Decoder(_Kept)
_log = logging.getLogger(__name__)


class Journal:
    """Holds the state, appends to the log, and tells subscribers what became durable.

    An event changes the state at once, so that the next decision sees it; `record` returns when
    the event is durable. When the log refuses, the state is read back from the log.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._state = empty_state()
        self._last_seq = 0
        self._durable = self._state
        self._states: dict[int, State] = {}
        self._waiting: dict[int, Record] = {}
        self._subscribers: list[Publish] = []
        self._times: dict[str, int] = {}
        self._appends: set[asyncio.Future[list[Record]]] = set()
        self._reloading: asyncio.Future[None] | None = None

    @property
    def state(self) -> State:
        """Everything that has been decided."""
        return self._state

    @property
    def last_seq(self) -> int:
        """Newest durable record that was published."""
        return self._last_seq

    @property
    def durable(self) -> State:
        """The state right after record `last_seq`: what a client sees that reads on from there.

        `state` may be ahead of it by what is on its way to the log.
        """
        return self._durable

    async def load(self) -> None:
        """Rebuild the state from the log, on top of the state that was kept last, if any."""
        state, after = empty_state(), 0
        if kept := await self._log.kept_state(STATE_KIND):
            try:
                found = _decoder.decode(kept[1])
            except msgspec.DecodeError:
                _log.warning("the kept state does not fit; the whole log is read")
            else:
                state, after, self._times = found.state, kept[0], dict(found.times)
        while page := await self._log.read(after, _PAGE):
            for record in page:
                state = reduce(state, record.event)
                self._remember_time(record)
            after = page[-1].seq
        self._state, self._last_seq, self._durable = state, after, state
        self._states.clear()

    async def keep_state(self) -> int:
        """Keep the state for the next start, unless something is on its way; the record it is of.

        Raises StorageError.
        """
        if not self._appends and self._reloading is None:
            content = msgspec.json.encode(_Kept(self._state, self._times))
            await self._log.keep_state(STATE_KIND, self._last_seq, content)
        return self._last_seq

    async def record(self, *events: Event) -> list[Record]:
        """Decide these events now and return when they are durable. Raises StorageError."""
        return await asyncio.shield(self.decide(*events))

    def decide(self, *events: Event) -> asyncio.Future[list[Record]]:
        """Decide these events now; done when they are durable. Raises StorageError, also later."""
        if self._reloading is not None:
            raise StorageError(
                "the event log refused, and the state is being read back from it",
                "Try again in a moment; see: agentxd doctor",
            )
        batch = self._sealed(events)
        return asyncio.ensure_future(self._record(batch, self._state))

    async def _record(self, batch: Sequence[Event], after: State) -> list[Record]:
        """Never cancelled: what the log took must also be published, or later ones would wait."""
        append = asyncio.ensure_future(self._log.append(batch))
        self._appends.add(append)
        try:
            records = await append
        except StorageError:
            await self._read_back()
            raise
        finally:
            self._appends.discard(append)
        if records and records[-1].seq > self._last_seq:
            self._states[records[-1].seq] = after
        self._publish(records)
        return records

    async def _read_back(self) -> None:
        """The state is what the log has, once everything decided before is taken or refused."""
        if self._reloading is None:
            self._reloading = asyncio.ensure_future(self._after_appends())
        await self._reloading

    async def _after_appends(self) -> None:
        try:
            while waiting := [append for append in self._appends if not append.done()]:
                await asyncio.wait(waiting)
            published = self._last_seq
            await self.load()
            self._last_seq = published
            while page := await self._log.read(self._last_seq, _PAGE):
                self._publish(page)
        finally:
            self._reloading = None

    async def read(self, after: int, limit: int) -> list[Record]:
        """Records with seq > after, oldest first."""
        return await self._log.read(after, limit)

    def subscribe(self, publish: Publish) -> Callable[[], None]:
        """Hear of every record from now on, in order; call the answer to stop."""
        self._subscribers.append(publish)

        def stop() -> None:
            if publish in self._subscribers:
                self._subscribers.remove(publish)

        return stop

    def time_of(self, what: str) -> int:
        """Wall milliseconds of `<id>:<event type>`, 0 where it did not happen."""
        return self._times.get(what, 0)

    async def close(self) -> None:
        """Let go of the log."""
        await self._log.close()

    def _sealed(self, events: Sequence[Event]) -> list[Event]:
        batch: list[Event] = []
        for event in (redact_event(event)[0] for event in events):
            self._state = reduce(self._state, event)
            batch.append(event)
            if isinstance(event, _SEAL_AFTER):
                batch.append(StateSealed(state_hash(self._state), STATE_KIND))
        return batch

    def _publish(self, records: Sequence[Record]) -> None:
        """Hand records on in the order of the log, whatever order their waiters woke up in."""
        self._waiting.update((r.seq, r) for r in records if r.seq > self._last_seq)
        ready: list[Record] = []
        while record := self._waiting.pop(self._last_seq + 1, None):
            self._last_seq = record.seq
            self._durable = self._states.pop(record.seq, self._durable)
            self._remember_time(record)
            ready.append(record)
        if ready:
            for publish in tuple(self._subscribers):
                publish(ready)

    def _remember_time(self, record: Record) -> None:
        event = record.event
        name = type(event).__name__
        for field in ("task", "proposal", "approval", "session"):
            if what := getattr(event, field, ""):
                self._times[f"{what}:{name}"] = record.at_ms
                return
