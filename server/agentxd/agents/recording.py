"""How the loop tells what it is about to do and what came of it."""

from typing import Protocol

from agentxd.kernel.events import Event, Record


class Recorder(Protocol):
    """Writes events to the log; `Journal.record` is the real one."""

    async def __call__(self, *events: Event) -> list[Record]:
        """Decide these events now and return when they are durable. Raises StorageError."""
        ...


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
