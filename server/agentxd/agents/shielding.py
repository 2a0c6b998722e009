"""Clean-up that a cancelled caller still waits for."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end even while the caller is being cancelled, then let the cancel on.

    The caller owns the work: this returns only when it is over, however often it is cancelled.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        _log_nothing_but_fetch(task)
        raise cancelled
    return task.result()


def _log_nothing_but_fetch(task: "asyncio.Future[Any]") -> None:
    """A cancelled caller cannot receive the error of its clean-up; asyncio must not print it."""
    if not task.cancelled():
        task.exception()
