"""Holds an agent at its edges: before a step, between tool calls; its time stands still there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from agentxd.agents.budget import Meter


async def _tell_nobody() -> None:
    """Where nobody wants to know."""


class Brake:
    """The pause button of one agent. Whoever pulls it says what else is to be recorded."""

    def __init__(self) -> None:
        self.is_pulled = False
        self.is_held = False
        """It stands still: at an edge, or where it waits for a person anyway."""
        self._released = asyncio.Event()
        self._end: Callable[[], None] | None = None
        self._meter: Meter | None = None
        self._tell_held: Callable[[], Awaitable[None]] = _tell_nobody
        self._timer: asyncio.Timeout | None = None

    def fit(self, meter: Meter, tell_held: Callable[[], Awaitable[None]]) -> None:
        """What stands still with the agent, and who records that it came to an edge."""
        self._meter = meter
        self._tell_held = tell_held
        if self.is_held:
            meter.stand_still()

    def pull(self) -> None:
        """Hold at the next edge."""
        self.is_pulled = True
        self._released.clear()

    def hold(self) -> None:
        """Stand still from now on."""
        self.is_held = True
        if self._meter is not None:
            self._meter.stand_still()
        if self._timer is not None and not self._timer.expired():
            self._timer.reschedule(None)

    def release(self) -> None:
        """Go on."""
        self.is_pulled, was_held, self.is_held = False, self.is_held, False
        if was_held and self._meter is not None:
            self._meter.go_on()
            self._wind_up(self._meter)
        self._released.set()

    def end_at_edge(self, end: Callable[[], None]) -> None:
        """Call this at the next edge; it cancels what stands there."""
        self._end = end

    async def edge(self) -> None:
        """Nothing is under way here: wait while the brake is pulled."""
        if self._end is not None:
            self._end()
            await asyncio.Event().wait()  # until it is cancelled
        while self.is_pulled:
            if self.is_held:
                await self._released.wait()
            else:
                self.hold()
                await self._tell_held()

    @asynccontextmanager
    async def timed(self, meter: Meter) -> AsyncIterator[asyncio.Timeout]:
        """Like asyncio.timeout over the time that is left, which stands still with the agent."""
        async with asyncio.timeout(meter.seconds_left()) as timer:
            self._timer = timer
            try:
                yield timer
            finally:
                self._timer = None

    def _wind_up(self, meter: Meter) -> None:
        seconds = meter.seconds_left()
        if self._timer is not None and seconds is not None and not self._timer.expired():
            self._timer.reschedule(asyncio.get_running_loop().time() + seconds)
