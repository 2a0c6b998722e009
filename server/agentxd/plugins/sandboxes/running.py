"""Runs one host process for a sandbox: streamed output, a deadline, and no survivors."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence

from agentxd.kernel.sandboxes import Command, RunResult
from agentxd.plugins.sandboxes.output import BoundedOutput

_PIECE = 1 << 16
_TIMED_OUT = 124
_GRACE_S = 2.0


async def run_process(
    argv: Sequence[str],
    command: Command,
    *,
    cwd: str,
    env: Mapping[str, str],
    on_output: Callable[[bytes], None] | None,
) -> RunResult:
    """Run argv to its end or to the command's deadline, then kill its whole process group."""
    started = time.monotonic()
    output = BoundedOutput(command.max_output_bytes)
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=cwd,
        env=dict(env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    is_timed_out = False
    try:
        async with asyncio.timeout(command.timeout_s):
            await _until_exit(process, output, on_output)
    except TimeoutError:
        is_timed_out = True
    finally:
        kill_group(process.pid)
        await _reaped(process)
    code = process.returncode or 0
    if code < 0:
        code = 128 - code
    return RunResult(
        exit_code=_TIMED_OUT if is_timed_out else code,
        output=output.content(),
        n_output_bytes=output.n_bytes,
        duration_s=time.monotonic() - started,
        is_timed_out=is_timed_out,
        is_truncated=output.is_truncated,
    )


def kill_group(pid: int) -> None:
    """SIGKILL to every process of the group that `pid` leads."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


async def _until_exit(
    process: asyncio.subprocess.Process,
    output: BoundedOutput,
    on_output: Callable[[bytes], None] | None,
) -> None:
    """Read until the process ends; a child that keeps the pipe open does not hold us up."""
    reading = asyncio.ensure_future(_read(process, output, on_output))
    try:
        await process.wait()
        kill_group(process.pid)
        await asyncio.wait({reading}, timeout=_GRACE_S)
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _read(
    process: asyncio.subprocess.Process,
    output: BoundedOutput,
    on_output: Callable[[bytes], None] | None,
) -> None:
    stream = process.stdout
    while stream is not None and (piece := await stream.read(_PIECE)):
        output.add(piece)
        if on_output is not None:
            on_output(piece)


async def _reaped(process: asyncio.subprocess.Process) -> None:
    """Wait for the dead, also while we are being cancelled."""
    waiting = asyncio.ensure_future(process.wait())
    while not waiting.done():
        try:
            await asyncio.wait({waiting})
        except asyncio.CancelledError:
            await asyncio.wait({waiting}, timeout=_GRACE_S)
            raise
