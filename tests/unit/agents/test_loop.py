"""The loop: it goes on until the model calls nothing, and every call has its answer."""

import asyncio

import pytest
from agentxd.agents.budget import Ceilings
from agentxd.agents.guard import LoopGuard, StuckError
from agentxd.kernel.errors import BudgetExhaustedError, ProviderError, StorageError
from agentxd.kernel.events import StepCompleted, StepFailed, StepRequested, ToolCallCompleted
from agentxd.kernel.messages import (
    Finished,
    Message,
    Observation,
    Text,
    TextDelta,
    ThinkingDelta,
    ToolCall,
)
from agentxd.plugins.providers.scripted import ScriptedStep
from unit.agents.parts import Agent, BrokenTool, EchoTool, call, scripted


class WrittenProvider:
    """Streams exactly these deltas for each step; an exception in their place is raised."""

    name = "written"

    def __init__(self, *steps):
        self._steps = list(steps)
        self.requests = []
        self.n_closed = 0

    def models(self):
        return ("m",)

    async def stream(self, request):
        self.requests.append(request)
        try:
            for delta in self._steps.pop(0):
                if isinstance(delta, BaseException):
                    raise delta
                await asyncio.sleep(0)
                yield delta
        finally:
            self.n_closed += 1


def end(*parts, stop_reason="end"):
    return Finished(Message("assistant", parts), stop_reason)


def observations(message):
    return [(part.call_id, part.output, part.is_error) for part in message.parts]


async def test_it_ends_with_the_first_step_that_calls_no_tool():
    tool = EchoTool()
    agent = Agent(scripted([call()], [call(), call("two")], "done", "never asked for"), (tool,))
    transcript = await agent.run()
    roles = [message.role for message in transcript]
    assert roles == ["user", "assistant", "tool", "assistant", "tool", "assistant"]
    assert transcript[-1].parts == (Text("done"),)
    assert tool.n_calls == 3


async def test_a_step_without_text_and_without_calls_is_an_end_as_well():
    transcript = await Agent(WrittenProvider([end()])).run()
    assert transcript[-1] == Message("assistant", ())


async def test_each_intent_is_written_before_its_effect_and_each_result_after_it():
    agent = Agent(scripted([call()], "done"), (EchoTool(),))
    await agent.run()
    step = ["StepRequested", "StepCompleted"]
    assert agent.names == [*step, "ToolCallRequested", "ToolCallCompleted", *step]
    assert [event.step for event in agent.record.of(StepRequested)] == [1, 2]


async def test_all_calls_of_a_step_are_answered_in_their_order_and_matched_by_id():
    tools = (EchoTool(), BrokenTool("broken"), EchoTool("slow", n_turns=20))
    calls = [
        call("first", "slow", call_id="a"),
        call("value", "broken", call_id="b"),
        call("third", call_id="c"),
        call("fourth", "missing", call_id="d"),
        call("fifth", call_id="e", times="many"),
        call("sixth", call_id="f"),
    ]
    transcript = await Agent(scripted(calls, "done"), tools).run()
    found = observations(transcript[2])
    assert [name for name, _, _ in found] == list("abcdef")
    assert [is_error for _, _, is_error in found] == [False, True, False, True, True, False]
    assert found[5][1] == "sixth"


async def test_streamed_parts_are_shown_in_their_order():
    deltas = [
        ThinkingDelta("hm "),
        TextDelta("one "),
        ThinkingDelta("well "),
        TextDelta("two"),
        end(Text("one two")),
    ]
    agent = Agent(WrittenProvider(deltas))
    await agent.run()
    assert agent.shown == [
        ("thinking", "hm "),
        ("text", "one "),
        ("thinking", "well "),
        ("text", "two"),
    ]


async def test_the_pieces_of_a_scripted_text_join_to_the_text():
    words = " It works,\n\n  now:\tgo on. "
    agent = Agent(scripted(words))
    await agent.run()
    assert len(agent.shown) > 3
    assert "".join(text for _, text in agent.shown) == words


@pytest.mark.parametrize(
    ("deltas", "words"),
    [
        ([], "ended a step without an answer"),
        ([TextDelta("half")], "ended a step without an answer"),
        ([RuntimeError("boom")], "broke: RuntimeError: boom"),
        ([TextDelta("half"), OSError("reset")], "broke: OSError: reset"),
        ([TimeoutError("slow")], "broke: TimeoutError: slow"),
        ([ProviderError("no key")], "no key"),
    ],
)
async def test_a_provider_that_breaks_ends_the_loop_with_a_provider_error(deltas, words):
    provider = WrittenProvider(deltas)
    agent = Agent(provider)
    with pytest.raises(ProviderError, match=words):
        await agent.run()
    assert agent.names == ["StepRequested", "StepFailed"]
    (failed,) = agent.record.of(StepFailed)
    assert words in failed.reason
    assert provider.n_closed == 1


def nested(depth):
    value = "x"
    for _ in range(depth):
        value = [value]
    return value


async def test_a_refusal_is_recorded_with_its_step_and_ends_the_loop():
    agent = Agent(WrittenProvider([end(Text("I will not"), stop_reason="refused")]))
    with pytest.raises(ProviderError, match="refused"):
        await agent.run()
    assert agent.names == ["StepRequested", "StepCompleted"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"text": "cut o', "no JSON object"),
        (["text"], "no JSON object"),
        (None, "no JSON object"),
        (3, "no JSON object"),
        ({"text": 10**26}, "cannot be written down"),
        ({"text": "\ud800"}, "cannot be written down"),
        ({"text": nested(500), "token": "x"}, "cannot be written down"),
    ],
)
async def test_arguments_that_are_no_json_object_are_answered_and_can_be_recorded(arguments, words):
    from agentxd.kernel.events import decode_event, encode_event

    tool = EchoTool()
    provider = WrittenProvider([end(ToolCall("a", "echo", arguments))], [end(Text("done"))])
    agent = Agent(provider, (tool,))
    transcript = await agent.run()
    (seen,) = transcript[2].parts
    assert (seen.call_id, seen.is_error, tool.n_calls) == ("a", True, 0)
    assert words in seen.output
    for event in agent.record.events:
        assert decode_event(encode_event(event)) == event


async def test_an_answer_that_no_log_can_hold_is_the_providers_fault():
    agent = Agent(WrittenProvider([end(ToolCall("a", "echo", {"text": object()}))]))
    with pytest.raises(ProviderError, match="cannot be recorded"):
        await agent.run()
    assert agent.names == ["StepRequested", "StepFailed"]


async def test_the_next_request_holds_everything_so_far():
    provider = WrittenProvider([end(ToolCall("a", "echo", {"text": "x"}))], [end(Text("done"))])
    await Agent(provider, (EchoTool(),)).run("the goal")
    first, second = provider.requests
    assert second.messages[:1] == first.messages == (Message("user", (Text("the goal"),)),)
    assert second.messages[2] == Message("tool", (Observation("a", "x"),))
    assert [spec.name for spec in second.tools] == ["echo"]


async def test_a_log_that_refuses_stops_the_loop_before_the_model_is_called():
    provider = WrittenProvider([end()])

    async def refuse(*events):
        raise StorageError("the disk is full")

    with pytest.raises(StorageError):
        await Agent(provider, record=refuse).run()
    assert provider.requests == []


async def test_an_agent_that_repeats_itself_is_nudged_and_then_stopped():
    agent = Agent(scripted(*([call()] for _ in range(9))), (EchoTool(),), guard=LoopGuard(2, 4))
    with pytest.raises(StuckError, match="4 steps in a row repeated echo"):
        await agent.run()
    assert agent.names.count("MessageAdded") == 1
    assert len(agent.record.of(ToolCallCompleted)) == len(agent.record.of(StepCompleted)) == 5


async def test_the_nudge_is_a_message_that_the_model_sees():
    steps = [[end(ToolCall(f"c{n}", "echo", {"text": "x"}))] for n in range(3)]
    provider = WrittenProvider(*steps, [end(Text("done"))])
    await Agent(provider, (EchoTool(),), guard=LoopGuard(2, 4)).run()
    last = provider.requests[-1].messages[-1]
    assert last.role == "user"
    assert "called echo 3 times" in last.parts[0].text


async def test_a_broken_tool_that_answers_the_same_for_ever_is_a_loop_too():
    agent = Agent(scripted(*([call("value", "broken")] for _ in range(9))), (BrokenTool("broken"),))
    with pytest.raises(StuckError):
        await agent.run()


@pytest.mark.parametrize(
    ("ceilings", "n_steps"),
    [(Ceilings(steps=2), 2), (Ceilings(tokens=250), 2), (Ceilings(cost_micros=25), 3)],
)
async def test_invariant_12_a_budget_ends_the_loop_before_the_call_that_would_pass_it(
    ceilings, n_steps
):
    steps = [
        ScriptedStep("", (call(str(n)),), input_tokens=90, output_tokens=10, cost_micros=10)
        for n in range(9)
    ]
    agent = Agent(scripted(*steps), (EchoTool(),), ceilings)
    with pytest.raises(BudgetExhaustedError):
        await agent.run()
    assert agent.names.count("StepRequested") == agent.names.count("StepCompleted") == n_steps
    assert agent.names[-1] == "ToolCallCompleted"
