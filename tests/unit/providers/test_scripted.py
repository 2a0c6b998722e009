"""The scripted provider: a recording is played exactly, and what does not fit is told clearly."""

import pytest
from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import (
    Finished,
    Message,
    ModelRequest,
    Observation,
    Text,
    Thinking,
    ToolCall,
    Usage,
)
from agentxd.plugins.providers.scripted import (
    Expectation,
    ScriptedCall,
    ScriptedConversation,
    ScriptedProvider,
    ScriptedStep,
    conversation_of,
    read_conversation,
    scripted_from,
)
from msgspec.json import encode

GOAL = Message("user", (Text("the goal"),))


def seen(*observations):
    return Message("tool", tuple(observations))


async def step(provider, *messages):
    """The last delta of the next step."""
    deltas = [delta async for delta in provider.stream(ModelRequest("m", "", messages, ()))]
    assert isinstance(deltas[-1], Finished)
    return deltas[-1]


RECORDED = (
    GOAL,
    Message("assistant", (Text("Looking. \n Now:"), ToolCall("x7", "read", {"path": "a"}))),
    seen(Observation("x7", "hello")),
    Message("user", (Text("a nudge"),)),
    Message(
        "assistant",
        (ToolCall("y1", "run", {"command": "ls"}), ToolCall("y2", "edit", {"n": [1, {"a": None}]})),
    ),
    seen(Observation("y1", "exit code 0"), Observation("y2", "no", is_error=True)),
    Message("assistant", (Text("Done."),)),
)


async def test_a_recording_is_played_exactly_from_any_place():
    written = encode(conversation_of(RECORDED))
    provider = ScriptedProvider(read_conversation(written).steps)
    for at in (1, 4, 6):
        assert (await step(provider, *RECORDED[:at])).message == RECORDED[at]
    assert conversation_of(RECORDED) == read_conversation(written)


async def test_thinking_is_not_part_of_a_recording():
    (one,) = conversation_of([Message("assistant", (Thinking("hm"), Text("yes")))]).steps
    assert one == ScriptedStep("yes")


async def test_what_a_step_costs_and_why_it_ends_is_in_the_script():
    steps = [
        ScriptedStep("", (ScriptedCall("read"), ScriptedCall("list")), (), 5, 6, 7),
        ScriptedStep("no", stop_reason="refused"),
        ScriptedStep("end"),
    ]
    provider = ScriptedProvider(steps)
    first = await step(provider, GOAL)
    assert first.usage == Usage(5, 6, 7)
    assert [part.id for part in first.message.parts] == ["c1.1", "c1.2"]
    reasons, messages = [first.stop_reason], [GOAL]
    for _ in range(2):
        messages.append(first.message)
        reasons.append((await step(provider, *messages)).stop_reason)
    assert reasons == ["tool_calls", "refused", "end"]


CALLED = (GOAL, Message("assistant", (ToolCall("a", "run", {}), ToolCall("b", "run", {}))))
SEEN = seen(
    Observation("a", "exit code 0\nall 12 passed"), Observation("b", "broken", is_error=True)
)
EXPECTED = [
    (Expectation(), True),
    (Expectation(contains="12 passed"), True),
    (Expectation(call="a", contains="passed"), True),
    (Expectation(call="b", contains="passed"), False),
    (Expectation(call="c"), False),
    (Expectation(matches=r"all \d+ passed$"), True),
    (Expectation(matches=r"^all"), False),
    (Expectation(call="b", is_error=True), True),
    (Expectation(call="a", is_error=True), False),
    (Expectation(call="a", contains="exit", matches="pass", is_error=False), True),
]


@pytest.mark.parametrize(("expected", "fits"), EXPECTED)
async def test_an_expectation_holds_or_is_told_with_what_was_seen(expected, fits):
    provider = ScriptedProvider([ScriptedStep(), ScriptedStep("on", expect=(expected,))])
    if fits:
        assert (await step(provider, *CALLED, SEEN)).message.parts == (Text("on"),)
        return
    with pytest.raises(ProviderError, match="Step 2 of the script expected") as caught:
        await step(provider, *CALLED, SEEN)
    assert "a: 'exit code 0" in caught.value.message
    assert "b: 'broken'" in caught.value.message


async def test_an_expectation_without_anything_seen_is_told():
    with pytest.raises(ProviderError, match="but saw nothing"):
        await step(ScriptedProvider([ScriptedStep("x", expect=(Expectation(),))]), GOAL)


@pytest.mark.parametrize("n_steps", [0, 1])
async def test_a_script_that_is_too_short_says_so(n_steps):
    provider = ScriptedProvider([ScriptedStep("x")] * n_steps)
    messages = [GOAL, *([Message("assistant", (Text("x"),))] * n_steps)]
    with pytest.raises(
        ProviderError, match=f"has {n_steps} steps and step {n_steps + 1}"
    ) as caught:
        await step(provider, *messages)
    assert "calls no tool" in caught.value.next_step


@pytest.mark.parametrize(
    "content",
    [
        b'{"goal": "g", "steps": [{"text": "one"}, {"text": "two"}]}',
        b'\n{\n  "steps": [{"text": "one"},\n {"text": "two"}]\n}\n',
        b'{"text": "one"}\n{"text": "two"}\n',
        b'{"text": "one"}\n\n{"text": "two"}',
    ],
)
def test_both_forms_are_read(content):
    assert [one.text for one in read_conversation(content).steps] == ["one", "two"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"steps": [{"txt": "one"}]}', "unknown field `txt`"),
        (b'{\n  "goal": "g", "steps": [{"txt": "one"}]}', "unknown field `txt`"),
        (b'{"goal": "g", "steps": [{"text": 1}]}', "Expected `str`, got `int`"),
        (b'{"steps": [{"calls": [{"arguments": {}}]}]}', "missing required field `name`"),
        (b'{"steps": [{"calls": [{"name": "x", "arguments": []}]}]}', "Expected `object`"),
        (b'{"text": "one"}\n{"txt": "two"}', "unknown field `txt`"),
        (b'{"steps": [', "truncated"),
        (b"not json", "malformed"),
        (b'{"steps": [{"expect": [{"matches": "(open"}]}]}', "`matches` of step 1"),
        (b'{"steps": [{"text": "R", "echo": {"R": "(open"}}]}', "`echo` of step 1"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(content, words):
    with pytest.raises(ProviderError) as caught:
        read_conversation(content)
    assert words in caught.value.message


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ProviderError, match="No such file"):
        scripted_from(tmp_path / "missing.json")
    with pytest.raises(ProviderError, match="Is a directory"):
        scripted_from(tmp_path)


def test_a_provider_from_a_file_is_named_for_what_it_is(tmp_path):
    file = tmp_path / "c.json"
    file.write_bytes(encode(ScriptedConversation((ScriptedStep("x"),))))
    provider = scripted_from(file)
    assert (provider.name, tuple(provider.models())) == ("scripted", ("script",))


@pytest.mark.parametrize(
    ("echo", "wanted"),
    [
        ({"WORD": r"is (\w+)"}, "it was blue."),
        ({"WORD": r"sky is \w+"}, "it was sky is blue."),
        ({"WORD": r"sea is (\w+)"}, "it was WORD."),
        ({}, "it was WORD."),
    ],
    ids=["its group", "without a group", "nothing found", "no echo"],
)
async def test_a_step_takes_up_words_of_the_last_message(echo, wanted):
    provider = ScriptedProvider([ScriptedStep("it was WORD.", echo=echo)])
    asked = Message("user", (Text("the sky is blue"),))
    *_, finished = [one async for one in provider.stream(ModelRequest("", "", (asked,), ()))]
    assert finished.message.parts == (Text(wanted),)
