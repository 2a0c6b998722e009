"""Tool `run`: a command in the sandbox."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.kernel.sandboxes import Command, RunResult
from agentxd.plugins.tools.paths import inside

_MAX_TIMEOUT_S = 1_800
_DEFAULT_TIMEOUT_S = 600
_HEAD_CHARS = 10_000
_TAIL_CHARS = 20_000


class RunTool:
    """Runs a shell command line on the copy; its first answer line tells the exit code."""

    spec = ToolSpec(
        name="run",
        description=(
            "Run a shell command in the workspace copy. Answers `exit code N` and the output, "
            "of which the middle is left out where it is long. There is no network."
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
        """Run to the end or to the deadline. A command that fails is no error of the tool."""
        timeout = min(_MAX_TIMEOUT_S, max(1, arguments.get("timeout_s", _DEFAULT_TIMEOUT_S)))
        command = Command(arguments["command"], inside(arguments.get("cwd", "")), timeout_s=timeout)
        result = await context.sandbox.run(
            command, lambda piece: context.emit(piece.decode("utf-8", "replace"))
        )
        return Observation(call_id, _told(result, timeout))


def _told(result: RunResult, timeout: int) -> str:
    head = f"exit code {result.exit_code}"
    if result.is_timed_out:
        head += f" (stopped after {timeout} s)"
    return f"{head}\n{_shortened(result.output.decode('utf-8', 'replace'))}"


def _shortened(text: str) -> str:
    n_left_out = len(text) - _HEAD_CHARS - _TAIL_CHARS
    if n_left_out <= 0:
        return text
    return f"{text[:_HEAD_CHARS]}\n({n_left_out} characters left out)\n{text[-_TAIL_CHARS:]}"
