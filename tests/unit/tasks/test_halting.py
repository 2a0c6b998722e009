"""A halt ends what it watches at its next wait, and nothing else."""

import asyncio

import pytest
from agentxd.tasks.halting import Halt


async def test_a_halt_ends_the_work_at_its_next_wait():
    halt, done = Halt(), []
    asyncio.get_running_loop().call_soon(halt.now)
    async with halt.watch():
        done.append("begun")
        await asyncio.sleep(60)
        done.append("not reached")
    assert (done, halt.is_called) == (["begun"], True)


async def test_a_halt_that_came_first_lets_nothing_begin():
    halt = Halt()
    halt.now()
    async with halt.watch():
        await asyncio.sleep(60)
        raise AssertionError
    assert halt.is_called


async def test_a_halt_while_the_work_still_tidies_up_after_the_first_changes_nothing():
    halt = Halt()
    asyncio.get_running_loop().call_soon(halt.now)
    async with halt.watch():
        try:
            await asyncio.sleep(60)
        finally:
            halt.now()
    assert halt.is_called


async def test_work_that_nobody_halts_ends_by_itself():
    halt = Halt()
    async with halt.watch():
        await asyncio.sleep(0)
    assert not halt.is_called


async def test_a_time_limit_within_is_not_taken_for_a_halt():
    halt = Halt()
    with pytest.raises(TimeoutError):
        async with halt.watch():
            raise TimeoutError


async def test_a_cancel_goes_through():
    halt = Halt()

    async def work():
        async with halt.watch():
            await asyncio.sleep(60)

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
