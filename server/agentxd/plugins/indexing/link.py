"""One index worker process, and the questions that it was asked."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from msgspec import Raw

from agentxd.kernel.errors import IndexUnavailableError
from agentxd.kernel.index import IndexStatus
from agentxd.plugins.indexing.wire import (
    Answered,
    Ask,
    Begin,
    Cancel,
    Control,
    Failed,
    Leaving,
    Told,
    ToWorker,
    encoded,
    from_worker_decoder,
    raw,
)
from agentxd.plugins.workers.child import Child, start_child

T = TypeVar("T")
_log = logging.getLogger(__name__)
_AGAIN = "try again in a moment; the index starts anew by itself"


class WorkerLink:
    """Sends questions, matches answers, and fails what is open when the process ends."""

    def __init__(
        self, told: Callable[[IndexStatus], None], gone: Callable[["WorkerLink"], None]
    ) -> None:
        self._told = told
        self._gone = gone
        self._decoder = from_worker_decoder()
        self._numbers = itertools.count(1)
        self._pending: dict[int, asyncio.Future[Raw]] = {}
        self._child: Child | None = None
        self.begin: Begin | None = None
        self.started_s = 0.0
        self.leaving: Leaving | None = None
        """Its own words where it went because only a fresh one can go on."""

    async def start(self, command: Sequence[str], begin: Begin) -> None:
        """Begin. Raises IndexUnavailableError."""
        self.begin = begin
        self.started_s = asyncio.get_running_loop().time()
        try:
            self._child = await start_child(self, command)
        except OSError as error:
            raise IndexUnavailableError(
                f"The process that keeps the index could not be started: {error.strerror}.",
                "check the memory and the installation of AgentX",
            ) from error
        self.send(begin)

    @property
    def is_alive(self) -> bool:
        """Whether it may be asked."""
        return self._child is not None and self._child.is_alive

    @property
    def is_wanted(self) -> bool:
        """Whether nobody asked it to go."""
        return self._child is not None and not self._child.is_leaving

    @property
    def pid(self) -> int:
        """Process id."""
        return self._child.pid if self._child is not None else 0

    @property
    def n_unsent(self) -> int:
        """Bytes that wait for the worker to read."""
        return self._child.n_unsent if self._child is not None else 0

    def send(self, message: ToWorker) -> None:
        """Say something; lost where the worker is gone."""
        if self._child is not None:
            self._child.send(encoded(message))

    async def ask(self, kind: str, question: object, deadline_s: float) -> Raw:
        """The answer to a question. Raises IndexUnavailableError."""
        number = next(self._numbers)
        return await self._answer(number, Ask(number, kind, raw(question)), deadline_s)

    async def control(self, action: str, deadline_s: float) -> Raw:
        """The status after pause or resume. Raises IndexUnavailableError."""
        number = next(self._numbers)
        return await self._answer(number, Control(number, action), deadline_s)

    def leave(self) -> None:
        """Ask it to go."""
        if self._child is not None:
            self._child.leave()

    async def gone(self, seconds: float) -> None:
        """Wait until it is gone; kill it after so many seconds."""
        if self._child is not None:
            await self._child.gone(seconds)

    def last_words(self) -> str:
        """Why it ended."""
        if self.leaving is not None:
            return self.leaving.reason
        return self._child.last_words() if self._child is not None else "it never began"

    async def _answer(self, number: int, message: Ask | Control, deadline_s: float) -> Raw:
        answer: asyncio.Future[Raw] = asyncio.get_running_loop().create_future()
        if not self.is_alive:
            raise self._death()
        self._pending[number] = answer
        try:
            self.send(message)
            async with asyncio.timeout(deadline_s):
                return await answer
        except TimeoutError as error:
            raise IndexUnavailableError(
                f"The index did not answer within {deadline_s:.0f} s.",
                "try again when the machine is less busy; see: agentxd index",
            ) from error
        finally:
            if self._pending.pop(number, None) is not None:
                self.send(Cancel(number))

    def _death(self) -> IndexUnavailableError:
        return IndexUnavailableError(
            f"The process that keeps the index ended ({self.last_words()}).", _AGAIN
        )

    # --- called by the child ------------------------------------------------------------------

    def heard(self, frame: bytes) -> None:
        """Its words. Raises MsgspecError."""
        message = self._decoder.decode(frame)
        if isinstance(message, Told):
            self._told(message.status)
        elif isinstance(message, Leaving):
            self.leaving = message
        else:
            answer = self._pending.pop(message.number, None)
            if answer is not None and not answer.done():
                self._settle(answer, message)

    def ended(self) -> None:
        """It is gone; whoever waits is told."""
        pending, self._pending = self._pending, {}
        for answer in pending.values():
            if not answer.done():
                answer.set_exception(self._death())
        if self.is_wanted:
            _log.warning("the index worker ended: %s", self.last_words())
        self._gone(self)

    @staticmethod
    def _settle(answer: "asyncio.Future[Raw]", message: Answered | Failed) -> None:
        if isinstance(message, Failed):
            answer.set_exception(IndexUnavailableError(message.message, message.next_step))
        else:
            answer.set_result(message.body)


def decoded(body: Raw, kind: type[T]) -> T:
    """An answer. Raises IndexUnavailableError where it makes no sense."""
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise IndexUnavailableError(
            f"The index answered what cannot be read: {error}.",
            "rebuild it: agentxd index --rebuild",
        ) from error
