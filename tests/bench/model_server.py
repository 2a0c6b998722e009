"""The loopback model server in a process of its own, which tells when requests come and go.

Run as a module it serves until standard input ends. What it answers is in the model's name:
`first` some words, `stamped` time stamps at a steady pace, `steps` so many tool calls, then words.
"""

import asyncio
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loopback.answers import Answer, answer, call, stamped
from loopback.http import Request
from loopback.server import ModelServer, run

N_TOKENS, PER_S = 100, 20.0
N_STEPS = 20
PACE_S = 0.02
"""Between two pieces of an answer with a tool call, of which there are about six."""
STAMPED, FIRST, STEPS = "claude-stamped", "claude-first", "claude-steps"
_WAIT_S = 30.0
_RESULTS = ("tool_result", "function_call_output", '"role": "tool"', '"role":"tool"')


class Served:
    """The bench's end: the server's URL and what it tells."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._said = b""
        self.url = self._line()

    def has_said(self, seconds: float) -> bool:
        """Whether it has something to tell within so many seconds."""
        assert self._process.stdout is not None
        return b"\n" in self._said or bool(
            select.select([self._process.stdout], [], [], seconds)[0]
        )

    def arrived(self) -> float:
        """When the next request was read, on `time.monotonic()`; waits for it."""
        word, at = self._line().split()
        assert word == "arrived", word
        return float(at)

    def answered(self) -> float:
        """When the last byte of that request's answer went out; waits for it."""
        word, at = self._line().split()
        assert word == "answered", word
        return float(at)

    def _line(self) -> str:
        assert self._process.stdout is not None
        while b"\n" not in self._said:
            if not select.select([self._process.stdout], [], [], _WAIT_S)[0]:
                raise TimeoutError("the model server was not asked")
            piece = os.read(self._process.stdout.fileno(), 4096)
            if not piece:
                raise ConnectionError("the model server ended")
            self._said += piece
        line, _, self._said = self._said.partition(b"\n")
        return line.decode()


@contextmanager
def served(*, is_told: bool = True) -> Iterator[Served]:
    """A running server; with `is_told` each request must be heard of by `arrived`, `answered`."""
    words = [sys.executable, "-m", "tests.bench.model_server", str(int(is_told))]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        words, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={"PYTHONPATH": f"{root}:{root}/tests"},
    ) as process:  # fmt: skip
        assert process.stdin is not None
        try:
            yield Served(process)
        finally:
            process.stdin.close()
            process.wait(10)


class TellingServer(ModelServer):
    """Prints a line when a request was read and when its answer is out."""

    is_told = True

    async def _play(self, player: object, wire: object, request: Request) -> None:
        if self.is_told:
            print("arrived", request.arrived_s, flush=True)
        await super()._play(player, wire, request)  # type: ignore[arg-type]  # handed on
        if self.is_told:
            print("answered", time.monotonic(), flush=True)


def answered_by_name(request: Request) -> Answer:
    """As the model's name wants it."""
    model = request.body["model"]
    if model == STAMPED:
        return stamped(N_TOKENS, PER_S)
    if model == STEPS:
        content = json.dumps(request.body["messages"])
        n_done = max(content.count(word) for word in _RESULTS)
        if n_done < N_STEPS:
            # a model thinks before it calls; what is got ready meanwhile costs nobody time
            return answer("Let me see.", call("run", command=f"true {n_done}"), pace_s=PACE_S)
    return answer("Done.")


async def main(*, is_told: bool) -> None:
    """Serve until standard input ends."""
    server, stop = TellingServer(), asyncio.Event()
    server.is_told, server.otherwise = is_told, answered_by_name
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    await run(server, lambda: print(server.url, flush=True), stop)


if __name__ == "__main__":
    asyncio.run(main(is_told=sys.argv[1] == "1"))
