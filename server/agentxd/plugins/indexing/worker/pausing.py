"""A gate that work passes before each step, and that a person may close."""

import asyncio


class Gate:
    """Open at first."""

    def __init__(self, *, is_open: bool = True) -> None:
        self._open = asyncio.Event()
        if is_open:
            self._open.set()

    @property
    def is_open(self) -> bool:
        """Whether work goes on."""
        return self._open.is_set()

    def open(self) -> None:
        """Let work go on."""
        self._open.set()

    def close(self) -> None:
        """Work waits before its next step."""
        self._open.clear()

    async def passed(self) -> None:
        """When it is open."""
        await self._open.wait()
