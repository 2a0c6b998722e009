"""Work that is asked for often and of which only the newest matters."""

from collections.abc import Callable, Coroutine
from typing import Any

Step = Coroutine[Any, Any, None]


class Coalescing:
    """Does one thing at a time; what is asked for again while it waits is done once."""

    def __init__(self, run_soon: Callable[[Step], object]) -> None:
        self._run_soon = run_soon
        self._waiting: dict[str, Callable[[], Step]] = {}
        self._is_running = False

    def want(self, key: str, step: Callable[[], Step]) -> None:
        """Do this, in the place of what waits under the same key."""
        self._waiting[key] = step
        if not self._is_running:
            self._is_running = True
            self._run_soon(self._work())

    async def _work(self) -> None:
        """All that waits. A step that breaks ends this run, and the next run does the rest."""
        try:
            while self._waiting:
                step = self._waiting.pop(next(iter(self._waiting)))
                await step()
        except Exception:
            if self._waiting:
                self._run_soon(self._work())
            else:
                self._is_running = False
            raise
        self._is_running = False
