"""Ctrl-C while something is begun that must not be left behind without its name."""

import signal
from types import FrameType, TracebackType
from typing import Self


class HeldInterrupt:
    """Keeps the first Ctrl-C until `let_go`; a second one is not kept. For the main thread.

    What the daemon has begun is ended by name, and the name comes with its answer: a Ctrl-C that
    went off between the two would leave the work running with nobody to look at it.
    """

    def __init__(self) -> None:
        self._is_asked = False
        self._before = signal.getsignal(signal.SIGINT)

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._hold)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def let_go(self) -> None:
        """Hold no more. Raises KeyboardInterrupt where one was kept."""
        signal.signal(signal.SIGINT, self._before)
        if self._is_asked:
            self._is_asked = False
            raise KeyboardInterrupt

    def _hold(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_asked:
            raise KeyboardInterrupt
        self._is_asked = True
