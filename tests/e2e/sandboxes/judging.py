"""Judges one attempt, and runs it where nothing holds it, so that each is seen to be caught."""

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

from agentxd.kernel.sandboxes import Command, RunResult
from attempts import CANARY, Attempt, Host

DEAD = "the sandbox did not survive the attempt"
IDLE = "the attempt was not made"
_LATE_S = 25
_SURVIVOR_S = 3.5


async def findings(attempt: Attempt, sandbox, host: Host) -> list[str]:
    """What the attempt got: empty where the sandbox holds."""
    line = attempt.line.format(**host.words())
    started = time.monotonic()
    result = await sandbox.run(Command(line, timeout_s=attempt.timeout_s))
    text = result.output.decode(errors="replace")
    is_late = time.monotonic() - started > attempt.timeout_s + _LATE_S
    if "survivor" in attempt.name:
        await asyncio.sleep(_SURVIVOR_S)
    changes = await sandbox.difference()
    alive = await sandbox.run(Command("echo alive"))
    told = {
        f"the output holds {attempt.never!r}": bool(attempt.never) and attempt.never in text,
        IDLE: attempt.wanted not in text,
        "the output is not bounded": len(result.output) > 2 << 20,
        "it took too long": is_late,
        "a change of .git came out": any(".git" in change.path.split("/") for change in changes),
        "a canary came out": CANARY.encode() in b"".join(c.new or b"" for c in changes),
        "a process outlived its command": await sandbox.read("survived") is not None,
        DEAD: (alive.exit_code, alive.output) != (0, b"alive\n"),
    }
    return [words for words, is_so in told.items() if is_so] + host.damage()


class Bare:
    """No sandbox at all: commands run in the user's tree, and nobody ends what they leave."""

    backend = "bare"

    def __init__(self, root: Path) -> None:
        self._root = root
        self._begun: list[int] = []

    async def run(self, command: Command) -> RunResult:
        """Run in the user's tree."""
        return await asyncio.to_thread(self._run, command)

    async def read(self, path: str) -> bytes | None:
        """One file of the user's tree."""
        place = self._root / path
        return await asyncio.to_thread(place.read_bytes) if place.is_file() else None

    async def difference(self) -> list:
        """Nothing is copied, so nothing comes back."""
        return []

    def close(self) -> None:
        """End what was begun here."""
        for leader in self._begun:
            try:
                os.killpg(leader, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def _run(self, command: Command) -> RunResult:
        output = self._root.parent / "bare.out"
        with output.open("wb") as file:
            running = subprocess.Popen(
                ["/bin/sh", "-c", command.line],
                cwd=self._root,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._begun.append(running.pid)
        try:
            code = running.wait(command.timeout_s)
        except subprocess.TimeoutExpired:
            running.kill()
            code = running.wait()
        content = output.read_bytes()
        return RunResult(code, content, len(content), 0)
