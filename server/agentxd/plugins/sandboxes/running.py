"""Runs one host process for a sandbox: streamed output, a deadline, and no survivors."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from agentxd.kernel.sandboxes import Command, RunResult
from agentxd.plugins.sandboxes.lasting import over
from agentxd.plugins.sandboxes.output import BoundedOutput

_TIMED_OUT = 124
_GRACE_S = 2.0
_DYING_S = 10.0
"""A process that the kernel does not let die is waited for no longer."""


class _Watched(asyncio.SubprocessProtocol):
    """What a process writes, and when it ends.

    Its own end counts, not that of its pipe: `Process.wait()` also waits for whoever else holds the
    pipe, and a child that left the process group can hold it for ever.
    """

    def __init__(self, output: BoundedOutput, on_output: Callable[[bytes], None] | None) -> None:
        self._output = output
        self._on_output = on_output
        self.exited = asyncio.Event()
        self.drained = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """A piece of the output."""
        del fd
        self._output.add(data)
        if self._on_output is not None:
            self._on_output(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Nobody holds the pipe any more."""
        del fd, exc
        self.drained.set()

    def process_exited(self) -> None:
        """The process itself is dead."""
        self.exited.set()


async def run_process(
    argv: Sequence[str],
    command: Command,
    *,
    cwd: str,
    env: Mapping[str, str],
    on_output: Callable[[bytes], None] | None,
    has_watcher: bool = False,
) -> RunResult:
    """Run argv to its end or to the command's deadline, then kill its whole process group.

    A watcher is asked first, by SIGTERM, to end what left the group.
    """
    started = time.monotonic()
    output = BoundedOutput(command.max_output_bytes)
    transport, watched = await asyncio.get_running_loop().subprocess_exec(
        lambda: _Watched(output, on_output),
        *argv,
        cwd=cwd,
        env=dict(env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        is_timed_out = not await _within(command.timeout_s, watched.exited)
        await _end(transport, watched, has_watcher=has_watcher)
        await _within(_GRACE_S, watched.drained)
    finally:
        await over(asyncio.ensure_future(_end(transport, watched, has_watcher=has_watcher)))
        transport.close()
    code = transport.get_returncode()
    if code is None or code < 0:
        code = 128 - (code or -signal.SIGKILL)
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


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether the event came in time."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def _end(
    transport: asyncio.SubprocessTransport, watched: _Watched, *, has_watcher: bool
) -> None:
    """Let a watcher end what left the group, then kill the group and wait for its leader."""
    if has_watcher and not watched.exited.is_set():
        with suppress(ProcessLookupError):
            transport.terminate()
        await _within(_GRACE_S, watched.exited)
    kill_group(transport.get_pid())
    await _within(_DYING_S, watched.exited)
