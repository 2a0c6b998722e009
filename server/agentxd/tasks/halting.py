"""Ends the loop of a task early and cleanly, so that what was done so far still counts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Halt:
    """The stop button of one task. A cancel drops the work; a halt keeps it."""

    def __init__(self) -> None:
        self.is_called = False
        self.taken_by = ""
        """Who goes on by hand; empty where nobody does."""
        self._timer: asyncio.Timeout | None = None

    def now(self) -> None:
        """End the loop at its next wait; before the loop begins, it will not begin."""
        if self.is_called:
            return  # a timer that goes off already cannot be set again
        self.is_called = True
        if self._timer is not None:
            self._timer.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[None]:
        """Run the loop in here; leaves quietly where the halt ended it."""
        timer = self._timer = asyncio.timeout(0 if self.is_called else None)
        try:
            async with timer:
                yield
        except TimeoutError:
            if not timer.expired():
                raise
        finally:
            self._timer = None
