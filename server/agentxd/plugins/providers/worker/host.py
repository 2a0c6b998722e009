"""The daemon's end of the worker: starts it at the first need and shares it among all streams."""

import asyncio
import itertools
import logging
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import Delta, ModelRequest, TextDelta, ThinkingDelta, Waiting
from agentxd.plugins.providers.vendors import Endpoint
from agentxd.plugins.providers.worker.wire import (
    AskModels,
    Cancel,
    Ended,
    Failed,
    FromWorker,
    Models,
    Piece,
    Start,
    ToWorker,
    Warm,
    encoded,
    from_worker_decoder,
)
from agentxd.plugins.workers.child import Child, start_child

_IDLE_S = 300.0
_LEAVE_S = 2.0
_COMMAND = (sys.executable, "-P", "-m", "agentxd.plugins.providers.worker")
_log = logging.getLogger(__name__)
Inbox = asyncio.Queue[FromWorker]
Deltas = AsyncGenerator[Delta, None]
Messages = AsyncGenerator[FromWorker, None]


class WorkerHost:
    """Shares one worker process among all streams; a dead one is followed by a fresh one."""

    def __init__(
        self,
        command: Sequence[str] = _COMMAND,
        idle_s: float = _IDLE_S,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = tuple(command)
        self._idle_s = idle_s
        self._environment = environment
        self._numbers = itertools.count(1)
        self._link: _Link | None = None
        self._starting = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int:
        """Of the worker, 0 where there is none."""
        return self._link.pid if self._link is not None and self._link.is_alive else 0

    async def warm(self, endpoint: Endpoint) -> None:
        """Let the worker load what the endpoint needs; returns before that is done."""
        link = await self._linked()
        link.send(Warm(endpoint))
        self._rest(link)

    async def stream(self, endpoint: Endpoint, request: ModelRequest) -> Deltas:
        """One step; the last delta is Finished. Raises ProviderError."""
        number = next(self._numbers)
        async with aclosing(self._talk(number, Start(number, endpoint, request))) as messages:
            async for message in messages:
                if isinstance(message, Piece):
                    yield _delta(message)
                elif isinstance(message, Ended):
                    yield message.finished

    async def models(self, endpoint: Endpoint) -> tuple[str, ...]:
        """What the server says that it has. Raises ProviderError."""
        number = next(self._numbers)
        names: tuple[str, ...] = ()
        async with aclosing(self._talk(number, AskModels(number, endpoint))) as messages:
            async for message in messages:
                if isinstance(message, Models):
                    names = message.names
        return names

    async def close(self) -> None:
        """Let the worker leave; it is killed where it does not."""
        if self._idle is not None:
            self._idle.cancel()
        link, self._link = self._link, None
        if link is not None:
            link.leave()
            await link.gone(_LEAVE_S)

    async def _talk(self, number: int, first: Start | AskModels) -> Messages:
        link = await self._linked()
        inbox = link.open(number)
        is_over = False
        try:
            link.send(first)
            while not is_over:
                message = await inbox.get()
                is_over = not isinstance(message, Piece)
                if isinstance(message, Failed):
                    raise _error(message)
                yield message
        finally:
            link.close(number)
            if not is_over:
                link.send(Cancel(number))
            self._rest(link)

    async def _linked(self) -> "_Link":
        """The running worker, a new one where there is none. Raises ProviderError."""
        if self._idle is not None:
            self._idle.cancel()
        async with self._starting:
            if self._link is None or not self._link.is_alive:
                self._link = await _Link().start(self._command, self._environment)
            return self._link

    def _rest(self, link: "_Link") -> None:
        """Count the idle time from now, where nothing runs."""
        if link.n_open or link is not self._link:
            return
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._retire)

    def _retire(self) -> None:
        link = self._link
        if link is not None and not link.n_open:
            self._link = None
            link.leave()


class _Link:
    """One worker process and the streams that it serves."""

    def __init__(self) -> None:
        self._decoder = from_worker_decoder()
        self._inboxes: dict[int, Inbox] = {}
        self._child: Child | None = None

    async def start(self, command: Sequence[str], environment: Mapping[str, str] | None) -> "_Link":
        """Begin. Raises ProviderError."""
        try:
            self._child = await start_child(self, command, environment)
        except OSError as error:
            raise ProviderError(
                f"The process that talks to the models could not be started: {error.strerror}",
                "check the memory and the installation of AgentX",
                kind="worker",
            ) from error
        return self

    @property
    def is_alive(self) -> bool:
        """Whether it may be spoken to."""
        return self._child is not None and self._child.is_alive

    @property
    def n_open(self) -> int:
        """Streams under way."""
        return len(self._inboxes)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._child.pid if self._child is not None else 0

    def open(self, number: int) -> Inbox:
        """Where the messages of a stream arrive."""
        inbox = self._inboxes[number] = Inbox()
        if not self.is_alive:  # it died between being chosen and being spoken to
            inbox.put_nowait(self._death(number))
        return inbox

    def close(self, number: int) -> None:
        """Nobody listens any more."""
        self._inboxes.pop(number, None)

    def send(self, message: ToWorker) -> None:
        """Say something; lost where the worker is gone, which every stream is told of."""
        if self._child is not None:
            self._child.send(encoded(message))

    def leave(self) -> None:
        """Ask it to go: the end of its input is the end of its work."""
        if self._child is not None:
            self._child.leave()

    async def gone(self, seconds: float) -> None:
        """Wait until it is gone; kill it after so many seconds."""
        if self._child is not None:
            await self._child.gone(seconds)

    # --- called by the child ------------------------------------------------------------------

    def heard(self, frame: bytes) -> None:
        """Its words. Raises MsgspecError."""
        message = self._decoder.decode(frame)
        inbox = self._inboxes.get(message.stream)
        if inbox is not None:
            inbox.put_nowait(message)

    def ended(self) -> None:
        """It is gone; every stream is told."""
        for number, inbox in self._inboxes.items():
            inbox.put_nowait(self._death(number))
        if self._child is not None and not self._child.is_leaving:
            _log.warning("the model worker ended: %s", self._child.last_words())

    def _death(self, number: int) -> Failed:
        words = self._child.last_words() if self._child is not None else "it never began"
        return Failed(
            number,
            f"The process that talks to the models ended unexpectedly ({words}).",
            "try again; the next call starts a fresh one",
            "worker",
        )


def _delta(piece: Piece) -> Delta:
    if piece.is_waiting:
        return Waiting(piece.text)
    kind: Callable[[str], Delta] = ThinkingDelta if piece.is_thinking else TextDelta
    return kind(piece.text)


def _error(failed: Failed) -> ProviderError:
    return ProviderError(
        failed.message, failed.next_step, kind=failed.kind, retry_after_s=failed.retry_after_s
    )
