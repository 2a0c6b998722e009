"""Tool `plan`: the agent's own plan, kept word by word however long the conversation becomes."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext


class PlanTool:
    """Takes the plan; the transcript is where it is kept."""

    spec = ToolSpec(
        name="plan",
        description="Write down your plan, or its newest state: what is done, what comes next.",
        schema={
            "type": "object",
            "properties": {"plan": {"type": "string"}},
            "required": ["plan"],
            "additionalProperties": False,
        },
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """The user sees it."""
        context.emit(str(arguments["plan"]) + "\n")
        return Observation(call_id, "Noted.")
