"""How the loop tells what it is about to do and what came of it."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from agentxd.kernel.events import Event, Record


class Recorder(Protocol):
    """Writes events to the log; `Journal.record` is the real one."""

    async def __call__(self, *events: Event) -> list[Record]:
        """Decide these events now and return when they are durable. Raises StorageError."""
        ...


class Trail:
    """The record of one task: an intent is waited for, a result goes ahead of the next intent.

    The log keeps the order in which things are recorded, so an intent that is durable means that
    every result before it is. `note` therefore need not wait, which a step would do four times.
    """

    def __init__(self, record: Recorder, *first: Event) -> None:
        self._record = record
        self._first = first
        """Recorded in front of whatever is recorded first, and together with it."""
        self._notes: list[asyncio.Future[list[Record]]] = []
        self._works: list[asyncio.Future[object]] = []

    def note(self, *events: Event) -> None:
        """Record results, in order, without waiting; what fails is raised by the next record."""
        self._notes.append(asyncio.ensure_future(self._record(*self._behind_first(events))))

    def later(self, work: Coroutine[Any, Any, object]) -> None:
        """Do work that ends with a record which no intent depends on; `settle` waits for it."""
        self._works.append(asyncio.ensure_future(work))

    async def settle(self) -> None:
        """Wait for everything. Raises StorageError."""
        works, self._works = self._works, []
        for work in works:
            await work
        notes, self._notes = self._notes, []
        for one in notes:
            await one

    async def __call__(self, *events: Event) -> list[Record]:
        """Record and return when these and all before them are durable. Raises StorageError."""
        if self._notes:
            await asyncio.sleep(0)  # they begin first, so they are recorded first
        records = await self._record(*self._behind_first(events))
        notes, self._notes = self._notes, []
        for one in notes:
            await one  # over already, unless it failed
        return records

    def _behind_first(self, events: Sequence[Event]) -> Sequence[Event]:
        first, self._first = self._first, ()
        return (*first, *events)


async def note(record: Recorder, *events: Event) -> None:
    """Record results without waiting where the recorder is one that may, else with. Raises."""
    if isinstance(record, Trail):
        record.note(*events)
    else:
        await record(*events)


class InMemoryRecorder:
    """Keeps events in a list; loses them with the process."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def __call__(self, *events: Event) -> list[Record]:
        """Keep the events; no records come of it."""
        self.events.extend(events)
        return []

    def of(self, *kinds: type[Event]) -> list[Event]:
        """The kept events of these kinds, oldest first."""
        return [event for event in self.events if isinstance(event, kinds)]
