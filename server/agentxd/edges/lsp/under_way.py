"""Edits and answers on their way to one client, in an order that it can bear.

Emacs does nothing else while it waits for the answer of a command: what an edit changed it tells
only after that, and a question about the edit is cut off when the answer comes, or after ten
seconds. So a command may have to be answered before its edit is sent, or before its text is seen.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

_LOOK_S = 0.01
_SHOWN_S = 0.3
"""So long the text may take to follow the answer to an edit."""


class UnderWay:
    """The commands and edits of one client that are not over."""

    def __init__(self) -> None:
        self._n_commands = 0
        self._n_sent = 0
        self._n_open = 0
        self._n_held = 0
        self._answered_s = 0.0
        self._go = asyncio.Event()

    @asynccontextmanager
    async def edit(self, *, is_after_answers: bool) -> AsyncIterator[None]:
        """An edit from being sent to being answered; after the answer of a command that waits."""
        if is_after_answers and self._n_commands:
            self._n_held += 1
            try:
                await self._go.wait()
            finally:
                self._n_held -= 1
        self._n_sent += 1
        self._n_open += 1
        try:
            yield
        finally:
            self._n_open -= 1
            self._answered_s = asyncio.get_running_loop().time()

    async def is_held_up(self, work: asyncio.Task[Any]) -> bool:
        """Wait for the work of a command; True where its answer must come before its end."""
        self._n_commands += 1
        self._go.clear()
        before = self._n_sent
        try:
            while not (await asyncio.wait({work}, timeout=_LOOK_S))[0]:
                if self._n_held or (self._n_sent > before and self._is_late()):
                    return True
            return False
        finally:
            self._n_commands -= 1
            if not self._n_commands:
                # Whoever asked returns now, and its answer is written before the loop goes on.
                asyncio.get_running_loop().call_soon(self._go.set)

    def _is_late(self) -> bool:
        waited_s = asyncio.get_running_loop().time() - self._answered_s
        return not self._n_open and waited_s > _SHOWN_S
