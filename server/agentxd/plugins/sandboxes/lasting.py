"""Work in threads that a cancelled caller does not leave behind: it is waited for, and undone."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Callable[[], T]) -> T:
    """Run blocking work; a cancel is raised only when the work is over."""
    return await _ended(asyncio.get_running_loop().run_in_executor(None, work))


async def made(make: Callable[[], T], undo: Callable[[T], None]) -> T:
    """What blocking work made; where the caller is cancelled meanwhile, it is undone first."""
    making = asyncio.get_running_loop().run_in_executor(None, make)
    try:
        return await _ended(making)
    except asyncio.CancelledError:
        if making.exception() is None:
            await to_the_end(lambda: undo(making.result()))
        raise


async def _ended(work: "asyncio.Future[T]") -> T:
    """The result; the thread is over when this returns or raises, however often it is cancelled."""
    await over(work)
    return work.result()


async def over(work: "asyncio.Future[T]") -> None:
    """Wait for the end of the work, whatever it is, also while the caller is being cancelled."""
    try:
        await asyncio.wait({work})
    except asyncio.CancelledError:
        await over(work)
        work.exception()  # nobody is there to receive it; asyncio must not print it
        raise
