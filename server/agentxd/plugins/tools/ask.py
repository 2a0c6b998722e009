"""Tool `ask`: a question to the user."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext


class AskTool:
    """Puts a question with its possible answers to whichever client answers first."""

    spec = ToolSpec(
        name="ask",
        description=(
            "Ask the user, where only they can know. Offer the possible answers as options; "
            "without options it is a question of yes or no."
        ),
        schema={
            "type": "object",
            "properties": {
                "question": {"type": "string"},
                "options": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["question"],
            "additionalProperties": False,
        },
        risk="ask",
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """The answer. Nobody in time is a denial, which the dispatcher turns into an error."""
        answer = await context.ask(arguments["question"], arguments.get("options", ()))
        return Observation(call_id, answer)
