"""A cancel in the middle leaves every model call and every tool call with a result."""

import asyncio

import pytest
from agentxd.agents.budget import Ceilings
from agentxd.kernel.errors import BudgetExhaustedError
from agentxd.kernel.events import StepFailed, StepRequested, ToolCallCompleted, ToolCallRequested
from agentxd.kernel.messages import TextDelta
from unit.agents.parts import Agent, EchoTool, HangingTool, Workroom, call, scripted


class HangingProvider:
    """Streams one piece and then nothing."""

    name = "hanging"

    def __init__(self):
        self.begun = asyncio.Event()
        self.is_closed = False

    def models(self):
        return ("m",)

    async def stream(self, request):
        try:
            yield TextDelta("half a ")
            self.begun.set()
            await asyncio.Event().wait()
        finally:
            self.is_closed = True


async def cancelled(agent, begun, message="stop"):
    """Run until it has begun, cancel, and give back the error."""
    task = asyncio.ensure_future(agent.run())
    begins = asyncio.ensure_future(begun.wait())
    await asyncio.wait({task, begins}, return_when=asyncio.FIRST_COMPLETED)
    assert not task.done(), "it ended before it had begun"
    task.cancel(message)
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    return caught.value


async def test_invariant_10_a_cancelled_model_call_has_a_result():
    provider = HangingProvider()
    agent = Agent(provider)
    error = await cancelled(agent, provider.begun)
    assert error.args == ("stop",)
    assert agent.names == ["StepRequested", "StepFailed"]
    assert agent.record.of(StepFailed)[0].reason == "cancelled"
    assert provider.is_closed
    assert agent.shown == [("text", "half a ")]


@pytest.mark.parametrize("risk", ["read", "write"])
async def test_invariant_10_cancelled_tool_calls_have_results_and_later_ones_never_start(risk):
    hanging = HangingTool(risk=risk)
    after = EchoTool("after", risk="run")
    calls = [
        call("1", call_id="a"),
        call("2", "hang", call_id="b"),
        call("3", "after", call_id="c"),
    ]
    agent = Agent(scripted(calls, "done"), (EchoTool(), hanging, after))
    error = await cancelled(agent, hanging.begun)
    assert error.args == ("stop",)
    assert hanging.is_cancelled
    assert after.n_calls == 0
    results = {e.observation.call_id: e.observation for e in agent.record.of(ToolCallCompleted)}
    assert set(results) == {"a", "b", "c"}
    assert (results["a"].output, results["a"].is_error) == ("1", False)
    assert results["b"].output == results["c"].output == "Cancelled before it was done."
    assert {e.call.id for e in agent.record.of(ToolCallRequested)} == {"a", "b"}
    assert len(agent.record.of(StepRequested)) == 1


async def test_a_cancel_while_several_reads_are_under_way_answers_each_once():
    hanging = HangingTool()
    slow = EchoTool("slow", n_turns=10_000)
    calls = [
        call("1", "slow", call_id="a"),
        call("2", "hang", call_id="b"),
        call("3", "slow", call_id="c"),
    ]
    agent = Agent(scripted(calls, "done"), (hanging, slow))
    error = await cancelled(agent, hanging.begun)
    assert error.args == ("stop",)
    answered = [e.observation.call_id for e in agent.record.of(ToolCallCompleted)]
    assert sorted(answered) == ["a", "b", "c"]


class WaitingWorkroom(Workroom):
    """A person who never answers."""

    def __init__(self):
        super().__init__()
        self.begun = asyncio.Event()

    async def approve(self, call, verdict):
        self.begun.set()
        return await asyncio.Event().wait()


async def test_a_cancel_while_a_person_is_asked_leaves_no_intent_but_an_answer():
    from agentxd.agents.gate import gate_of

    workroom = WaitingWorkroom()
    agent = Agent(scripted([call(call_id="a")], "done"), (EchoTool(),), workroom=workroom)
    agent.gate = gate_of(ask=["echo"])
    await cancelled(agent, workroom.begun)
    assert agent.record.of(ToolCallRequested) == []
    assert [e.observation.call_id for e in agent.record.of(ToolCallCompleted)] == ["a"]


class SlowRecorder:
    """Takes a while to make an event durable, as a disk does."""

    def __init__(self, slow, record):
        self._slow, self._record = slow, record
        self.begun = asyncio.Event()
        self.events = record.events
        self.of = record.of

    async def __call__(self, *events):
        if isinstance(events[0], self._slow):
            self.begun.set()
            for _ in range(10):
                await asyncio.sleep(0)
        return await self._record(*events)


async def test_a_result_that_is_being_written_is_written_to_its_end():
    agent = Agent(scripted([call(call_id="a")], "done"), (EchoTool(),))
    agent.record = SlowRecorder(ToolCallCompleted, agent.record)
    await cancelled(agent, agent.record.begun)
    (completed,) = agent.record.of(ToolCallCompleted)
    assert (completed.observation.output, completed.observation.is_error) == ("hello", False)


async def test_invariant_12_the_time_budget_ends_a_model_call_that_is_under_way():
    provider = HangingProvider()
    agent = Agent(provider, ceilings=Ceilings(seconds=60))
    with pytest.raises(BudgetExhaustedError, match="time budget ran out"):
        await after_turning(agent, 59.97)
    assert agent.names == ["StepRequested", "StepFailed"]
    assert provider.is_closed


async def test_invariant_12_the_time_budget_ends_a_tool_call_that_is_under_way():
    hanging = HangingTool()
    agent = Agent(scripted([call("", "hang", call_id="a")], "x"), (hanging,), Ceilings(seconds=60))
    with pytest.raises(BudgetExhaustedError, match="time budget ran out"):
        await after_turning(agent, 59.97)
    assert hanging.is_cancelled
    assert agent.names[-1] == "ToolCallCompleted"


class Impatient(EchoTool):
    """Lets the whole time budget pass."""

    async def call(self, call_id, arguments, context):
        self.clock.turn(61)
        return await super().call(call_id, arguments, context)


async def test_no_step_begins_when_the_time_is_up():
    tool = Impatient()
    agent = Agent(scripted([call()], "done"), (tool,), Ceilings(seconds=60))
    tool.clock = agent.clock
    with pytest.raises(BudgetExhaustedError, match="60 seconds"):
        await agent.run()
    assert agent.names.count("StepRequested") == 1


async def after_turning(agent, seconds):
    """Run with most of the time used up once the meter has started."""
    record = agent.record

    class Turning:
        events, of = record.events, record.of
        is_turned = False

        async def __call__(self, *events):
            if not Turning.is_turned:
                Turning.is_turned = True
                agent.clock.turn(seconds)
            return await record(*events)

    agent.record = Turning()
    return await agent.run()
