"""Breaks off what takes longer than it may."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from agentxd.review.gathering import OutOfTimeError

_EVERY_S = 0.05


@contextmanager
def alarm(seconds: float) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Gives what must be entered to be broken off; for the main thread.

    After the time OutOfTimeError is raised into whatever is entered then, again and again: the
    next one may take just as long. Infinity sets no timer, nor does a system that has none.
    """
    is_armed = False

    @contextmanager
    def armed() -> Iterator[None]:
        nonlocal is_armed
        is_armed = True
        try:
            yield
        finally:
            is_armed = False

    def ring(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_armed
        if is_armed:
            is_armed = False  # not once more while this one is on its way out
            raise OutOfTimeError

    if not hasattr(signal, "setitimer") or seconds == float("inf"):
        yield armed
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), _EVERY_S)
    try:
        yield armed
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
