"""Transcripts as they happen: cancelled, doubled, steered, of another vendor; each wire takes them."""

import pytest
from agentxd.kernel.messages import Message, Observation, Text, Thinking, ToolCall
from agentxd.plugins.providers.worker.transcripts import NO_RESULT, settled
from loopback import answer, call, thought
from wires import WIRES, endpoint, hear, request

pytestmark = pytest.mark.asyncio(loop_scope="module")

USER = Message("user", (Text("Go."),))
MORE = Message("user", (Text("Be brief."),))


def calls(*ids):
    return Message("assistant", tuple(ToolCall(name, "read", {"path": "a.py"}) for name in ids))


def results(*ids):
    return Message("tool", tuple(Observation(name, f"result of {name}") for name in ids))


TRANSCRIPTS = {
    "ends in a cancelled call": [USER, calls("a")],
    "ends with one of two results": [USER, calls("a", "b"), results("a")],
    "goes on after a cancelled call": [USER, calls("a"), MORE],
    "the user spoke before the results": [USER, calls("a"), MORE, results("a")],
    "results in another order": [USER, calls("a", "b"), results("b", "a")],
    "results in two messages": [USER, calls("a", "b"), results("a"), results("b")],
    "two calls with one id": [USER, calls("a", "a"), results("a", "a")],
    "a result of nobody's call": [USER, results("x"), calls("a"), results("a", "y")],
    "an empty id": [USER, calls(""), results("")],
    "empty and blank texts": [
        USER,
        Message("assistant", (Text(""), Text(" \n"))),
        Message("user", (Text(""),)),
        MORE,
    ],
    "an empty result": [USER, calls("a"), Message("tool", (Observation("a", ""),))],
    "only thoughts": [USER, Message("assistant", (Thinking("hm", "anthropic/x"),)), MORE],
    "thoughts without a seal": [
        USER,
        Message("assistant", (Thinking("hm"), *calls("a").parts)),
        results("a"),
    ],
    "thoughts of everybody": [
        USER,
        Message(
            "assistant",
            (
                Thinking("of one", "anthropic/seal"),
                Thinking("of the next", "openai/rs_1/sealed"),
                Thinking("of a third", "openai/rs_2/"),
                Thinking("of a fourth", "chat/reasoning_content"),
                Thinking("of a fifth", "ollama/"),
                *calls("a").parts,
            ),
        ),
        results("a"),
    ],
    "thoughts behind the words": [
        USER,
        Message("assistant", (Text("Yes."), Thinking("hm", "openai/rs_1/sealed"))),
        MORE,
    ],
}
"""Each ends where a model is to go on."""


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", TRANSCRIPTS)
async def test_every_vendor_takes_the_transcript(host, server, name, wire):
    server.play(answer("Done."))  # after the server has checked what it is sent
    wanted = request(wire, *TRANSCRIPTS[name])
    heard = await hear(host, endpoint(wire, server.url), wanted)
    assert heard.error is None
    assert heard.finished.message.parts == (Text("Done."),)


@pytest.mark.parametrize("name", TRANSCRIPTS)
async def test_every_call_has_one_result_right_behind_it(name):
    kept = settled(TRANSCRIPTS[name])
    for message, after in zip(kept, [*kept[1:], None], strict=True):
        ids = [part.id for part in message.parts if isinstance(part, ToolCall)]
        assert len(set(ids)) == len(ids)
        if ids:
            assert [part.call_id for part in after.parts] == ids
        assert message.parts
    assert settled(kept) == kept


async def test_a_cancelled_call_says_so():
    assert settled([USER, calls("a")])[-1].parts == (Observation("a", NO_RESULT, is_error=True),)


@pytest.mark.parametrize("wire", WIRES)
async def test_two_calls_with_one_id_are_answered_each_for_itself(host, server, wire):
    server.stage("duplicate_tool_ids")
    where = endpoint(wire, server.url)
    said = (await hear(host, where, request(wire))).finished.message
    ids = [part.id for part in said.parts]
    assert len(set(ids)) == 2
    server.play(answer("Done."))
    heard = await hear(host, where, request(wire, USER, said, results(*ids)))
    assert heard.error is None


@pytest.mark.parametrize("wire", WIRES)
async def test_reasoning_goes_back_where_it_came_from(host, server, wire):
    server.play(answer(thought("Look first."), call("read", path="a.py")), answer("Done."))
    where = endpoint(wire, server.url)
    said = (await hear(host, where, request(wire))).finished.message
    wish = said.parts[-1]
    await hear(host, where, request(wire, USER, said, results(wish.id)))
    body = server.requests[-1].body
    sent = next(one for one in body.get("messages", body.get("input")) if "Look first." in str(one))
    if wire == "chat":
        assert sent["reasoning_content"] == "Look first."
    elif wire == "ollama":
        assert sent["thinking"] == "Look first."
    elif wire == "responses":
        assert sent["type"] == "reasoning"
        assert sent["encrypted_content"]
    else:
        assert [block["type"] for block in sent["content"]] == ["thinking", "tool_use"]


async def test_anthropic_has_four_marks_at_most_and_keeps_the_mark_of_the_step_before(host, server):
    server.play(*["Yes."] * 3)
    where, so_far = endpoint("anthropic", server.url), [USER]
    marked = []
    for number in range(3):
        await hear(host, where, request("anthropic", *so_far))
        body = server.requests[-1].body
        assert str(body).count("cache_control") <= 4
        places = [i for i, one in enumerate(body["messages"]) if "cache_control" in str(one)]
        marked.append(places)
        so_far += [calls(f"c{number}"), results(f"c{number}")]
    assert marked == [[0], [0, 2], [2, 4]]


async def test_a_model_with_a_budget_thinks_on_only_where_its_turn_began_with_it(host, server):
    server.play("Yes.", "Yes.")
    where = endpoint("anthropic", server.url, effort="medium")
    thinks = Message("assistant", (Thinking("hm", "anthropic/seal"), *calls("a").parts))
    for said, wanted in ((thinks, True), (calls("a"), False)):
        changes = request("anthropic", USER, said, results("a"), max_output_tokens=20_000)
        asked = type(changes)(
            "claude-haiku-4-5", changes.system, changes.messages, changes.tools, 20_000
        )
        heard = await hear(host, where, asked)
        assert heard.error is None
        assert ("thinking" in server.requests[-1].body) == wanted
