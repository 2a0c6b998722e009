"""Tool `keep`: puts the copy at its base with exactly the named hunks."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.hunk_memory import HunkMemory, writes_to_keep


class KeepTool:
    """Takes back every hunk of the last `diff` but the named ones; they can come back later."""

    spec = ToolSpec(
        name="keep",
        description=(
            "Keep exactly these hunks of the last `diff` and take back all other changes. The "
            "numbers stay valid, so dropped hunks can be kept again."
        ),
        schema={
            "type": "object",
            "properties": {"hunks": {"type": "array", "items": {"type": "integer"}}},
            "required": ["hunks"],
            "additionalProperties": False,
        },
        risk="write",
    )

    def __init__(self, memory: HunkMemory) -> None:
        self._memory = memory

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """Write the files that this takes."""
        shown = self._memory.shown
        if shown is None:
            return Observation(call_id, "Call `diff` first: it numbers the hunks.", is_error=True)
        numbers = sorted(set(arguments["hunks"]))
        present = await context.sandbox.difference()
        await context.sandbox.write(writes_to_keep(shown, numbers, present))
        return Observation(call_id, f"Kept {len(numbers)} of {len(shown.hunks)} hunks.")
