"""The event log, fully synced: many callers that each wait for their own event."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from agentxd.kernel.events import DaemonStarted
from agentxd.plugins.stores.event_log import SqliteEventLog

from tests.bench.measure import Row, ms, percentile

N_EVENTS = 40_000
N_CALLERS = 200
MIN_RATE, MAX_ACK_S = 20_000, 0.015


async def filled(folder: Path) -> tuple[float, list[float]]:
    """Events a second, and how long each caller waited for each event."""
    log = await SqliteEventLog.open(folder / "events.db")
    waits: list[float] = []

    async def caller(n: int) -> None:
        for _ in range(n):
            start = time.perf_counter()
            await log.append([DaemonStarted("bench", 1)])
            waits.append(time.perf_counter() - start)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(N_CALLERS):
            group.create_task(caller(N_EVENTS // N_CALLERS))
    seconds = time.perf_counter() - start
    assert len(await log.read(0, N_EVENTS + 1)) == N_EVENTS
    await log.close()
    return N_EVENTS / seconds, waits


def bench() -> Sequence[Row]:
    """On the disk of the temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        rate, waits = asyncio.run(filled(Path(folder)))
    p95 = percentile(waits, 0.95)
    return [
        Row(
            f"event log, synchronous=FULL, {N_CALLERS} callers",
            f"{rate:,.0f} events/s",
            f"≥ {MIN_RATE:,}/s",
            rate >= MIN_RATE,
        ),
        Row(
            "event log, acknowledgement",
            f"p50 {ms(percentile(waits, 0.5))}, p95 {ms(p95)}",
            f"p95 ≤ {ms(MAX_ACK_S)}",
            p95 <= MAX_ACK_S,
        ),
    ]
