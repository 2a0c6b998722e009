"""Breaks off what takes longer than it may."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from agentxd.review.gathering import OutOfTimeError


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raises OutOfTimeError into the main thread after the time, and every 50 ms from then on.

    Once may not be enough: the next rule may take just as long. Where there is no such timer, what
    is under way is waited for. Infinity sets none.
    """
    if not hasattr(signal, "setitimer") or seconds == float("inf"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTimeError
