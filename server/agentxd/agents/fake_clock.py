"""A clock that is turned by hand; it ships so that whoever waits can be tested without waiting."""

import asyncio


class FakeClock:
    """Implements the Clock port: time stands still until `turn`."""

    def __init__(self, now_ms: int = 1_000_000) -> None:
        self._now_ms = now_ms
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        """Milliseconds, as last turned."""
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been turned so far."""
        due = self._now_ms + round(seconds * 1000)
        if due <= self._now_ms:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((due, waiter))
        await waiter

    @property
    def n_sleeping(self) -> int:
        """How many wait for the clock now."""
        return sum(not waiter.done() for _, waiter in self._sleepers)

    def turn(self, seconds: float) -> None:
        """Let time pass, and wake whoever waited for it."""
        self._now_ms += round(seconds * 1000)
        for due, waiter in self._sleepers:
            if due <= self._now_ms and not waiter.done():
                waiter.set_result(None)
