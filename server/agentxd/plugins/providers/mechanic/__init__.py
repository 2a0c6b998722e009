"""The mechanic: a provider that does real work by rules, with no model and no network."""

from collections.abc import AsyncIterator, Sequence

from agentxd.kernel.messages import (
    Delta,
    Finished,
    Message,
    ModelRequest,
    Part,
    Text,
    TextDelta,
    ToolCall,
)
from agentxd.plugins.providers.mechanic.goals import understand
from agentxd.plugins.providers.mechanic.mending import Mending, mend
from agentxd.plugins.providers.mechanic.script import Act, Script, goal_text, next_act
from agentxd.plugins.providers.mechanic.work import work


class MechanicProvider:
    """Plays the script of a goal against the transcript; it remembers nothing between steps."""

    name = "mechanic"

    def __init__(self, check_commands: Sequence[str] = (), mending: Mending | None = None) -> None:
        self._check_commands = tuple(check_commands)
        self._mending = mending

    def models(self) -> Sequence[str]:
        """It has rules in the place of a model."""
        return ("rules",)

    async def stream(self, request: ModelRequest) -> AsyncIterator[Delta]:
        """The next step. Raises GoalNotUnderstoodError, ProviderError, ChecksFailedError."""
        act = next_act(self._script(goal_text(request.messages)), request.messages)
        text = act.remark if isinstance(act, Act) else act
        if text:
            yield TextDelta(text)
        parts: list[Part] = [Text(text)] if text else []
        if isinstance(act, Act):
            step = sum(message.role == "assistant" for message in request.messages) + 1
            parts += [
                ToolCall(f"m{step}.{place}", name, arguments)
                for place, (name, arguments) in enumerate(act.calls, start=1)
            ]
        stop_reason = "tool_calls" if isinstance(act, Act) else "end"
        yield Finished(Message("assistant", tuple(parts)), stop_reason)

    def _script(self, goal: str) -> Script[str]:
        """With edits that were worked out before, the goal is for people to read."""
        if self._mending is not None:
            return mend(self._mending, self._check_commands)
        return work(understand(goal), self._check_commands)
