"""Tool `write`: a whole file, new or replaced, in the sandbox's copy."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.kernel.sandboxes import FileWrite
from agentxd.plugins.tools.listing import mode_to_write
from agentxd.plugins.tools.paths import inside_to_write


class WriteTool:
    """Puts a file into the copy; nothing of the user's changes."""

    spec = ToolSpec(
        name="write",
        description="Write a whole file. To change part of a file, use `edit`.",
        schema={
            "type": "object",
            "properties": {"path": {"type": "string"}, "content": {"type": "string"}},
            "required": ["path", "content"],
            "additionalProperties": False,
        },
        risk="write",
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """Write it; the mode of a file that is there is kept."""
        path = inside_to_write(arguments["path"])
        content = arguments["content"].encode()
        mode = await mode_to_write(path, context)
        before = await context.sandbox.read(path)
        await context.sandbox.write([FileWrite(path, content, mode)])
        done = "Created" if before is None else "Replaced"
        return Observation(call_id, f"{done} {path}, {len(content)} bytes.")
