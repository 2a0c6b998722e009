"""The server as a process of its own, so that a benchmark's client has its interpreter to itself."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loopback.answers import stamped
from loopback.server import ModelServer, run


@contextmanager
def model_process(n_tokens: int = 200, per_s: float = 20.0) -> Iterator[str]:
    """Base URL of a server that answers everything with `stamped(n_tokens, per_s)`."""
    words = [sys.executable, "-m", "loopback", str(n_tokens), str(per_s)]
    here = Path(__file__).parents[1]
    with subprocess.Popen(
        words, cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(10)


async def main(n_tokens: int, per_s: float) -> None:
    """Serve until standard input ends; the URL is the first and only line of output."""
    server, stop = ModelServer(), asyncio.Event()
    server.otherwise = stamped(n_tokens, per_s)
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, stop.set)
    await run(server, lambda: print(server.url, flush=True), stop)
