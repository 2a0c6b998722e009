"""The worker's own end: reads wishes, runs the streams, writes what they give."""

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import Finished, ThinkingDelta, Waiting
from agentxd.plugins.providers.installed import find_vendor
from agentxd.plugins.providers.vendors import Endpoint, Vendor
from agentxd.plugins.providers.worker.adapter import Adapter, MakeAdapter, load_adapter
from agentxd.plugins.providers.worker.hiding import without_keys
from agentxd.plugins.providers.worker.keys import find_key, no_key
from agentxd.plugins.providers.worker.retrying import Patience, RealPatience, attempts
from agentxd.plugins.providers.worker.transcripts import settled
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
    framed,
    to_worker_decoder,
)
from agentxd.plugins.workers.frames import Frames
from agentxd.plugins.workers.pipes import opened_pipes

_CHUNK = 1 << 18


def main() -> None:
    """Serve until standard input ends."""
    gc.disable()  # what SDKs make while they load is no garbage
    output = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not end up between the frames
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_run(0, output))
    sys.stderr.flush()
    os._exit(0)  # nothing is left to tidy up, and the SDKs take long to take down


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop that takes a fifth less for each token, where there is one."""
    try:
        import uvloop  # noqa: PLC0415  # not on every platform
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _run(input_handle: int, output_handle: int) -> None:
    reader, writer = await opened_pipes(input_handle, output_handle, _CHUNK)
    service = Service(writer, os.environ, RealPatience())
    sys.excepthook = service.complain
    await service.serve(reader)


class Service:
    """Runs the streams of one daemon."""

    def __init__(
        self, writer: asyncio.StreamWriter, environment: Mapping[str, str], patience: Patience
    ) -> None:
        self._writer = writer
        self._environment = environment
        self._patience = patience
        self._adapters: dict[Endpoint, Adapter] = {}
        self._keys: set[str] = set()
        self._loading = asyncio.Lock()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._unsent: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Until the daemon closes its end; then every stream is cancelled and closed."""
        frames, decoder = Frames(), to_worker_decoder()
        async with asyncio.TaskGroup() as group:
            while data := await reader.read(_CHUNK):
                for frame in frames.feed(data):
                    self._take(group, decoder.decode(frame))
            for task in self._running.values():
                task.cancel()

    def complain(self, kind: type[BaseException], error: BaseException, trace: object) -> None:
        """The last words of a worker that breaks, on one line and without a key."""
        del kind, trace
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        words = " ".join(f"{type(error).__name__}: {error}".split())
        sys.stderr.write(without_keys(words, self._keys) + "\n")

    def _take(self, group: asyncio.TaskGroup, message: ToWorker) -> None:
        if isinstance(message, Cancel):
            task = self._running.get(message.stream)
            if task is not None:
                task.cancel()
        elif isinstance(message, Warm):
            self._running[0] = group.create_task(self._warm(message.endpoint))
        else:
            number = message.stream
            task = self._running[number] = group.create_task(self._answer(message))
            task.add_done_callback(lambda _: self._running.pop(number, None))

    async def _warm(self, endpoint: Endpoint) -> None:
        try:
            await self._adapter(endpoint)
        except ProviderError:
            return  # whoever calls the model is told

    async def _answer(self, message: Start | AskModels) -> None:
        """One stream to its end; whatever goes wrong is told to the daemon."""
        number = message.stream
        try:
            if isinstance(message, Start):
                await self._stream(message)
            else:
                await self._models(message)
        except ProviderError as error:
            if error.kind == "key":
                self._adapters.pop(message.endpoint, None)  # the next call looks for another key
            await self._write(self._failed(number, error))
        except Exception as error:  # noqa: BLE001  # task owner: the other streams go on
            told = without_keys(f"{type(error).__name__}: {error}", self._keys)
            words = f"The worker broke: {told}"
            await self._write(Failed(number, words, "please report this", "worker"))

    async def _stream(self, message: Start) -> None:
        adapter = await self._adapter(message.endpoint)
        request = replace(message.request, messages=settled(message.request.messages))
        model = request.model
        async for delta in attempts(
            lambda: adapter.stream(request),
            lambda error: adapter.trouble(error, model),
            message.endpoint.retry_s,
            self._patience,
        ):
            if isinstance(delta, Finished):
                await self._write(Ended(message.stream, delta))
            else:
                kinds = isinstance(delta, ThinkingDelta), isinstance(delta, Waiting)
                await self._write(Piece(message.stream, str(delta.text), *kinds))

    async def _models(self, message: AskModels) -> None:
        adapter = await self._adapter(message.endpoint)
        try:
            names = await adapter.models()
        except ProviderError:
            raise
        except Exception as error:
            raise adapter.trouble(error, "") from error
        await self._write(Models(message.stream, names))

    async def _adapter(self, endpoint: Endpoint) -> Adapter:
        """The adapter of an endpoint, made once. Raises ProviderError."""
        async with self._loading:
            if endpoint not in self._adapters:
                self._adapters[endpoint] = await self._made(endpoint)
            return self._adapters[endpoint]

    async def _made(self, endpoint: Endpoint) -> Adapter:
        vendor = await asyncio.to_thread(find_vendor, endpoint.vendor)
        make = await self._loaded(vendor)
        key = await asyncio.to_thread(find_key, vendor, self._environment)
        url = endpoint.url or self._environment.get(vendor.url_variable, "")
        if vendor.is_key_needed and not key and not url:
            raise no_key(vendor, self._environment)
        self._keys |= {key} - {""}
        adapter = make(endpoint, url, key)
        gc.enable()
        gc.freeze()
        return adapter

    async def _loaded(self, vendor: Vendor) -> MakeAdapter:
        """In a thread, so that the end of the input is seen; but not beside another SDK at work.

        An SDK looks into `sys.modules`, where it would find what another one has half imported.
        """
        if self._adapters:
            return load_adapter(vendor)
        return await asyncio.to_thread(load_adapter, vendor)

    async def _write(self, message: FromWorker) -> None:
        """What many streams say in one turn of the loop goes out as one piece."""
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unsent.append(framed(message))
        await self._writer.drain()

    def _flush(self) -> None:
        self._writer.write(b"".join(self._unsent))
        self._unsent.clear()

    def _failed(self, number: int, error: ProviderError) -> Failed:
        words, next_step = (
            without_keys(text, self._keys) for text in (error.message, error.next_step)
        )
        return Failed(number, words, next_step, error.kind, error.retry_after_s)
