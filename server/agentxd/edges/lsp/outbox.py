"""What is on its way to one client: bounded, so that a slow client costs only itself."""

import asyncio
from collections.abc import Awaitable, Callable

from agentxd_protocol.event import StreamedNotification

from agentxd.edges.lsp.framing import frame

MAX_WAITING = 32 << 20
"""Bytes that may wait for one client; what is more is refused where somebody asked for it."""
_RESERVE = 1 << 20
"""Bytes above that for what nobody asked for; behind them the client is cut off as too slow."""
MAX_PIECE = 64 << 10
"""Characters of streamed text that wait for one task; what is more is dropped and counted."""
_WRITE = 256 << 10
"""Bytes that are handed to the transport at a time."""


class Outbox:
    """Frames in order, and streamed pieces that are joined while they wait."""

    def __init__(
        self, writer: asyncio.StreamWriter, encode: Callable[[str, object], bytes]
    ) -> None:
        self._writer = writer
        self._encode = encode
        self._frames: list[bytes] = []
        self._n_waiting = 0
        self._pieces: dict[tuple[str, str], str] = {}
        self._n_dropped: dict[tuple[str, str], int] = {}
        self._has_work = asyncio.Event()
        self.is_overrun = False

    def has_room(self, n_bytes: int) -> bool:
        """Whether an answer of this size may be sent now."""
        return self._n_waiting + n_bytes <= MAX_WAITING

    def write(self, data: bytes) -> None:
        """Send a whole frame. A client that lets too much wait is cut off."""
        self._n_waiting += len(data)
        if self._n_waiting > MAX_WAITING + _RESERVE:
            self.is_overrun = True
            self.cut()
        else:
            self._frames.append(data)
        self._has_work.set()

    def cut(self) -> None:
        """Drop what waits and close the link, whatever the other end does."""
        self._frames = []
        self._writer.transport.abort()

    def stream(self, task: str, kind: str, text: str) -> None:
        """A piece of text; joined with those of the same task that still wait."""
        key = task, kind
        waiting = self._pieces.get(key, "")
        room = max(0, MAX_PIECE - len(waiting))
        self._pieces[key] = waiting + text[:room]
        if len(text) > room:
            self._n_dropped[key] = self._n_dropped.get(key, 0) + len(text) - room
        self._has_work.set()

    async def pump(self, idle: Callable[[], Awaitable[bool]]) -> None:
        """Write until cancelled or cut off; `idle` brings more when all is sent.

        Raises ConnectionError where the client is gone.
        """
        while not self.is_overrun:
            self._take_pieces()
            data, self._frames = b"".join(self._frames), []
            if data:
                await self._send(memoryview(data))
                continue
            self._has_work.clear()
            if not await idle():
                await self._has_work.wait()

    def wake(self) -> None:
        """There may be events to send."""
        self._has_work.set()

    async def _send(self, data: memoryview) -> None:
        for start in range(0, len(data), _WRITE):
            piece = data[start : start + _WRITE]
            self._writer.write(piece)
            await self._writer.drain()
            self._n_waiting -= len(piece)

    def _take_pieces(self) -> None:
        pieces, self._pieces = self._pieces, {}
        dropped, self._n_dropped = self._n_dropped, {}
        for (task, kind), text in pieces.items():
            note = StreamedNotification(
                task_id=task,
                kind=kind,
                text=text,
                n_dropped=dropped.get((task, kind), 0),
            )
            data = frame(self._encode("agentx/part/streamed", note))
            self._n_waiting += len(data)
            self._frames.append(data)
