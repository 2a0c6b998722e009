"""Model calls of several reviewers under one budget: a few at a time, none refused too early."""

import asyncio
from typing import Protocol

from agentxd.kernel.errors import BudgetExhaustedError
from agentxd.kernel.messages import Finished, ModelRequest

PURPOSE = "review"


class Asker(Protocol):
    """Takes steps of one task; `Stepper` is the real one."""

    async def take(self, request: ModelRequest, purpose: str = "") -> Finished:
        """One step. Raises BudgetExhaustedError, ProviderError and StorageError."""
        ...


class Turns:
    """Lets at most `limit` calls run at once.

    A call sets aside the most that it may cost. Where that does not fit while others hold what
    they will not all spend, it waits for one of them to end, and only then is told no.
    """

    def __init__(self, limit: int) -> None:
        self._limit = max(1, limit)
        self._n_running = 0
        self._n_ended = 0
        self._changed = asyncio.Event()

    async def take(self, asker: Asker, request: ModelRequest) -> Finished:
        """One step in its turn. Raises what the asker raises."""
        while True:
            await self._until_free()
            n_ended, is_over = self._n_ended, True
            self._n_running += 1
            try:
                return await asker.take(request, PURPOSE)
            except BudgetExhaustedError:
                if self._n_running == 1:
                    raise
                is_over = False
            finally:
                self._leave(is_over=is_over)
            await self._until_ended(n_ended)

    def _leave(self, *, is_over: bool) -> None:
        self._n_running -= 1
        self._n_ended += is_over
        self._changed.set()
        self._changed = asyncio.Event()

    async def _until_free(self) -> None:
        while self._n_running >= self._limit:
            await self._changed.wait()

    async def _until_ended(self, n_ended: int) -> None:
        while self._n_ended == n_ended and self._n_running:
            await self._changed.wait()
