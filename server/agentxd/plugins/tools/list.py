"""Tool `list`: the files and folders of one folder."""

from collections.abc import Iterable, Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.listing import Present, present_files
from agentxd.plugins.tools.paths import inside

_MAX_ENTRIES = 500


class ListTool:
    """Shows what a folder of the copy holds."""

    spec = ToolSpec(
        name="list",
        description="List one folder: files with their size, folders with a trailing slash.",
        schema={
            "type": "object",
            "properties": {
                "path": {"type": "string", "description": "The folder; empty for the root."}
            },
            "additionalProperties": False,
        },
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """One line per entry."""
        folder = inside(arguments.get("path", ""))
        files = await present_files(context)
        entries = _entries(folder, files.items())
        if not entries and not folder:
            return Observation(call_id, "(no files)")
        if not entries:
            return Observation(call_id, f"There is no folder {folder or '.'}.", is_error=True)
        shown = entries[:_MAX_ENTRIES]
        if len(entries) > len(shown):
            shown.append(f"({len(entries) - len(shown)} more)")
        return Observation(call_id, "\n".join(shown))


def _entries(folder: str, files: Iterable[tuple[str, Present]]) -> list[str]:
    prefix = folder + "/" if folder else ""
    entries: dict[str, None] = {}
    for path, file in files:
        if path.startswith(prefix):
            name, slash, _ = path[len(prefix) :].partition("/")
            entries[name + "/" if slash else f"{name} ({file.size} bytes)"] = None
    return list(entries)
