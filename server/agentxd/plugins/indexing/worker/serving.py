"""The index worker's own end: reads what the daemon says, owns everything that works."""

import asyncio
import gc
import os
import sys
import traceback
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from agentxd.kernel.errors import AgentxError, IndexDamagedError
from agentxd.plugins.indexing.wire import (
    Ask,
    Begin,
    Cancel,
    Control,
    Failed,
    FromWorker,
    Leaving,
    Shown,
    Touched,
    ToWorker,
    encoded,
    to_worker_decoder,
)
from agentxd.plugins.indexing.worker.house import DatabaseGoneError, House
from agentxd.plugins.indexing.worker.parts import Parts
from agentxd.plugins.workers.frames import Frames, framed
from agentxd.plugins.workers.lowering import end_with
from agentxd.plugins.workers.pipes import opened_pipes

_CHUNK = 1 << 18
_CLOSE_S = 2.0
_SWITCH_S = 0.001
"""A question goes through three threads, each of which may wait so long for one that computes."""
Compose = Callable[[Begin], Parts]


def main(compose: Compose) -> None:
    """Serve until standard input ends."""
    end_with(os.getppid())
    output = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not end up between the frames
    sys.excepthook = _complain
    sys.setswitchinterval(_SWITCH_S)
    asyncio.run(_run(0, output, compose))
    sys.stderr.flush()
    os._exit(0)  # threads that still read or watch have nothing to tidy up


async def _run(input_handle: int, output_handle: int, compose: Compose) -> None:
    reader, writer = await opened_pipes(input_handle, output_handle, _CHUNK)
    messages = _messages(reader)
    begin = await anext(messages, None)
    if isinstance(begin, Begin):
        await Service(writer, compose, begin).serve(messages)


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[ToWorker]:
    """Until the daemon closes its end. Raises MsgspecError, BadFrameError for nonsense."""
    frames, decoder = Frames(), to_worker_decoder()
    while data := await reader.read(_CHUNK):
        for frame in frames.feed(data):
            yield decoder.decode(frame)


class _DoneError(Exception):
    """The worker goes."""


class Service:
    """Serves one daemon."""

    def __init__(self, writer: asyncio.StreamWriter, compose: Compose, begin: Begin) -> None:
        self._writer = writer
        self._compose = compose
        self._begin = begin
        self._asked: dict[int, asyncio.Task[None]] = {}

    async def serve(self, messages: AsyncIterator[ToWorker]) -> None:
        """Until the input ends, or only a fresh worker can go on."""
        house = House(self._compose(self._begin), self._begin, self._say)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(group, house, messages))
                group.create_task(self._work(house))
        except* _DoneError:
            pass
        except* IndexDamagedError as trouble:
            await self._leave(Leaving(str(_first(trouble)), is_fresh=True))
        except* DatabaseGoneError as trouble:
            await self._leave(Leaving(str(_first(trouble))))
        await self._close(house)

    async def _hear(
        self, group: asyncio.TaskGroup, house: House, messages: AsyncIterator[ToWorker]
    ) -> None:
        async for message in messages:
            if isinstance(message, Ask | Control):
                task = group.create_task(self._answer(house, message), name=str(message.number))
                self._asked[message.number] = task
                task.add_done_callback(self._forget)
            elif isinstance(message, Cancel):
                if (asked := self._asked.get(message.number)) is not None:
                    asked.cancel()
            elif isinstance(message, Shown):
                house.shown(message.texts)
            elif isinstance(message, Touched):
                house.touched(message.paths)
        raise _DoneError

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._asked.pop(int(task.get_name()), None)

    async def _work(self, house: House) -> None:
        gc.freeze()
        await house.run()

    async def _answer(self, house: House, message: Ask | Control) -> None:
        try:
            found = await house.answer(message)
        except IndexDamagedError:
            raise
        except AgentxError as error:
            found = Failed(message.number, error.message, error.next_step)
        self._say(found)
        await self._writer.drain()

    async def _leave(self, leaving: Leaving) -> None:
        self._say(leaving)
        async with asyncio.timeout(_CLOSE_S):
            await self._writer.drain()

    async def _close(self, house: House) -> None:
        try:
            async with asyncio.timeout(_CLOSE_S):
                await house.close()
        except (TimeoutError, AgentxError):
            return  # what was committed is there; the rest is made again

    def _say(self, message: FromWorker) -> None:
        self._writer.write(framed(encoded(message)))


def _complain(kind: type[BaseException], error: BaseException, trace: object) -> None:
    """The last words of a worker that breaks, on one line."""
    del kind, trace
    error = _first(error)
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({Path(place[0].filename).name}:{place[0].lineno})" if place else ""
    sys.stderr.write(" ".join(f"{type(error).__name__}: {error}{where}".split()) + "\n")


def _first(trouble: BaseException) -> BaseException:
    while isinstance(trouble, BaseExceptionGroup):
        trouble = trouble.exceptions[0]
    return trouble
