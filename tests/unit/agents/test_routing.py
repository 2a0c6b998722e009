"""Which model does a step: chains, health, need, and the reasons that are told."""

import pytest
from agentxd.agents.fake_clock import FakeClock
from agentxd.agents.routing.choosing import Candidate
from agentxd.agents.routing.complexity import wanted_tier
from agentxd.agents.routing.health import Health
from agentxd.agents.routing.route import ORDER, SCORE, Route
from agentxd.kernel.errors import ProviderError
from agentxd.kernel.events import ModelChosen, StepFailed
from agentxd.kernel.messages import Finished, Message, Text, TextDelta, Usage
from agentxd.kernel.models import Model, Price
from unit.agents.parts import Agent, EchoTool, call


class Speaker:
    """Says what it is told, or fails as it is told."""

    name = "speaker"

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def models(self):
        return ("m",)

    async def stream(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, tuple):
            yield TextDelta(answer[0])
            answer = answer[1]
        if isinstance(answer, Exception):
            raise answer
        yield Finished(Message("assistant", (Text(answer),)), "end", Usage(10, 5))


def model(name, **more):
    return Model(provider="p", name=name, **more)


def chain(*models, clock=None, mode=ORDER, goal="do it", health=None, speakers=None):
    clock = clock or FakeClock()
    speakers = speakers or {}
    candidates = [Candidate(speakers.get(one.name, Speaker()), one) for one in models]
    return Route(candidates, health or Health(clock), goal=goal, mode=mode)


def chosen(route, size=100, room=100):
    return route.choose(size, room, has_tools=True)


def trouble(kind="overloaded", **more):
    return ProviderError("It is overloaded.", kind=kind, **more)


SMALL = model("small", tier=1, price=Price(input=0.1, output=1), context_tokens=10_000)
MIDDLE = model("middle", tier=2, price=Price(input=2, output=10), context_tokens=200_000)
LARGE = model("large", tier=3, price=Price(input=5, output=25), context_tokens=1_000_000)


@pytest.mark.parametrize(
    ("role", "goal", "tier"),
    [
        ("implementer", "fix the typo in README.md", 1),
        ("implementer", "rename Foo to Bar", 1),
        ("implementer", "add a --json flag to status", 2),
        ("implementer", "refactor the storage layer", 3),
        ("implementer", "find out why the test is flaky", 3),
        ("implementer", "x " * 700, 3),
        ("documenter", "describe the new flag", 1),
        ("architect", "add a --json flag to status", 3),
    ],
)
def test_a_goal_tells_how_much_model_it_needs_and_why(role, goal, tier):
    found, why = wanted_tier(role, goal)
    assert found == tier
    assert why


@pytest.mark.parametrize(
    ("goal", "label"),
    [
        ("fix the typo", "p/small"),
        ("add a flag", "p/middle"),
        ("redesign the storage", "p/large"),
    ],
)
def test_by_score_the_cheapest_that_is_up_to_the_goal_comes_first(goal, label):
    choice = chosen(chain(LARGE, MIDDLE, SMALL, mode=SCORE, goal=goal))
    assert choice.candidate.label == label
    assert "tier" in choice.reasons[0]
    assert "$" in choice.reasons[0]


def test_by_score_a_model_that_fails_often_or_lets_wait_falls_back():
    clock, twin = FakeClock(), model("twin", tier=2, price=Price(input=2.1, output=10))
    health = Health(clock)
    assert chosen(chain(MIDDLE, twin, mode=SCORE, health=health)).candidate.model is MIDDLE
    health.succeeded(MIDDLE.label, 30_000)
    assert chosen(chain(MIDDLE, twin, mode=SCORE, health=health)).candidate.model is twin
    for _ in range(2):
        health.failed(twin.label, trouble())
        clock.turn(3_600)
    health.succeeded(MIDDLE.label, 1)
    assert chosen(chain(MIDDLE, twin, mode=SCORE, health=health)).candidate.model is twin
    for _ in range(12):
        health.failed(twin.label, trouble())
        clock.turn(3_600)
    assert chosen(chain(MIDDLE, twin, mode=SCORE, health=health)).candidate.model is MIDDLE


def test_in_order_the_first_that_fits_is_taken_and_the_others_are_told():
    no_tools = model("old", can=())
    choice = chosen(chain(no_tools, SMALL, MIDDLE), size=9_800)
    assert choice.candidate.model is MIDDLE
    assert choice.passed_over == {
        "p/old": "it cannot use tools",
        "p/small": "its window of 10000 tokens is too small for about 9800 and an answer of 100",
    }


def test_what_works_stays_since_its_cache_is_warm():
    clock = FakeClock()
    route = chain(MIDDLE, LARGE, clock=clock)
    assert route.failed(chosen(route), trouble())
    second = chosen(route)
    route.succeeded(second, 100)
    clock.turn(3_600)
    again = chosen(route)
    assert again.candidate.model is LARGE
    assert "cache is warm" in again.reasons[0]


def test_after_all_have_failed_the_last_trouble_is_told():
    route = chain(MIDDLE, LARGE)
    assert route.failed(chosen(route), trouble())
    assert not route.failed(chosen(route), trouble("quota"))
    with pytest.raises(ProviderError) as caught:
        chosen(route)
    assert caught.value.kind == "quota"


def test_nobody_fits():
    with pytest.raises(ProviderError, match="No model can take the next step") as caught:
        chosen(chain(SMALL), size=20_000)
    assert caught.value.kind == "prompt_too_long"
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("kinds", "pause_s"),
    [
        (["overloaded"], 0),
        (["overloaded"] * 3, 30),
        (["overloaded"] * 4, 60),
        (["overloaded"] * 20, 600),
        (["key"], 300),
        (["prompt_too_long"] * 5, 0),
        (["rejected"] * 5, 0),
    ],
)
def test_a_model_in_trouble_is_held_back_and_tried_again_after_a_pause(kinds, pause_s):
    clock = FakeClock()
    health = Health(clock)
    for kind in kinds:
        health.failed("p/x", trouble(kind))
    assert health.is_open("p/x") == bool(pause_s)
    clock.turn(max(0, pause_s - 1))
    assert health.is_open("p/x") == bool(pause_s)
    clock.turn(1)
    assert not health.is_open("p/x")


def test_a_provider_that_names_a_pause_gets_it():
    clock = FakeClock()
    health = Health(clock)
    health.failed("p/x", trouble("limit", retry_after_s=90.0))
    clock.turn(89)
    assert health.is_open("p/x")
    health.succeeded("p/x", 5)
    assert not health.is_open("p/x")


def test_another_task_passes_over_a_model_that_is_held_back():
    health = Health(FakeClock())
    health.failed(MIDDLE.label, trouble("key"))
    choice = chosen(chain(MIDDLE, LARGE, health=health))
    assert choice.candidate.model is LARGE
    assert choice.passed_over == {"p/middle": "It is overloaded."}


def test_where_all_are_held_back_one_is_tried_all_the_same():
    health = Health(FakeClock())
    health.failed(MIDDLE.label, trouble("key"))
    assert chosen(chain(MIDDLE, health=health)).candidate.model is MIDDLE


async def test_the_loop_goes_on_with_the_next_model_and_the_log_says_why():
    first, second = Speaker(trouble()), Speaker("done")
    route = chain(MIDDLE, LARGE, speakers={"middle": first, "large": second})
    agent = Agent(None, route=route)
    await agent.run()
    kinds = ["ModelChosen", "StepRequested", "StepFailed"]
    assert agent.names == [*kinds, *kinds[:2], "StepCompleted"]
    one, other = agent.record.of(ModelChosen)
    assert (one.model, one.reasons) == ("p/middle", ("first of the chain",))
    assert other.model == "p/large"
    assert other.passed_over == {"p/middle": "It is overloaded."}
    assert second.requests[0].model == "large"


async def test_after_something_was_shown_no_other_model_says_it_again():
    route = chain(MIDDLE, LARGE, speakers={"middle": Speaker(("Half a", trouble("network")))})
    agent = Agent(None, route=route)
    with pytest.raises(ProviderError):
        await agent.run()
    (failed,) = agent.record.of(StepFailed)
    assert failed.usage.output_tokens > 0
    assert agent.meter.tokens == failed.usage.input_tokens + failed.usage.output_tokens


async def test_a_failed_call_gives_back_what_was_reserved():
    agent = Agent(None, route=chain(MIDDLE, speakers={"middle": Speaker(trouble())}))
    with pytest.raises(ProviderError):
        await agent.run()
    assert (agent.meter.tokens, agent.meter.cost_micros, agent.meter.n_steps) == (0, 0, 1)


async def test_one_model_alone_is_no_choice_to_tell_of():
    speaker = Speaker("done")
    agent = Agent(None, (EchoTool(),), route=chain(MIDDLE, speakers={"middle": speaker}))
    await agent.run()
    assert agent.record.of(ModelChosen) == []
    assert call().name == "echo"
