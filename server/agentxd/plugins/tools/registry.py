"""The public door for tools: built-in ones and those of third parties come in the same way."""

from collections.abc import Callable, Sequence

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.ports import Tool

MakeTools = Callable[[], Sequence[Tool]]
"""Makes the tools of one task; what they remember lives as long as the task."""


class ToolRegistry:
    """Knows how to make tools, and makes a fresh set for each task."""

    def __init__(self) -> None:
        self._makers: list[MakeTools] = []

    def register(self, make: MakeTools) -> None:
        """Offer tools to every task from now on."""
        self._makers.append(make)

    def tools(self) -> tuple[Tool, ...]:
        """The tools for one task. Raises InvalidRequestError where two have one name."""
        made: dict[str, Tool] = {}
        for make in self._makers:
            for tool in make():
                if tool.spec.name in made:
                    raise InvalidRequestError(
                        f"Two tools are called {tool.spec.name}.", "take one of the plugins out"
                    )
                made[tool.spec.name] = tool
        return tuple(made.values())
