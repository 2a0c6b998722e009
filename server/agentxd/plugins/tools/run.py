"""Tool `run`: a command in the sandbox."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.kernel.sandboxes import Command, RunResult
from agentxd.plugins.tools.edit import EditTool
from agentxd.plugins.tools.paths import inside
from agentxd.plugins.tools.spilling import spilled
from agentxd.workspace.editing.recognising import patch_in_command
from agentxd.workspace.editing.values import Format

_MAX_TIMEOUT_S = 1_800
_DEFAULT_TIMEOUT_S = 600


class RunTool:
    """Runs a shell command line on the copy; its first answer line tells the exit code."""

    spec = ToolSpec(
        name="run",
        description=(
            "Run a shell command in the workspace copy. Answers `exit code N` and the output, "
            "of which the middle is put into a file where it is long. There is no network."
        ),
        schema={
            "type": "object",
            "properties": {
                "command": {"type": "string"},
                "cwd": {"type": "string", "description": "Folder to run in; empty for the root."},
                "timeout_s": {"type": "integer", "description": "Seconds, 600 if left out."},
                "purpose": {
                    "type": "string",
                    "enum": ["check", "look"],
                    "description": "look: a mere question, not to be kept as evidence.",
                },
            },
            "required": ["command"],
            "additionalProperties": False,
        },
        risk="run",
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """Run to the end or to the deadline. A command that fails is no error of the tool.

        `apply_patch` with a here-document is no program but an edit, and is made as one.
        """
        if (patch := patch_in_command(arguments["command"])) and not arguments.get("cwd"):
            return await EditTool(Format.APPLY_PATCH).call(call_id, {"patch": patch}, context)
        timeout = min(_MAX_TIMEOUT_S, max(1, arguments.get("timeout_s", _DEFAULT_TIMEOUT_S)))
        command = Command(arguments["command"], inside(arguments.get("cwd", "")), timeout_s=timeout)
        result = await context.sandbox.run(
            command, lambda piece: context.emit(piece.decode("utf-8", "replace"))
        )
        output = result.output.decode("utf-8", "replace")
        shown = await spilled(call_id, output, context)
        return Observation(call_id, f"{_ending(result, timeout)}\n{shown}")


def _ending(result: RunResult, timeout: int) -> str:
    stopped = f" (stopped after {timeout} s)" if result.is_timed_out else ""
    return f"exit code {result.exit_code}{stopped}"
