"""What a stranger's file or a strange word for a place does: a sentence, never a broken session."""

import msgspec
import pytest
from agentxd.kernel.errors import InvalidRequestError, NotFoundError
from agentxd.kernel.events import SessionChanged
from sessions.talking import TalkHouse

HELLO = {
    "type": "message",
    "id": "a",
    "parent": "",
    "role": "user",
    "parts": [{"type": "text", "text": "x"}],
}


def lines(*messages):
    return "\n".join(msgspec.json.encode(message).decode() for message in messages)


def nested(depth):
    value = "x"
    for _ in range(depth):
        value = [value]
    return value


def called_with(value):
    arguments = {"token": value}
    call = {"type": "tool_call", "id": "c", "name": "n", "arguments": arguments}
    result = {"type": "observation", "call_id": "c", "output": "ok"}
    return lines(
        HELLO,
        {**HELLO, "id": "b", "parent": "a", "role": "assistant", "parts": [call]},
        {**HELLO, "id": "d", "parent": "b", "role": "tool", "parts": [result]},
    )


@pytest.mark.parametrize("value", [10**26, -(10**26), nested(70), nested(480)])
async def test_a_call_that_no_model_could_be_sent_ends_the_transcript(tmp_path, value):
    house = TalkHouse(tmp_path)
    name, cut = await house.transfers.import_(called_with(value), "anna")
    assert "line 2 has numbers or nesting that cannot be sent on" in cut
    assert len(await house.transfers.links(name)) == 1


async def test_a_time_beyond_all_time_is_damage(tmp_path):
    house = TalkHouse(tmp_path)
    with pytest.raises(InvalidRequestError, match="numbers or nesting"):
        await house.transfers.import_(lines({**HELLO, "time": 10**26}), "anna")


@pytest.mark.parametrize("at", ["²", "9" * 5_000, "-1", "t1.m9"])
async def test_a_place_that_is_none_is_told(tmp_path, at):
    house = TalkHouse(tmp_path)
    await house.turn("hello", "hi")
    with pytest.raises(NotFoundError):
        await house.transfers.fork(SessionChanged("s1", "anna"), at)
