"""When the daemon may leave: no client, no running task, for long enough."""

from collections.abc import Callable


class IdleWatch:
    """Counts down while nothing needs the daemon. Pure: it is told the time."""

    def __init__(self, idle_exit_s: Callable[[], float]) -> None:
        self._idle_exit_s = idle_exit_s
        self._idle_since_s: float | None = None

    def is_over(self, now_s: float, *, is_needed: bool) -> bool:
        """Whether the daemon has been idle for the whole time limit; 0 means never."""
        if is_needed:
            self._idle_since_s = None
            return False
        if self._idle_since_s is None:
            self._idle_since_s = now_s
        limit = self._idle_exit_s()
        return limit > 0 and now_s - self._idle_since_s >= limit
