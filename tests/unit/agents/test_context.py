"""The window: estimates that learn, compaction that puts back what binds, an end before too much."""

import json

import pytest
from agentxd.agents.context.compacting import newest_plan
from agentxd.agents.context.estimating import Estimator, plain_tokens
from agentxd.agents.context.shortening import shortened
from agentxd.agents.context.window import window_of
from agentxd.agents.fake_clock import FakeClock
from agentxd.agents.routing.choosing import Candidate
from agentxd.agents.routing.health import Health
from agentxd.agents.routing.route import Route
from agentxd.kernel.errors import ProviderError
from agentxd.kernel.events import MessageAdded, StepCompleted, StepRequested, TranscriptCompacted
from agentxd.kernel.messages import (
    Finished,
    Message,
    ModelRequest,
    Observation,
    Text,
    TextDelta,
    ToolCall,
    Usage,
)
from agentxd.kernel.models import Model
from unit.agents.parts import Agent, EchoTool

WINDOW = 12_000
RULES = "Rules of this project: never use tabs."


def request(*messages, **more):
    return ModelRequest("m", "", messages, (), **more)


def said(text, role="user"):
    return Message(role, (Text(text),))


def words(message):
    return "\n\n".join(part.text for part in message.parts)


class Worker:
    """Calls its tool with long results, and sums up when it is asked to."""

    name = "worker"

    def __init__(self, n_calls, *, summary="It went well so far.", size=3_000, limit=10**9):
        self.n_calls, self.summary, self.size, self.limit = n_calls, summary, size, limit
        self.requests = []

    def models(self):
        return ("m",)

    async def stream(self, request):
        self.requests.append(request)
        n_input = plain_tokens(request)
        if n_input > self.limit:
            raise ProviderError("The prompt is too long.", kind="prompt_too_long")
        yield Finished(self._answer(request), "end", Usage(n_input, 20))

    def _answer(self, request):
        last = request.messages[-1].parts[-1]
        if isinstance(last, Text) and "will be left out" in last.text:
            if self.summary is None:
                raise ProviderError("I cannot.", kind="broken")
            return said(self.summary, "assistant")
        n_done = sum(not self.is_summary(one) for one in self.requests)
        if n_done > self.n_calls:
            return said("done", "assistant")
        plan = ToolCall(f"p{n_done}", "plan", {"plan": f"1. step {n_done}", "text": ""})
        text = chr(96 + n_done % 26) * self.size
        return Message("assistant", (plan, ToolCall(f"c{n_done}", "echo", {"text": text})))

    @staticmethod
    def is_summary(request):
        last = request.messages[-1].parts[-1]
        return isinstance(last, Text) and "will be left out" in last.text


def agent_with(worker, *, window=WINDOW, **more):
    known = Model(provider="p", name="m", context_tokens=window, max_output_tokens=1_000)
    route = Route([Candidate(worker, known)], Health(FakeClock()))
    plan = EchoTool("plan")
    plan.spec = EchoTool("plan").spec
    schema = {**plan.spec.schema, "properties": {**plan.spec.schema["properties"], "plan": {}}}
    plan.spec = type(plan.spec)("plan", "", schema)
    return Agent(None, (EchoTool(), plan), route=route, **more)


def test_the_answer_is_reserved_before_the_window_is_filled():
    known = Model(provider="p", context_tokens=100_000, max_output_tokens=8_000)
    window = window_of(known, 16_000)
    assert (window.total, window.reserved, window.effective) == (100_000, 8_000, 92_000)
    assert not window.is_nearly_full(73_599)
    assert window.is_nearly_full(73_600)
    assert not window.is_full(90_159)
    assert window.is_full(90_160)


def test_a_small_window_is_not_all_for_the_answer():
    known = Model(provider="p", context_tokens=8_000, max_output_tokens=8_000)
    assert window_of(known, 16_000).reserved == 2_000


def test_a_model_without_a_limit_is_never_full():
    window = window_of(Model(provider="mechanic"), 16_000)
    assert not window.is_nearly_full(10**9)
    assert not window.is_full(10**9)


def test_an_estimate_learns_from_what_was_reported():
    estimator, one = Estimator(), request(said("word " * 2_000))
    first = estimator.tokens(one, "p/m")
    estimator.learn(one, "p/m", Usage(int(first * 1.5), 1))
    assert estimator.tokens(one, "p/m") == pytest.approx(first * 1.5, rel=0.01)
    assert estimator.tokens(one, "p/other") == first
    estimator.learn(one, "p/m", Usage(0, 1))
    assert estimator.tokens(one, "p/m") == pytest.approx(first * 1.5, rel=0.01)


def test_a_report_that_cannot_be_does_not_spoil_the_estimate():
    estimator, one = Estimator(), request(said("word " * 2_000))
    first = estimator.tokens(one, "p/m")
    estimator.learn(one, "p/m", Usage(1, 1))
    assert estimator.tokens(one, "p/m") >= first * 0.39


async def test_a_long_transcript_is_compacted_and_what_binds_is_put_back_word_by_word():
    worker = Worker(30)
    said_once = [[MessageAdded("t1", said("Use spaces, please."))]]
    agent = agent_with(
        worker,
        kept=(("Waits for an answer of the user", "run: rm -rf build"),),
        inbox=lambda: said_once.pop() if said_once and len(worker.requests) == 2 else (),
    )
    transcript = await agent.run(RULES)
    compacted = agent.record.of(TranscriptCompacted)
    assert len(compacted) > 1
    assert transcript[0] == said(RULES)
    first, last = (words(one.message) for one in (compacted[0], compacted[-1]))
    assert "It went well so far." in first
    assert "1. step" in first
    assert "Use spaces, please." in first
    assert "run: rm -rf build" in first
    assert all(one.tokens_after < one.tokens_before for one in compacted)
    assert all(one.n_dropped > 1 for one in compacted)
    assert last.count("Use spaces, please.") == 1


async def test_compacted_again_and_again_a_summary_does_not_hold_the_ones_before_it():
    agent = agent_with(Worker(60))
    await agent.run()
    summaries = [words(one.message) for one in agent.record.of(TranscriptCompacted)]
    assert len(summaries) > 10
    assert {text.count("It went well so far.") for text in summaries} == {1}
    assert max(map(len, summaries)) < len(summaries[0]) + 20


def test_a_plan_outlives_the_summary_of_the_summary_that_it_stands_in():
    plan = Message("assistant", (ToolCall("p1", "plan", {"plan": "1. look"}),))
    blocks = ("(3 messages were left out here to make room; the log has them all.)",)
    blocks += ("# The plan, word by word\n1. look",)
    summary = Message("user", tuple(map(Text, blocks)))
    newer = Message("assistant", (ToolCall("p2", "plan", {"plan": "2. do"}),))
    assert newest_plan([plan, summary]) == "1. look"
    assert newest_plan([summary, said("on", "assistant")]) == "1. look"
    assert newest_plan([summary, newer]) == "2. do"


async def test_no_request_passes_the_window_and_no_result_loses_its_call():
    worker = Worker(30)
    await agent_with(worker).run()
    for one in worker.requests:
        assert plain_tokens(one) < WINDOW
        asked = {p.id for m in one.messages for p in m.parts if isinstance(p, ToolCall)}
        answered = {p.call_id for m in one.messages for p in m.parts if isinstance(p, Observation)}
        assert asked == answered


async def test_the_call_for_a_summary_is_a_step_that_no_transcript_holds():
    agent = agent_with(Worker(12))
    await agent.run()
    asked = [one for one in agent.record.of(StepRequested) if one.purpose == "compact"]
    done = [one for one in agent.record.of(StepCompleted) if one.purpose == "compact"]
    assert len(asked) == len(done) == len(agent.record.of(TranscriptCompacted)) > 0


async def test_a_model_that_cannot_sum_up_is_replaced_by_a_list_of_what_was_done():
    agent = agent_with(Worker(12, summary=None))
    await agent.run()
    first = words(agent.record.of(TranscriptCompacted)[0].message)
    assert "The calls so far" in first
    assert "- echo" in first
    last = words(agent.record.of(TranscriptCompacted)[-1].message)
    assert last.count("The calls so far") == 1
    assert '"1. step 1"' in last


async def test_a_prompt_that_the_server_finds_too_long_is_compacted_and_sent_once_more():
    worker = Worker(10, limit=6_000)
    agent = agent_with(worker, window=1_000_000)
    await agent.run()
    assert agent.record.of(TranscriptCompacted)


async def test_a_goal_that_does_not_fit_at_all_ends_with_a_clear_error():
    with pytest.raises(ProviderError, match="too small") as caught:
        await agent_with(Worker(1)).run("word " * 20_000)
    assert "larger window" in caught.value.next_step


async def test_an_answer_that_was_cut_off_is_continued_a_few_times():
    class Cut(Worker):
        async def stream(self, request):
            self.requests.append(request)
            yield Finished(said("and then", "assistant"), "length", Usage(10, 10))

    worker = Cut(0)
    agent = agent_with(worker)
    await agent.run()
    assert len(worker.requests) == 4
    assert len(agent.record.of(MessageAdded)) == 3


async def test_a_summary_is_not_shown_to_the_user():
    class Loud(Worker):
        async def stream(self, request):
            if self.is_summary(request):
                yield TextDelta("for nobody")
            async for delta in super().stream(request):
                yield delta

    agent = agent_with(Loud(12))
    await agent.run()
    assert agent.record.of(TranscriptCompacted)
    assert agent.shown == []


def test_a_long_output_is_shortened_once_and_for_all():
    message = Message("tool", (Observation("c", "x" * 50_000), Observation("d", "short")))
    once = shortened(message)
    assert len(once.parts[0].output) < 6_000
    assert "45000 characters left out" in once.parts[0].output
    assert once.parts[1] == message.parts[1]
    assert shortened(once) == once


def test_the_newest_plan_is_the_last_one():
    calls = [Message("assistant", (ToolCall(str(n), "plan", {"plan": f"{n}"}),)) for n in (1, 2)]
    assert newest_plan(calls) == "2"
    assert newest_plan([said("x")]) == ""
    assert json.dumps(newest_plan(calls)) == '"2"'
