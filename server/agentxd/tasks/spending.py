"""What models cost: tokens, money and time by day, role and model, as a pure fold over events."""

from collections.abc import Iterable

from msgspec import Struct

from agentxd.kernel.events import Event, StepCompleted, StepFailed
from agentxd.kernel.messages import Usage
from agentxd.tasks.reducing import sum_of
from agentxd.tasks.state import TasksState


class Spent(Struct, frozen=True):
    """Sums of model calls."""

    n_calls: int = 0
    n_failed: int = 0
    usage: Usage = Usage()
    model_ms: int = 0
    """Spent on waiting, in milliseconds; calls at the same time count each."""

    @property
    def cost_micros(self) -> int:
        """Millionths of a US dollar."""
        return self.usage.cost_micros


Spending = dict[str, dict[str, Spent]]
"""Day (UTC) to `role model` to what was spent."""


def reduce_spending(state: Spending, event: Event, tasks: TasksState) -> Spending:
    """The state after one more event; events of other rooms change nothing."""
    if not isinstance(event, StepCompleted | StepFailed) or not event.day or not event.model:
        return state
    task = tasks.tasks.get(event.task)
    key = f"{task.role if task else ''} {event.model}"
    of_day = state.get(event.day, {})
    one = Spent(1, int(isinstance(event, StepFailed)), event.usage, event.duration_ms)
    return {**state, event.day: {**of_day, key: together([of_day.get(key, Spent()), one])}}


def spent_on(state: Spending, day: str) -> Spent:
    """Everything of one day."""
    return together(state.get(day, {}).values())


def together(parts: Iterable[Spent]) -> Spent:
    """The sum."""
    total = Spent()
    for part in parts:
        total = Spent(
            total.n_calls + part.n_calls,
            total.n_failed + part.n_failed,
            sum_of(total.usage, part.usage),
            total.model_ms + part.model_ms,
        )
    return total
