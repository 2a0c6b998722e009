"""Calls in their turn: bounded, and refused only where nobody else could free what is missing."""

import asyncio

import pytest
from agentxd.agents.budget import Ceilings, Meter, Wanted
from agentxd.agents.fake_clock import FakeClock
from agentxd.agents.reviewers.turns import Turns
from agentxd.kernel.errors import BudgetExhaustedError, ProviderError
from agentxd.kernel.messages import Usage


class Careful:
    """Reserves 100 tokens for each call and needs 10."""

    def __init__(self, ceiling=0, error=None):
        self.meter = Meter("review", Ceilings(tokens=ceiling), FakeClock())
        self.error = error
        self.n_now = self.n_most = self.n_done = 0

    async def take(self, request, purpose=""):
        reservation = self.meter.reserve(Wanted(99, 1))
        self.n_now += 1
        self.n_most = max(self.n_most, self.n_now)
        for _ in range(5):
            await asyncio.sleep(0)
        self.n_now -= 1
        self.n_done += 1
        self.meter.settle(reservation, Usage(9, 1))
        if self.error:
            raise self.error
        return purpose


async def ask(asker, n_calls, limit):
    turns = Turns(limit)
    calls = (turns.take(asker, None) for _ in range(n_calls))
    return await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 5)


@pytest.mark.parametrize("limit", [1, 3])
async def test_no_more_than_the_limit_at_once(limit):
    asker = Careful()
    assert await ask(asker, 9, limit) == ["review"] * 9
    assert asker.n_most == limit


async def test_a_call_waits_for_what_others_have_set_aside_and_will_not_spend():
    asker = Careful(ceiling=150)
    assert await ask(asker, 6, 4) == ["review"] * 6
    assert asker.n_most == 1


async def test_a_budget_that_is_spent_is_told_to_everyone():
    asker = Careful(ceiling=115)
    found = await ask(asker, 6, 4)
    assert asker.n_done == 2
    assert sum(isinstance(one, BudgetExhaustedError) for one in found) == 4


async def test_a_failing_call_frees_its_turn():
    asker = Careful(ceiling=100, error=ProviderError("no"))
    found = await ask(asker, 3, 2)
    assert all(isinstance(one, ProviderError | BudgetExhaustedError) for one in found)
    assert asker.n_now == 0
