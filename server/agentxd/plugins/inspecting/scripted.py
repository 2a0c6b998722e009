"""An inspector that answers what a test wrote down."""

import asyncio
from collections.abc import Callable

from agentxd.kernel.errors import ReviewError
from agentxd.kernel.review import Review, ReviewRequest

Answer = Callable[[ReviewRequest], Review]


class ScriptedInspector:
    """Implements Inspector without a process; counts what it is asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[ReviewRequest] = []
        self.n_given_up = 0
        self.word = "a commit"
        """What `stamp` says; empty for no repository."""
        self.gate = asyncio.Event()
        """Reviews end while it is set."""
        self.gate.set()
        self._turn = asyncio.Lock()

    async def inspect(self, request: ReviewRequest) -> Review:
        """The answer. Raises whatever `answer` raises."""
        async with self._turn:
            self.requests.append(request)
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.n_given_up += 1
                raise
            return self.answer(request)

    async def explain(self, rule: str) -> str:
        """A page that says little. Raises ReviewError for a rule of somebody else."""
        if "/" in rule:
            raise ReviewError(f"there is no rule {rule}")
        return f"# {rule}\n"

    async def stamp(self, root: str) -> str:
        """The word."""
        del root
        return self.word
