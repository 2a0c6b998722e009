"""What models cost, as rows for people."""

from dataclasses import dataclass

from agentxd.agents.budget import day_of
from agentxd.tasks.spending import Spending, Spent, spent_on


@dataclass(frozen=True)
class UsageRow:
    """One day, role and model."""

    day: str
    role: str
    model: str
    spent: Spent


@dataclass(frozen=True)
class UsageView:
    """The last days."""

    rows: tuple[UsageRow, ...]
    today_micros: int


def usage_of(spending: Spending, now_ms: int, n_days: int) -> UsageView:
    """The newest `n_days` days with any model call, newest first, the dearest row first."""
    rows: list[UsageRow] = []
    for day in sorted(spending, reverse=True)[:n_days]:
        of_day = sorted(spending[day].items(), key=lambda item: (-item[1].cost_micros, item[0]))
        for key, spent in of_day:
            role, _, model = key.partition(" ")
            rows.append(UsageRow(day, role, model, spent))
    return UsageView(tuple(rows), spent_on(spending, day_of(now_ms)).cost_micros)
