"""Budgets: reserved before the call, settled after it, under nested ceilings."""

import pytest
from agentxd.agents.budget import Ceilings, DayMeter, Meter, Wanted, day_of
from agentxd.agents.fake_clock import FakeClock
from agentxd.kernel.errors import BudgetExhaustedError
from agentxd.kernel.messages import Usage
from agentxd.kernel.models import Model, Price

SIZE = 100
DOLLARS = Model(provider="p", price=Price(input=0.01, output=1))
"""A micro-dollar for each token of the answer."""
SMALL = Wanted(SIZE, 50, DOLLARS)
DAY_S = 86_400


def meter(parent=None, clock=None, **ceilings):
    return Meter("task", Ceilings(**ceilings), clock or FakeClock(), parent)


@pytest.mark.parametrize(
    ("ceilings", "words"),
    [
        ({"steps": 1}, "1 steps"),
        ({"tokens": SIZE + 60}, "tokens"),
        ({"cost_micros": 60}, r"\$0.00006"),
    ],
)
def test_invariant_12_the_second_call_is_refused_and_nothing_is_spent_by_it(ceilings, words):
    ours = meter(**ceilings)
    ours.reserve(SMALL)
    before = (ours.n_steps, ours.tokens, ours.cost_micros)
    with pytest.raises(BudgetExhaustedError, match=words) as caught:
        ours.reserve(SMALL)
    assert (ours.n_steps, ours.tokens, ours.cost_micros) == before
    assert "raise the budget" in caught.value.next_step


def test_what_was_reserved_and_not_used_comes_back():
    ours = meter(tokens=2 * SIZE + 60, cost_micros=70)
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


def test_room_for_the_answer_shrinks_to_the_tokens_that_are_left():
    ours = meter(tokens=SIZE + 7)
    assert ours.reserve(SMALL).output_tokens == 7


def test_room_for_the_answer_shrinks_to_the_money_that_is_left_but_not_to_nothing():
    large = Wanted(SIZE, 16_000, DOLLARS)
    assert meter(cost_micros=5_000).reserve(large).output_tokens == 4_999
    assert meter(cost_micros=1_025).reserve(large).output_tokens == 1_024
    with pytest.raises(BudgetExhaustedError):
        meter(cost_micros=1_000).reserve(large)


def test_a_free_model_takes_nothing_of_the_money():
    ours = meter(cost_micros=1)
    assert ours.reserve(Wanted(SIZE, 16_000)).output_tokens == 16_000


def test_a_cached_prompt_is_reserved_at_the_price_of_putting_it_there():
    model = Model(provider="p", price=Price(input=1, output=0, cache_write=2, cache_read=0.1))
    assert meter().reserve(Wanted(SIZE, 50, model)).cost_micros == 2 * SIZE


def test_a_long_prompt_is_reserved_at_its_own_price():
    model = Model(
        provider="p", price=Price(input=1), long_price=Price(input=3), long_above_tokens=SIZE
    )
    assert meter().reserve(Wanted(SIZE, 0, model)).cost_micros == SIZE
    assert meter().reserve(Wanted(SIZE + 1, 0, model)).cost_micros == 3 * SIZE + 3


@pytest.mark.parametrize("left", [0, 1])
def test_a_request_that_does_not_fit_at_all_is_refused(left):
    with pytest.raises(BudgetExhaustedError):
        meter(tokens=SIZE - 1 + left).reserve(SMALL)


def test_without_ceilings_nothing_binds():
    ours = meter()
    for _ in range(100):
        assert ours.reserve(SMALL).output_tokens == 50
    assert ours.seconds_left() is None


@pytest.mark.parametrize("bound", ["steps", "tokens", "cost_micros"])
def test_invariant_12_the_ceiling_of_a_parent_binds_its_children(bound):
    limits = {"steps": 1, "cost_micros": 60}
    day = Meter("day", Ceilings(**{bound: limits.get(bound, SIZE + 60)}), FakeClock())
    first, second = (meter(day) for _ in range(2))
    first.reserve(SMALL)
    with pytest.raises(BudgetExhaustedError, match="the day's"):
        second.reserve(SMALL)
    assert second.n_steps == 0


def test_invariant_12_agents_at_work_together_cannot_pass_what_they_share():
    day = DayMeter(lambda: Ceilings(cost_micros=150), FakeClock(), lambda _: 0)
    first, second, third = (meter(day) for _ in range(3))
    held = [first.reserve(SMALL), second.reserve(SMALL)]
    with pytest.raises(BudgetExhaustedError, match=r"the day's \$0.00015"):
        third.reserve(SMALL)
    first.settle(held[0], Usage(SIZE, 1, 2))
    third.reserve(SMALL)


def test_a_day_begins_with_what_the_log_knows_of_it_and_ends_at_midnight():
    clock = FakeClock()
    spent = {day_of(clock.now_ms()): 140}
    day = DayMeter(lambda: Ceilings(cost_micros=150), clock, lambda name: spent.get(name, 0))
    ours = meter(day)
    with pytest.raises(BudgetExhaustedError, match=r"the day's \$0.00015") as caught:
        ours.reserve(SMALL)
    assert "budget_day_cost_micros" in caught.value.next_step
    clock.turn(DAY_S)
    reservation = ours.reserve(SMALL)
    clock.turn(DAY_S)
    ours.settle(reservation, Usage())
    assert day.cost_micros == 0


def test_invariant_12_a_call_over_midnight_gives_back_its_own_reservation_and_no_other():
    clock = FakeClock()
    day = DayMeter(lambda: Ceilings(cost_micros=150), clock, lambda _: 0)
    first, second, third = (meter(day) for _ in range(3))
    held = first.reserve(SMALL)
    clock.turn(DAY_S)
    second.reserve(SMALL)
    assert day.cost_micros == 102
    first.settle(held, Usage(SIZE, 40, 41))
    assert day.cost_micros == 92
    third.reserve(SMALL)
    with pytest.raises(BudgetExhaustedError, match=r"the day's \$0.00015"):
        first.reserve(SMALL)


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
