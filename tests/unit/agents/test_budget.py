"""Budgets: reserved before the call, settled after it, under nested ceilings."""

import pytest
from agentxd.agents.budget import Ceilings, Meter, Price, estimated_tokens
from agentxd.agents.fake_clock import FakeClock
from agentxd.kernel.errors import BudgetExhaustedError
from agentxd.kernel.messages import Message, ModelRequest, Text, Usage

SMALL = ModelRequest("m", "", (Message("user", (Text("x" * 400),)),), (), max_output_tokens=50)
SIZE = estimated_tokens(SMALL)
"""About 110 tokens."""
DOLLARS = Price(input_micros=10_000, output_micros=1_000_000)
"""A micro-dollar for each token of the answer."""


def meter(price=None, parent=None, clock=None, **ceilings):
    return Meter("task", Ceilings(**ceilings), clock or FakeClock(), price, parent)


@pytest.mark.parametrize(
    ("ceilings", "words"),
    [
        ({"steps": 1}, "1 steps"),
        ({"tokens": SIZE + 60}, "tokens"),
        ({"cost_micros": 60}, "60 micro-dollars"),
    ],
)
def test_invariant_12_the_second_call_is_refused_and_nothing_is_spent_by_it(ceilings, words):
    ours = meter(DOLLARS, **ceilings)
    ours.reserve(SMALL)
    before = (ours.n_steps, ours.tokens, ours.cost_micros)
    with pytest.raises(BudgetExhaustedError, match=words) as caught:
        ours.reserve(SMALL)
    assert (ours.n_steps, ours.tokens, ours.cost_micros) == before
    assert "raise the budget" in caught.value.next_step


def test_what_was_reserved_and_not_used_comes_back():
    ours = meter(DOLLARS, tokens=2 * SIZE + 60, cost_micros=70)
    for _ in range(2):
        reservation = ours.reserve(SMALL)
        assert reservation.output_tokens == 50
        assert reservation.cost_micros == 51
        ours.settle(reservation, Usage(SIZE, 5, 6))
    assert (ours.tokens, ours.cost_micros, ours.n_steps) == (2 * SIZE + 10, 12, 2)


def test_what_a_call_cost_beyond_its_reservation_counts_as_well():
    ours = meter(tokens=1_000)
    ours.settle(ours.reserve(SMALL), Usage(1_500, 0, 0))
    with pytest.raises(BudgetExhaustedError):
        ours.reserve(SMALL)


def test_room_for_the_answer_shrinks_to_what_is_left():
    ours = meter(tokens=SIZE + 7)
    assert ours.reserve(SMALL).output_tokens == 7


@pytest.mark.parametrize("left", [0, 1])
def test_a_request_that_does_not_fit_at_all_is_refused(left):
    with pytest.raises(BudgetExhaustedError):
        meter(tokens=SIZE - 1 + left).reserve(SMALL)


def test_without_ceilings_nothing_binds():
    ours = meter(DOLLARS)
    for _ in range(100):
        assert ours.reserve(SMALL).output_tokens == 50
    assert ours.seconds_left() is None


@pytest.mark.parametrize("bound", ["steps", "tokens", "cost_micros"])
def test_invariant_12_the_ceiling_of_a_parent_binds_its_children(bound):
    day = Meter("day", Ceilings(**{bound: {"steps": 1}.get(bound, SIZE + 60)}), FakeClock())
    first, second = (meter(Price(1_000_000, 1_000_000), day) for _ in range(2))
    first.reserve(SMALL)
    with pytest.raises(BudgetExhaustedError, match="the day's"):
        second.reserve(SMALL)
    assert second.n_steps == 0


def test_time_is_the_nearest_of_all_ceilings():
    clock = FakeClock()
    day = meter(clock=clock, seconds=100)
    clock.turn(50)
    task = meter(clock=clock, parent=day, seconds=60)
    assert task.seconds_left() == 50
    clock.turn(50)
    with pytest.raises(BudgetExhaustedError, match="100 seconds"):
        task.reserve(SMALL)
    assert task.own_seconds() == 10
