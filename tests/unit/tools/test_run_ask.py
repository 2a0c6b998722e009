"""Commands in the copy, questions to the user, and the door for tools of third parties."""

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.plugins.tools import built_in_tools, register
from agentxd.plugins.tools.ask import AskTool
from agentxd.plugins.tools.registry import ToolRegistry


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"command": "echo hello"}, "exit code 0\nhello\n"),
        ({"command": "echo bad >&2; exit 3"}, "exit code 3\nbad\n"),
        ({"command": "ls", "cwd": "src/deep"}, "exit code 0\ner\n"),
        ({"command": "no-such-program 2>/dev/null"}, "exit code 127\n"),
        ({"command": "kill -9 $$"}, "exit code 137\n"),
        ({"command": "printf '\\377'"}, "exit code 0\n\ufffd"),
        ({"command": "cat"}, "exit code 0\n"),
    ],
)
async def test_a_command_and_what_it_says(room, arguments, wanted):
    assert await room.told("run", **arguments) == wanted


async def test_long_output_loses_its_middle_which_can_be_read_in_a_file_of_the_copy(room):
    words = await room.told("run", command="seq 20000")
    assert words.startswith("exit code 0\n1\n2\n")
    assert words.endswith("19999\n20000\n")
    assert "characters left out; all of it is in .agentx-output/" in words
    path = words.partition("all of it is in ")[2].partition(":")[0]
    assert "9876\n" in await room.told("run", command=f"cat {path} | sed -n 9876p")
    assert await room.sandbox.difference() == []
    assert len(words) < 31_000


async def test_output_is_shown_while_it_comes(room):
    await room.told("run", command="echo one; echo two")
    assert "".join(room.emitted) == "one\ntwo\n"


async def test_ask_hands_over_the_question_and_gives_back_the_answer(room):
    assert await room.told("ask", question="Which?", options=["yes", "no"]) == "yes"
    assert await room.told("ask", question="Sure?") == "yes"
    assert room.asked == [("Which?", ("yes", "no")), ("Sure?", ())]


def test_every_built_in_tool_has_a_closed_schema_and_a_known_risk():
    tools = built_in_tools()
    assert len({tool.spec.name for tool in tools}) == len(tools) == 11
    for tool in tools:
        assert tool.spec.schema["additionalProperties"] is False
        assert set(tool.spec.schema.get("required", ())) <= set(tool.spec.schema["properties"])
        assert tool.spec.risk in ("read", "write", "run", "ask")


def test_each_task_has_tools_of_its_own():
    first, second = built_in_tools(), built_in_tools()
    assert not {id(tool) for tool in first} & {id(tool) for tool in second}


def test_two_tools_of_one_name_are_refused():
    registry = ToolRegistry()
    register(registry)
    registry.register(lambda: (AskTool(),))
    with pytest.raises(InvalidRequestError, match="Two tools are called ask"):
        registry.tools()
