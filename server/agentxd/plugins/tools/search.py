"""Tool `search`: pieces of code for a question in words."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.errors import IndexUnavailableError
from agentxd.kernel.index import Filters, Hit, SearchQuery
from agentxd.kernel.index_ports import CodeIndex
from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.looking import OFF, Copy, cut, incomplete, numbered, unknown_changes

_MAX_HITS = 20
_DEFAULT_HITS = 8


class SearchTool:
    """Asks the index, and shows what the copy says there."""

    spec = ToolSpec(
        name="search",
        description=(
            "Find code by what it does, in words or code; best places first. "
            "For exact text use grep."
        ),
        schema={
            "type": "object",
            "properties": {
                "query": {"type": "string"},
                "path": {"type": "string", "description": "Glob."},
                "limit": {"type": "integer"},
            },
            "required": ["query"],
            "additionalProperties": False,
        },
    )

    def __init__(self, index: CodeIndex) -> None:
        self._index = index

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """Each place with its definition and a few lines."""
        limit = max(1, min(arguments.get("limit", _DEFAULT_HITS), _MAX_HITS))
        path = arguments.get("path", "").removeprefix("./")
        query = SearchQuery(arguments["query"], limit, Filters((path,) if path else ()))
        try:
            found = await self._index.search(query)
        except IndexUnavailableError:
            return Observation(call_id, OFF, is_error=True)
        copy = Copy(context)
        parts = [part for hit in found.hits if (part := await _part(hit, copy))]
        n_lost = len(found.hits) - len(parts)
        parts += [f"({n_lost} more are not in your copy any more)"] if n_lost else []
        notes = [*incomplete(found.coverage), *await unknown_changes(context)]
        return Observation(call_id, "\n".join([*(parts or ["Nothing found."]), *notes]))


async def _part(hit: Hit, copy: Copy) -> str:
    """One place as the copy has it; empty where it is not there."""
    shown = await copy.find(hit.path, hit.snippet_line, hit.snippet.split("\n"))
    if shown.line < 0:
        return ""
    name = ".".join(filter(None, (hit.container, hit.symbol)))
    moved = shown.line - hit.snippet_line
    first, last = max(hit.start_line + moved, 0) + 1, hit.end_line + moved
    head = f"{hit.path}:{first}-{last}  {hit.kind} {cut(name)}".rstrip()
    return "\n".join([head, *numbered(shown)])
