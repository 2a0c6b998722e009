"""A house in which models review, and a change for them to read."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from agentxd.agents.budget import Ceilings, DayMeter, Meter
from agentxd.agents.fake_clock import FakeClock
from agentxd.agents.reviewers.fake_model import FakeReviewModel, report, verdicts
from agentxd.agents.routing.route import only
from agentxd.kernel.messages import Finished
from agentxd.kernel.models import Model, Price
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.sessions.goals import Goals
from agentxd.sessions.journal import Journal
from agentxd.sessions.model_review import ModelReviews, Outfit, ReviewHouse, ReviewWish
from msgspec.structs import replace
from unit.reviewers.changing import changed

OLD = "def mean(rows):\n    return sum(rows) / max(1, len(rows))\n"
NEW = "def mean(rows):\n    return sum(rows) / len(rows)\n"
LINE = "return sum(rows) / len(rows)"
FILE = changed("shop/sums.py", OLD, NEW)


async def nothing(task):
    del task


class PricedModel(FakeReviewModel):
    """A fake that tells its window and its price."""

    def __init__(self, judge, **known):
        super().__init__(judge)
        self.known = Model(provider="fake", name="reviewer", price=Price(1, 1), **known)

    def model(self, name):
        del name
        return self.known

    async def stream(self, request):
        async for delta in super().stream(request):
            if isinstance(delta, Finished):
                yield replace(delta, usage=self.known.priced(delta.usage))
            else:
                yield delta


@dataclass
class House:
    """Everything around one provider."""

    provider: Any
    index: Any = None
    budget_day_micros: int = 0
    shown: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self):
        self.clock = FakeClock()
        self.log = InMemoryEventLog(self.clock.now_ms)
        self.journal = Journal(self.log)
        self.goals = Goals(self.journal, None, nothing)
        self.meters = []
        self.day = DayMeter(
            lambda: Ceilings(cost_micros=self.budget_day_micros), self.clock, lambda _: 0
        )
        self.reviews = ModelReviews()
        self.reviews.equip(
            ReviewHouse(
                self.journal,
                self.equip,
                self.clock,
                lambda task, kind, text: self.shown.append((kind, text)),
                index=lambda: self.index,
                adopt=self.goals.adopt,
            )
        )

    async def equip(self, goal, n_reviewers):
        names = {"steps", "tokens", "cost_micros", "seconds"} & set(goal.budget)
        ceilings = Ceilings(**{name: goal.budget[name] for name in names})
        meter = Meter("review", ceilings, self.clock, self.day)
        self.meters.append(meter)
        routes = tuple(only(self.provider, self.clock) for _ in range(n_reviewers))
        return Outfit("fake", (), routes, meter)

    async def review(self, *files, **more):
        """Within five seconds."""
        wish = ReviewWish(files=files or (FILE,), **more)
        return await asyncio.wait_for(self.reviews.review(wish), 5)

    async def events(self):
        """All that is in the log."""
        return [record.event for record in await self.journal.read(0, 10_000)]

    @property
    def tasks(self):
        """As the log tells them."""
        return list(self.journal.state.tasks.tasks.values())


def judging(*findings, verdict="confirmed"):
    """Says the same of every piece, and the verdict of every finding."""

    def judge(asked):
        if asked.is_second_look:
            return verdicts(asked, verdict)
        return report(asked, *findings)

    return judge
