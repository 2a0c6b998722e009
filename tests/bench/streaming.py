"""Streamed pieces through a client's outbox, coalesced while they wait."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from agentxd.edges.lsp.outbox import Outbox
from agentxd.edges.lsp.protocol import notification

from tests.bench.measure import Row

N_PIECES = 500_000
N_TASKS = 100
MIN_RATE = 100_000


async def streamed() -> tuple[float, int, int]:
    """Pieces a second; characters that arrived or were counted as dropped; frames sent."""
    arrived: list[bytes] = []
    done, sent = asyncio.Event(), asyncio.Event()

    async def receive(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 20):
            arrived.append(data)
        done.set()

    async def nothing_more() -> bool:
        sent.set()  # the pump asks for more when all is sent
        return False

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "s")
        server = await asyncio.start_unix_server(receive, path)
        _, writer = await asyncio.open_unix_connection(path)
        outbox = Outbox(writer, notification)
        pump = asyncio.create_task(outbox.pump(nothing_more))
        loop = asyncio.get_running_loop()
        start = loop.time()
        for n in range(N_PIECES):
            outbox.stream(f"t{n % N_TASKS}", "text", "word ")
            if n % 1000 == 0:
                await asyncio.sleep(0)
        sent.clear()
        outbox.wake()
        await sent.wait()
        seconds = loop.time() - start
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)
        writer.close()
        await done.wait()
        server.close()
    bodies = [part for part in b"".join(arrived).split(b"Content-Length: ") if part]
    notes = [json.loads(body.split(b"\r\n\r\n", 1)[1])["params"] for body in bodies]
    n_characters = sum(len(note["text"]) + note["nDropped"] for note in notes)
    return N_PIECES / seconds, n_characters, len(notes)


def bench() -> Sequence[Row]:
    """A hundred tasks that stream at once to one client."""
    rate, n_characters, n_frames = asyncio.run(streamed())
    assert n_characters == N_PIECES * len("word "), "a piece was lost without being counted"
    return [
        Row(
            f"streamed pieces to one client, {N_TASKS} tasks at once",
            f"{rate:,.0f}/s in {n_frames:,} frames, none lost uncounted",
            f"≥ {MIN_RATE:,}/s",
            rate >= MIN_RATE,
        )
    ]
