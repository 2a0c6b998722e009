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

    def __init__(self) -> None:
        self.take: Callable[[bytes], None] = lambda _: None
        self.exited = asyncio.Event()
        self.drained = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """A piece of the output."""
        del fd
        self.take(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Nobody holds the pipe any more."""
        del exc
        if fd == 1:
            self.drained.set()

    def process_exited(self) -> None:
        """The process itself is dead."""
        self.exited.set()


class HostProcess:
    """One process of the host, the leader of a session of its own."""

    def __init__(self, transport: asyncio.SubprocessTransport, watched: _Watched) -> None:
        self._transport = transport
        self._watched = watched

    @classmethod
    async def start(
        cls, argv: Sequence[str], *, cwd: str, env: Mapping[str, str], is_told: bool = False
    ) -> "HostProcess":
        """Start it; `is_told` gives it a standard input for `tell`, else it has none."""
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        transport, watched = await asyncio.get_running_loop().subprocess_exec(
            _Watched,
            *argv,
            cwd=cwd,
            env=dict(env),
            stdin=pipe if is_told else nothing,
            stdout=pipe,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(transport, watched)

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return not self._watched.exited.is_set()

    def tell(self, data: bytes) -> None:
        """Write all of its standard input."""
        pipe = self._transport.get_pipe_transport(0)
        if isinstance(pipe, asyncio.WriteTransport):
            pipe.write(data)
            pipe.write_eof()

    async def finish(
        self,
        command: Command,
        on_output: Callable[[bytes], None] | None,
        *,
        has_watcher: bool = False,
    ) -> RunResult:
        """Wait for its end or the command's deadline, then kill its whole process group.

        A watcher is asked first, by SIGTERM, to end what left the group.
        """
        started = time.monotonic()
        output = BoundedOutput(command.max_output_bytes)

        def take(piece: bytes) -> None:
            output.add(piece)
            if on_output is not None:
                on_output(piece)

        self._watched.take = take
        try:
            is_timed_out = not await _within(command.timeout_s, self._watched.exited)
            await self._end(has_watcher=has_watcher)
            await _within(_GRACE_S, self._watched.drained)
        finally:
            await self.close(has_watcher=has_watcher)
        return RunResult(
            exit_code=_TIMED_OUT if is_timed_out else self._code(),
            output=output.content(),
            n_output_bytes=output.n_bytes,
            duration_s=time.monotonic() - started,
            is_timed_out=is_timed_out,
            is_truncated=output.is_truncated,
        )

    async def close(self, *, has_watcher: bool = False) -> None:
        """Kill it with its group; over when it is dead, also while the caller is cancelled."""
        await over(asyncio.ensure_future(self._end(has_watcher=has_watcher)))
        self._transport.close()

    def _code(self) -> int:
        code = self._transport.get_returncode()
        return 128 - (code or -signal.SIGKILL) if code is None or code < 0 else code

    async def _end(self, *, has_watcher: bool) -> None:
        """Let a watcher end what left the group, then kill the group and wait for its leader."""
        if has_watcher and self.is_alive:
            with suppress(ProcessLookupError):
                self._transport.terminate()
            await _within(_GRACE_S, self._watched.exited)
        kill_group(self._transport.get_pid())
        await _within(_DYING_S, self._watched.exited)


async def run_process(
    argv: Sequence[str],
    command: Command,
    *,
    cwd: str,
    env: Mapping[str, str],
    on_output: Callable[[bytes], None] | None,
    has_watcher: bool = False,
) -> RunResult:
    """Run argv to its end or to the command's deadline, then kill its whole process group."""
    process = await HostProcess.start(argv, cwd=cwd, env=env)
    return await process.finish(command, on_output, has_watcher=has_watcher)


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
