"""Tokens on their way from a model to the daemon: the first one, and many streams at once."""

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from agentxd.kernel.messages import Message, ModelRequest, Text, TextDelta
from agentxd.plugins.providers.installed import find_vendor
from agentxd.plugins.providers.vendors import Endpoint
from agentxd.plugins.providers.worker.adapter import load_adapter
from agentxd.plugins.providers.worker.host import WorkerHost
from loopback.raw import BODIES

from tests.bench.measure import Row, median, memory_of, ms, percentile
from tests.bench.model_server import FIRST, N_TOKENS, PER_S, STAMPED, served

N_FIRST = 60
N_STREAMS = 100
MAX_FIRST_S, MAX_TOKEN_S, MAX_LAG_S = 0.008, 0.020, 0.005
_LAG_EVERY_S = 0.002
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Wire:
    """One vendor's way to write, and where it is spoken."""

    name: str
    endpoint: Endpoint
    path: str


def wires(url: str) -> Sequence[Wire]:
    """All that there are, on the server at `url`."""
    openai = f"{url}/v1"
    chat = Endpoint(vendor="openai", url=openai, wire="chat")
    responses = Endpoint(vendor="openai", url=openai, wire="responses")
    return (
        Wire("anthropic", Endpoint(vendor="anthropic", url=url), "/v1/messages"),
        Wire("openai responses", responses, "/v1/responses"),
        Wire("openai chat", chat, "/v1/chat/completions"),
        Wire("ollama", Endpoint(vendor="ollama", url=url), "/api/chat"),
    )


def request_for(model: str) -> ModelRequest:
    """The least that can be asked."""
    return ModelRequest(model=model, system="", messages=(Message("user", (Text("?"),)),), tools=())


async def first_text(deltas: AsyncGenerator[object, None]) -> float:
    """Seconds until the first text; the rest is read as well, so that the link can be kept."""
    start, taken = time.perf_counter(), 0.0
    async with aclosing(deltas):
        async for delta in deltas:
            if isinstance(delta, TextDelta) and not taken:
                taken = time.perf_counter() - start
    return taken


class RawLink:
    """A kept connection that sends prepared bytes and looks for a word in what comes."""

    def __init__(self, url: str, wire: Wire) -> None:
        place = urlsplit(url)
        body = json.dumps({**BODIES[wire.path], "model": FIRST, "stream": True}).encode()
        head = (
            f"POST {wire.path} HTTP/1.1\r\nhost: {place.netloc}\r\nx-api-key: k\r\n"
            "authorization: Bearer k\r\nanthropic-version: 2023-06-01\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self._bytes = head.encode() + body
        self._host, self._port = place.hostname or "", place.port or 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def first(self) -> float:
        """Seconds until the answer's first word is there."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        start = time.perf_counter()
        writer.write(self._bytes)
        await reader.readuntil(b"Done.")
        taken = time.perf_counter() - start
        await reader.readuntil(b"\r\n0\r\n\r\n")
        return taken

    def close(self) -> None:
        """Let go."""
        if self._streams is not None:
            self._streams[1].close()


async def first_tokens(url: str, wire: Wire) -> tuple[list[float], list[float], list[float]]:
    """Seconds to the first token in turn: through the worker, the SDK alone, a raw socket."""
    host, raw = WorkerHost(environment=environment()), RawLink(url, wire)
    adapter = load_adapter(find_vendor(wire.endpoint.vendor))(wire.endpoint, wire.endpoint.url, "k")
    taken: tuple[list[float], list[float], list[float]] = ([], [], [])
    try:
        for round_ in range(N_FIRST + 5):
            request = request_for(FIRST)
            found = (
                await first_text(host.stream(wire.endpoint, request)),
                await first_text(adapter.stream(request)),
                await raw.first(),
            )
            for seconds, kept in zip(found, taken, strict=True):
                if round_ >= 5:  # the first ones load and connect
                    kept.append(seconds)
    finally:
        raw.close()
        await host.close()
    return taken


def environment() -> dict[str, str]:
    """Of a worker."""
    return {**os.environ, "ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}


@dataclass
class Load:
    """What was seen of many streams."""

    latencies: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    worker_share: float = 0.0
    own_share: float = 0.0
    worker_mib: float = 0.0


async def loaded(wire: Wire) -> Load:
    """A hundred streams at once through one worker; the consumer does nothing but listen."""
    host, load = WorkerHost(environment=environment()), Load()
    try:
        await first_text(host.stream(wire.endpoint, request_for(FIRST)))
        watching = asyncio.ensure_future(watch_lag(load.lags))
        began, worker, own = time.monotonic(), cpu_of(host.pid), time.process_time()
        async with asyncio.TaskGroup() as group:
            for _ in range(N_STREAMS):
                group.create_task(listen(host, wire, load.latencies))
        seconds = time.monotonic() - began
        load.worker_share = (cpu_of(host.pid) - worker) / seconds
        load.own_share = (time.process_time() - own) / seconds
        load.worker_mib = memory_of(host.pid).rss
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    finally:
        await host.close()
    return load


async def listen(host: WorkerHost, wire: Wire, latencies: list[float]) -> None:
    """One stream; each piece holds the time at which it left the server."""
    deltas = host.stream(wire.endpoint, request_for(STAMPED))
    async with aclosing(deltas):
        async for delta in deltas:
            if isinstance(delta, TextDelta):
                now = time.monotonic()
                latencies.extend(now - float(stamp) for stamp in delta.text.split())


async def watch_lag(lags: list[float]) -> None:
    """How much later than asked the loop wakes up."""
    loop = asyncio.get_running_loop()
    while True:
        wanted = loop.time() + _LAG_EVERY_S
        await asyncio.sleep(_LAG_EVERY_S)
        lags.append(loop.time() - wanted)


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def first_row(wire: Wire, url: str) -> Row:
    """Added to the plain answer, and to that of the SDK in one process."""
    worker, sdk, raw = asyncio.run(first_tokens(url, wire))
    added, to_sdk = median(worker) - median(raw), median(worker) - median(sdk)
    return Row(
        f"first token, {wire.name}, warm: added to a raw socket's",
        f"{ms(added)} (of it by the SDK {ms(added - to_sdk)}); {ms(median(worker))} in all",
        f"≤ {ms(MAX_FIRST_S)}",
        added <= MAX_FIRST_S,
    )


def load_rows(wire: Wire) -> Sequence[Row]:
    """Latency of a token, lag of the loop, and what it takes."""
    load = asyncio.run(loaded(wire))
    assert len(load.latencies) == N_STREAMS * N_TOKENS, len(load.latencies)
    p95, lag = percentile(load.latencies, 0.95), percentile(load.lags, 0.99)
    rate = f"{N_STREAMS} streams × {PER_S:g} tokens/s, {wire.name}"
    return [
        Row(
            f"{rate}: token on its way",
            f"p50 {ms(percentile(load.latencies, 0.5))}, p95 {ms(p95)}",
            f"p95 ≤ {ms(MAX_TOKEN_S)}",
            p95 <= MAX_TOKEN_S,
        ),
        Row(
            f"{rate}: the listener's event loop lags",
            f"p99 {ms(lag)}",
            f"p99 ≤ {ms(MAX_LAG_S)}",
            lag <= MAX_LAG_S,
        ),
        Row(
            f"{rate}: processor, memory",
            f"worker {load.worker_share:.0%}, listener {load.own_share:.0%} of a core;"
            f" worker RSS {load.worker_mib:.0f} MiB",
        ),
    ]


def rows() -> Sequence[Row]:
    """Many streams first: the SDKs that the first tokens are compared with stay in this process."""
    with served(is_told=False) as server:
        found = [row for wire in wires(server.url) for row in load_rows(wire)]
        return [*(first_row(wire, server.url) for wire in wires(server.url)), *found]
