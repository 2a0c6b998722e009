"""Tool `glob`: the paths that match a pattern."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.listing import is_match, present_files

_MAX_PATHS = 500


class GlobTool:
    """Finds files by name."""

    spec = ToolSpec(
        name="glob",
        description=(
            "Find files by a pattern: `*` within a folder, `**` across folders; a pattern without "
            "a slash means files of that name anywhere. Ignored files are not seen."
        ),
        schema={
            "type": "object",
            "properties": {"pattern": {"type": "string"}},
            "required": ["pattern"],
            "additionalProperties": False,
        },
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """One path per line, or a sentence where there is none."""
        pattern = arguments["pattern"].removeprefix("./")
        paths = [path for path in await present_files(context) if is_match(path, pattern)]
        if not paths:
            return Observation(call_id, f"No file matches {pattern}.")
        shown = paths[:_MAX_PATHS]
        if len(paths) > len(shown):
            shown.append(f"({len(paths) - len(shown)} more; use a narrower pattern)")
        return Observation(call_id, "\n".join(shown))
