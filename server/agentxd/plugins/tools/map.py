"""Tool `map`: the definitions of the repository that matter most."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.errors import IndexUnavailableError
from agentxd.kernel.index import MapQuery
from agentxd.kernel.index_ports import CodeIndex
from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.looking import OFF, incomplete, unknown_changes

_LEAST, _MOST, _DEFAULT = 200, 8_000, 2_000


class MapTool:
    """Asks the index for an overview."""

    spec = ToolSpec(
        name="map",
        description=(
            "An overview of the repository: the files and definitions that matter most for a "
            "task. Good to begin with where the code is unknown."
        ),
        schema={
            "type": "object",
            "properties": {"task": {"type": "string"}, "tokens": {"type": "integer"}},
            "additionalProperties": False,
        },
    )

    def __init__(self, index: CodeIndex) -> None:
        self._index = index

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """The map as text; files that are not in the copy are not told apart."""
        budget = max(_LEAST, min(arguments.get("tokens", _DEFAULT), _MOST))
        try:
            found = await self._index.map(MapQuery(arguments.get("task", ""), (), budget))
        except IndexUnavailableError:
            return Observation(call_id, OFF, is_error=True)
        notes = [*incomplete(found.coverage), *await unknown_changes(context)]
        text = found.text.rstrip("\n") or "(the map is empty)"
        return Observation(call_id, "\n".join([text, *notes]))
