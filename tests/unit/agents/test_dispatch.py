"""The dispatcher: one observation for each call, whatever it is, and a record of it."""

import pytest
from agentxd.agents.gate import gate_of
from agentxd.kernel.errors import StorageError
from agentxd.kernel.events import ToolCallCompleted, ToolCallRequested
from agentxd.kernel.messages import ToolCall
from unit.agents.parts import Agent, BrokenTool, EchoTool, Workroom, call, scripted, wish


def agent(*tools, **more):
    return Agent(scripted(), tools or (EchoTool(), BrokenTool("broken")), **more)


REFUSED = [
    (wish("a", name="missing"), "There is no tool 'missing'. There are: broken, echo."),
    (ToolCall("a", "echo", {}), "arguments lacks `text`"),
    (wish("a", text=3), "`text` must be string, not int"),
    (wish("a", text=None), "`text` must be string, not NoneType"),
    (wish("a", times="3"), "`times` must be integer, not str"),
    (wish("a", times=1.5), "`times` must be integer, not float"),
    (wish("a", times=True), "`times` must be integer, not bool"),
    (wish("a", is_loud=1), "`is_loud` must be boolean, not int"),
    (wish("a", ways="one"), "`ways` must be array, not str"),
    (wish("a", ways=["one", 2]), "`ways`[1] must be string, not int"),
    (wish("a", purpose="fun"), "`purpose` must be one of check, look"),
    (wish("a", colour="red"), "arguments has no `colour`; it has text, times,"),
    (wish("a", "value", "broken"), "The tool broken broke: ValueError: no"),
    (wish("a", "timeout", "broken"), "The tool broken broke: TimeoutError: too slow"),
    (wish("a", "nothing", "broken"), "The tool broken broke:"),
    (wish("a", "sandbox", "broken"), "the sandbox is gone Next: open another."),
    (wish("a", "denied", "broken"), "the user said no"),
]


@pytest.mark.parametrize(("wished", "words"), REFUSED, ids=[words for _, words in REFUSED])
async def test_what_goes_wrong_is_an_observation_in_words(wished, words):
    ours = agent()
    (observation,) = await ours.dispatcher().answer([wished])
    assert observation.is_error
    assert words in observation.output
    assert observation.call_id == "a"
    (completed,) = ours.record.of(ToolCallCompleted)
    assert completed.observation == observation


@pytest.mark.parametrize("wished", [wished for wished, _ in REFUSED[:12]])
async def test_a_call_that_makes_no_sense_reaches_no_tool_and_leaves_no_intent(wished):
    ours = agent()
    await ours.dispatcher().answer([wished])
    assert ours.record.of(ToolCallRequested) == []
    assert [tool.n_calls for tool in ours.tools] == [0, 0]


@pytest.mark.parametrize(
    "arguments", [{"text": "", "times": 0, "ways": [], "is_loud": False}, {"text": "x", "ways": ()}]
)
async def test_arguments_that_fit_are_let_through(arguments):
    (observation,) = await agent().dispatcher().answer([ToolCall("a", "echo", arguments)])
    assert not observation.is_error


async def test_an_observation_of_another_call_is_put_right():
    (observation,) = await agent().dispatcher().answer([wish("a", "other id", "broken")])
    assert (observation.call_id, observation.output) == ("a", "done")


async def test_an_id_that_is_used_twice_is_answered_once_and_complained_of_once():
    ours = agent()
    first, second = await ours.dispatcher().answer([wish("a", "one"), wish("a", "two")])
    assert (first.output, first.is_error) == ("one", False)
    assert "used twice" in second.output
    assert ours.tools[0].n_calls == 1


async def test_invariant_10_a_log_that_refuses_is_never_a_mere_observation():
    ours = agent()
    with pytest.raises(StorageError):
        await ours.dispatcher().answer([wish("a", "storage", "broken")])


class Ordered(EchoTool):
    """Notes when it begins and ends."""

    def __init__(self, name, risk, notes):
        super().__init__(name, risk)
        self.notes = notes

    async def call(self, call_id, arguments, context):
        import asyncio

        self.notes.append(f"+{call_id}")
        for _ in range(5):
            await asyncio.sleep(0)
        self.notes.append(f"-{call_id}")
        return await super().call(call_id, arguments, context)


async def test_neighbouring_reads_go_together_and_everything_else_one_by_one():
    notes = []
    tools = (Ordered("look", "read", notes), Ordered("change", "write", notes))
    names = ["look", "look", "change", "look", "change", "change"]
    calls = [wish(str(index), name=name) for index, name in enumerate(names)]
    answers = await agent(*tools).dispatcher().answer(calls)
    assert notes[:4] == ["+0", "+1", "-0", "-1"]
    assert notes[4:] == ["+2", "-2", "+3", "-3", "+4", "-4", "+5", "-5"]
    assert [answer.call_id for answer in answers] == list("012345")


GATES = [
    # allow, ask, deny, leave, outcome, verdict in the log
    (["echo"], [], [], "", "done", "allow: permission_allow allow echo"),
    (["echo"], ["echo"], [], "allow: anna", "done", "allow: anna"),
    (["echo"], ["echo"], [], "", "Denied by anna", None),
    (["echo"], ["echo"], ["echo"], "allow: anna", "Denied by the rule `permission_deny", None),
    (["*"], [], ["e*"], "allow: anna", "Denied by the rule `permission_deny deny e*`", None),
    ([], [], [], "allow: anna", "done", "allow: anna"),
    ([], [], [], "", "Denied by anna", None),
]


@pytest.mark.parametrize("row", GATES)
async def test_invariant_11_in_the_loop_deny_beats_ask_beats_allow(row):
    allow, ask, deny, leave, outcome, verdict = row
    ours = agent(gate=gate_of(allow, ask, deny), workroom=Workroom(leave))
    dispatcher = ours.dispatcher()
    (observation,) = await dispatcher.answer([wish("a", "done")])
    assert outcome in observation.output
    is_let_through = verdict is not None
    assert observation.is_error is not is_let_through
    assert ours.tools[0].n_calls == int(is_let_through)
    assert [event.verdict for event in ours.record.of(ToolCallRequested)] == [verdict] * (
        is_let_through
    )
    assert len(dispatcher.denials) == int(not is_let_through)


async def test_a_denied_call_does_not_hold_up_its_neighbours():
    ours = agent(EchoTool(), EchoTool("forbidden"), gate=gate_of(["*"], [], ["forbidden"]))
    calls = [wish("a", "1"), wish("b", "2", "forbidden"), wish("c", "3")]
    answers = await ours.dispatcher().answer(calls)
    assert [answer.is_error for answer in answers] == [False, True, False]


async def test_invariant_13_a_secret_in_what_a_tool_answers_does_not_reach_the_model():
    secret = "ghp_" + "a1B2" * 9
    short = call(f"X = '{secret}'", call_id="a")
    long = call(f"X = '{secret}' " + "word " * 4_000, call_id="b")
    agent = Agent(scripted([short, long], "done"), (EchoTool(),))
    transcript = await agent.run()
    told = [part.output for part in transcript[2].parts]
    assert all("[redacted github token]" in output for output in told)
    assert not any(secret in output for output in told)
