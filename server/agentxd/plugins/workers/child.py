"""A child process that is spoken to in frames over its standard input and output."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import MsgspecError

from agentxd.kernel.redaction import redact
from agentxd.plugins.workers.frames import BadFrameError, Frames, framed

_TAIL_BYTES = 2_000


class Listener(Protocol):
    """Whom a child speaks to; called in the event loop."""

    def heard(self, frame: bytes) -> None:
        """One frame. Raises MsgspecError where it makes no sense, which ends the child."""
        ...

    def ended(self) -> None:
        """The child is gone, and everything that it said was heard."""
        ...


class Child(asyncio.SubprocessProtocol):
    """One process: what it says goes to a listener, what it complains of is kept for its end."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._frames = Frames()
        self._tail = bytearray()
        self._transport: asyncio.SubprocessTransport | None = None
        self._gone = asyncio.Event()
        self._nonsense = ""
        self.is_leaving = False
        """Whether it was asked to go."""

    @property
    def is_alive(self) -> bool:
        """Whether it may be spoken to."""
        has_ended = self._transport is None or self._transport.get_returncode() is not None
        return not (self.is_leaving or has_ended or self._nonsense or self._gone.is_set())

    @property
    def pid(self) -> int:
        """Process id."""
        return self._transport.get_pid() if self._transport is not None else 0

    @property
    def n_unsent(self) -> int:
        """Bytes that wait for the child to read."""
        pipe = self._transport.get_pipe_transport(0) if self._transport is not None else None
        return pipe.get_write_buffer_size() if isinstance(pipe, asyncio.WriteTransport) else 0

    def send(self, body: bytes) -> None:
        """Say something; lost where the child is gone, which its listener is told of."""
        if self._transport is None or not self.is_alive:
            return
        pipe = self._transport.get_pipe_transport(0)
        if isinstance(pipe, asyncio.WriteTransport):
            pipe.write(framed(body))

    def leave(self) -> None:
        """Ask it to go: the end of its input is the end of its work."""
        self.is_leaving = True
        if self._transport is not None:
            pipe = self._transport.get_pipe_transport(0)
            if pipe is not None:
                pipe.close()

    async def gone(self, seconds: float) -> None:
        """Wait until it is gone; kill it after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._gone.wait()
        except TimeoutError:
            self.kill()

    def kill(self) -> None:
        """End it at once; its listener is told when it is gone."""
        if self._transport is not None:
            self._transport.close()

    def last_words(self) -> str:
        """Why it ended, as far as can be told: the exit code and its last complaint."""
        if self._nonsense:
            return self._nonsense
        code = self._transport.get_returncode() if self._transport is not None else None
        lines = redact(self._tail.decode(errors="replace")).strip().splitlines()
        return f"exit code {code}" + (f": {lines[-1]}" if lines else "")

    # --- called by the event loop -------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It runs."""
        if isinstance(transport, asyncio.SubprocessTransport):
            self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Its words on standard output, or complaints on standard error."""
        if fd != 1:
            self._tail = (self._tail + data)[-_TAIL_BYTES:]
            return
        if self._nonsense:
            return
        try:
            for frame in self._frames.feed(data):
                self._listener.heard(frame)
        except (BadFrameError, MsgspecError) as error:
            self._nonsense = f"it said what cannot be read: {error}"
            self.kill()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended, and everything that it said was read."""
        del exc
        self._gone.set()
        self._listener.ended()


async def start_child(
    listener: Listener, command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Child:
    """Start a process in a session of its own. Raises OSError."""
    _, child = await asyncio.get_running_loop().subprocess_exec(
        lambda: Child(listener),
        *command,
        env=dict(os.environ if environment is None else environment),
        start_new_session=True,
    )
    return child
