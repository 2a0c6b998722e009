"""Tool `references`: where a name is used."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.errors import IndexUnavailableError
from agentxd.kernel.index import Use
from agentxd.kernel.index_ports import CodeIndex
from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.looking import OFF, Copy, cut, unknown_changes

_MAX_USES = 100


class ReferencesTool:
    """Asks the index for uses, and shows the lines of the copy."""

    spec = ToolSpec(
        name="references",
        description="Where a name is used, as path:line:text, with the definition around it.",
        schema={
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "near": {"type": "string", "description": "The file that defines it."},
            },
            "required": ["name"],
            "additionalProperties": False,
        },
    )

    def __init__(self, index: CodeIndex) -> None:
        self._index = index

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """A line for each use."""
        name = arguments["name"].strip().replace("::", ".").rpartition(".")[2]
        near = arguments.get("near", "").removeprefix("./")
        try:
            uses = await self._index.references(name, near, _MAX_USES + 1)
        except IndexUnavailableError:
            return Observation(call_id, OFF, is_error=True)
        copy = Copy(context)
        lines = dict.fromkeys([line for use in uses if (line := await _line(use, copy))])
        shown = list(lines)[:_MAX_USES] or [f"No use of {name} is known."]
        more = [f"(more than {_MAX_USES}; grep finds all)"] if len(uses) > _MAX_USES else []
        return Observation(call_id, "\n".join([*shown, *more, *await unknown_changes(context)]))


async def _line(use: Use, copy: Copy) -> str:
    """As the copy has it; empty where the line is not there any more."""
    shown = await copy.find(use.path, use.line, [use.text])
    if shown.line < 0:
        return ""
    inside = f"  [in {use.inside}]" if use.inside else ""
    return f"{use.path}:{shown.line + 1}:{cut(shown.lines[0].strip())}{inside}"
