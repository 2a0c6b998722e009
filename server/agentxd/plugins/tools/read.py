"""Tool `read`: a file with line numbers, whole or a range of lines."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.paths import inside
from agentxd.workspace.lines import decode, is_binary

_MAX_LINES = 2_000
_MAX_LINE_CHARS = 2_000
_MAX_CHARS = 60_000


class ReadTool:
    """Shows what a file of the copy holds."""

    spec = ToolSpec(
        name="read",
        description=(
            "Read a text file. Lines are numbered from 1. Long files come in pieces: ask for the "
            "next piece with `start`."
        ),
        schema={
            "type": "object",
            "properties": {
                "path": {"type": "string", "description": "Relative to the workspace root."},
                "start": {"type": "integer", "description": "First line, from 1."},
                "count": {"type": "integer", "description": "How many lines at most."},
            },
            "required": ["path"],
            "additionalProperties": False,
        },
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """The lines, or an error observation where there is no such text file."""
        path = inside(arguments["path"])
        content = await context.sandbox.read(path)
        if content is None:
            return Observation(call_id, f"There is no file {path}.", is_error=True)
        if is_binary(content):
            return Observation(call_id, f"{path} is binary, {len(content)} bytes.", is_error=True)
        start = max(1, arguments.get("start", 1))
        count = min(_MAX_LINES, max(1, arguments.get("count", _MAX_LINES)))
        return Observation(call_id, _shown(decode(content)[0], start, count))


def _shown(text: str, start: int, count: int) -> str:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if not lines:
        return "(empty file)"
    if start > len(lines):
        return f"(there is no line {start}; the file has {len(lines)})"
    shown: list[str] = []
    room = _MAX_CHARS
    for number, line in enumerate(lines[start - 1 : start - 1 + count], start=start):
        cut = _cut(line.rstrip("\r"))
        room -= len(cut)
        if room < 0:
            break
        shown.append(f"{number:>6}\t{cut}")
    last = start - 1 + len(shown)
    if last < len(lines):
        shown.append(f"({len(lines)} lines in all; go on with start={last + 1})")
    return "\n".join(shown)


def _cut(line: str) -> str:
    """A line that is cut says so: what looks whole is taken for whole."""
    n_left_out = len(line) - _MAX_LINE_CHARS
    if n_left_out <= 0:
        return line
    return f"{line[:_MAX_LINE_CHARS]} ({n_left_out} more characters)"
