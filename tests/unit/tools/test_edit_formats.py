"""Each model gets the edit tool in its format; a patch is made wherever it is written."""

import msgspec
import pytest
from agentxd.agents.arguments import complaint
from agentxd.plugins.tools import built_in_tools
from agentxd.plugins.tools.edit import EditTool
from agentxd.workspace.editing.values import Format

PATCH = "*** Begin Patch\n*** Update File: src/app.py\n@@\n-import os\n+import sys\n*** End Patch\n"


@pytest.mark.parametrize(
    ("model", "argument"),
    [
        ("claude-sonnet-5", "old"),
        ("openai/gpt-5.1-codex", "patch"),
        ("qwen2.5-coder:32b", "blocks"),
        ("gpt-4-turbo", "diff"),
        ("llama3.2:1b", "content"),
        ("", "old"),
    ],
)
def test_the_edit_tool_has_the_format_of_the_model(model, argument):
    (edit,) = [tool for tool in built_in_tools(model) if tool.spec.name == "edit"]
    assert argument in edit.spec.schema["properties"]


async def test_apply_patch_in_a_command_is_an_edit(room):
    words = await room.told("run", command=f"apply_patch <<'EOF'\n{PATCH}EOF\n")
    assert words == "Replaced 1 place(s) in src/app.py, first at line 1."
    assert (await room.sandbox.read("src/app.py")).startswith(b"import sys\n")


@pytest.mark.parametrize(
    "command",
    [
        f"apply_patch <<'EOF'\n{PATCH}EOF\nls",
        f"cat <<'EOF'\n{PATCH}EOF\n",
        "apply_patch <<EOF\n" + PATCH.replace("sys", "$HOME") + "EOF\n",
    ],
)
async def test_any_other_command_is_run(room, command):
    assert "exit code" in await room.told("run", command=command)
    assert await room.sandbox.difference() == []


async def test_a_file_with_secrets_is_neither_edited_nor_written_over(room):
    room.snapshot = msgspec.structs.replace(room.snapshot, left_out={".env": "secret"})
    for tool, more in (("edit", {"old": "A", "new": "B"}), ("write", {"content": "A=1\n"})):
        assert "holds secrets" in await room.refused(tool, path=".env", **more)
    assert await room.sandbox.difference() == []


DIFF = "--- a/src/app.py\n+++ b/src/app.py\n@@ -1 +1 @@\n-import os\n+import sys\n"
BLOCK = "src/app.py\n<<<<<<< SEARCH\nimport os\n=======\nimport sys\n>>>>>>> REPLACE\n"
OTHER_SHAPES = [
    {"path": "src/app.py", "old": "import os\n", "new": "import sys\n"},
    {"patch": PATCH},
    {"patch": DIFF},
    {"patch": BLOCK},
    {"diff": DIFF},
    {"blocks": BLOCK},
]


@pytest.mark.parametrize("offered", list(Format))
@pytest.mark.parametrize("arguments", OTHER_SHAPES)
async def test_an_edit_in_another_format_than_the_offered_one_is_made(room, offered, arguments):
    tool = EditTool(offered)
    assert complaint(arguments, tool.spec.schema) == "" or tool.understands(arguments)
    observation = await tool.call("c1", arguments, room)
    assert not observation.is_error, observation.output
    assert (await room.sandbox.read("src/app.py")).startswith(b"import sys\n")


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"path": "a"},
        {"path": "a", "old": "b"},
        {"path": "a", "old": "b", "new": 1},
        {"patch": PATCH, "path": "a"},
        {"patch": 7},
        {"content": "x"},
        {"path": "a", "content": "x"},
    ],
)
def test_what_may_mean_several_things_is_left_to_the_schema(arguments):
    assert not EditTool().understands(arguments)
