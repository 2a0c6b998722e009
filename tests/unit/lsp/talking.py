"""Both ends of a JSON-RPC connection without a transport."""

import asyncio
import json
from typing import Any

from agentxd.edges.lsp.framing import Frame, FrameReader
from agentxd.edges.lsp.protocol import JsonRpcProtocol


class ScriptedDispatch:
    """Has one handler for each of its methods."""

    def __init__(self, **handlers: Any) -> None:
        self._handlers = handlers

    def handler(self, method: str) -> Any:
        return self._handlers.get(method)

    def refusal(self, method: str) -> tuple[int, str] | None:
        del method
        return None


class InMemoryWriter:
    """Keeps every message that was sent."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.room = 1 << 20
        self._reader = FrameReader()

    def has_room(self, n_bytes: int) -> bool:
        return n_bytes <= self.room

    def write(self, data: bytes) -> None:
        for found in self._reader.feed(data):
            assert isinstance(found, Frame)
            self.messages.append(json.loads(found.body))


def message(**parts: Any) -> Frame:
    return Frame(json.dumps({"jsonrpc": "2.0", **parts}).encode())


async def settle(protocol: JsonRpcProtocol) -> None:
    """Let everything that can run do so."""
    del protocol
    for _ in range(10):
        await asyncio.sleep(0)
