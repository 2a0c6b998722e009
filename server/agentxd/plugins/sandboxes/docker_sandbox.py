"""One long-lived container on a working copy; an exec for each command."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agentxd.kernel.errors import SandboxError
from agentxd.kernel.files import FileChange
from agentxd.kernel.sandboxes import Command, FileWrite, RunResult, SandboxSpec
from agentxd.plugins.sandboxes.lasting import made, over, to_the_end
from agentxd.plugins.sandboxes.output import BoundedOutput
from agentxd.plugins.sandboxes.standby import WAITING_SHELL, can_wait_for, told
from agentxd.plugins.sandboxes.toolchain import environment
from agentxd.plugins.sandboxes.worktree import WorkTree

HOME = "/tmp/home"  # noqa: S108  # inside the container's own tmpfs
_TIMED_OUT = 124
_ENDING_S = 15.0
"""So long a killed command may take to end its stream before the engine counts as dead."""
_KILL_ROUNDS = 20
_LOOK_S = 0.25
_START = 19
"""Place of the start time in /proc/PID/stat, behind the name."""
_KEPT = b"sleep\x002147483647\x00"


class Exec:
    """One exec of the engine: a shell that waits for its command, and the stream of its output."""

    def __init__(self, identity: str, stream: Any) -> None:
        self.identity = identity
        self._stream = stream
        """The SDK's: a socket within a file object, or over TLS the socket itself."""

    def read(self, words: bytes, take: Callable[[bytes], None]) -> None:
        """Tell it its command and hand on what it says, to its end; blocks."""
        from docker.utils.socket import frames_iter  # noqa: PLC0415  # the SDK is heavy

        plain = getattr(self._stream, "_sock", self._stream)
        plain.sendall(words)
        for _, piece in frames_iter(self._stream, tty=False):
            take(piece)

    def close(self) -> None:
        """Let go of the stream."""
        self._stream.close()


class DockerSandbox:
    """Implements Sandbox; `container` is the SDK's object."""

    backend = "docker"

    def __init__(self, spec: SandboxSpec, tree: WorkTree, container: Any, user: str) -> None:
        self.id = f"docker-{container.id[:12]}"
        self._spec = spec
        self._tree = tree
        self.container = container
        self._api = container.client.api
        self._user = user
        self._is_closed = False
        self._one_at_a_time = asyncio.Lock()
        """The end of a command is the end of every process, so there is never another one's."""
        self._preparing: asyncio.Task[Exec] | None = None
        """Makes the exec that waits for the next command."""

    async def run(
        self, command: Command, on_output: Callable[[bytes], None] | None = None
    ) -> RunResult:
        """Run with `/bin/sh -c`; when it returns every process of the command is dead."""
        async with self._one_at_a_time:
            try:
                return await self._run(command, on_output)
            finally:
                self.prepare()

    async def _run(self, command: Command, on_output: Callable[[bytes], None] | None) -> RunResult:
        started = time.monotonic()
        output = BoundedOutput(command.max_output_bytes)
        loop = asyncio.get_running_loop()

        def take(piece: bytes) -> None:
            output.add(piece)
            if on_output is not None:
                loop.call_soon_threadsafe(on_output, piece)

        words = told(self._folder(command), command.line)
        with _translated():
            running = await self._taken(command)
        reading = asyncio.ensure_future(asyncio.to_thread(running.read, words, take))
        is_timed_out = False
        try:
            is_timed_out = not await self._until_exit(running, reading, command.timeout_s)
        finally:
            await self._end(reading)
            running.close()
        with _translated():
            reading.result()
            code = await asyncio.to_thread(self._exit_code, running.identity)
        return RunResult(
            exit_code=_TIMED_OUT if is_timed_out else code,
            output=output.content(),
            n_output_bytes=output.n_bytes,
            duration_s=time.monotonic() - started,
            is_timed_out=is_timed_out,
            is_truncated=output.is_truncated,
        )

    async def read(self, path: str) -> bytes | None:
        """One file of the copy."""
        return await self._tree.read(path)

    async def write(self, files: Sequence[FileWrite]) -> None:
        """Put files into the copy."""
        await self._tree.write(files)

    async def difference(self) -> list[FileChange]:
        """How the copy differs from the snapshot."""
        return await self._tree.difference()

    @property
    def left_out(self) -> Mapping[str, str]:
        """What the newest difference could not compare, with the reasons."""
        return self._tree.left_out

    async def close(self) -> None:
        """Remove the container and the copy; the copy also where the engine is dead."""
        if self._is_closed:
            return
        self._is_closed = True
        preparing, self._preparing = self._preparing, None
        try:
            if preparing is not None:
                await over(preparing)
                if preparing.exception() is None:
                    preparing.result().close()
            with _translated():
                await to_the_end(self.remove_container)
        finally:
            await self._tree.destroy()

    def remove_container(self) -> None:
        """Kill and remove the container, and let go of the engine; blocks."""
        try:
            self.container.remove(force=True, v=True)
        finally:
            self.container.client.close()

    # --- the engine --------------------------------------------------------------------------

    async def _taken(self, command: Command) -> Exec:
        """The exec that waits, or a new one where it cannot take this command."""
        if not can_wait_for(command):
            return await made(lambda: self._new_exec(command.env), Exec.close)
        preparing = self._preparing
        if preparing is not None:
            await asyncio.wait({preparing})
            self._preparing = None
            if preparing.exception() is None:
                return preparing.result()
        return await made(lambda: self._new_exec({}), Exec.close)

    def prepare(self) -> None:
        """Let the next one get ready while nobody waits for it."""
        if self._preparing is None and not self._is_closed:
            making = asyncio.to_thread(self._new_exec, {})
            self._preparing = asyncio.ensure_future(making)

    def _new_exec(self, extra: Mapping[str, str]) -> Exec:
        spec = self._spec
        env = {**environment(spec.snapshot.root, spec.dependencies, HOME), **extra}
        found = self._api.exec_create(
            self.container.id,
            ["/bin/sh", "-c", f"exec 2>&1\n{WAITING_SHELL}"],  # one stream, in the order of writing
            user=self._user,
            environment=env,
            workdir=spec.snapshot.root,
            stdin=True,
        )
        identity = str(found["Id"])
        return Exec(identity, self._api.exec_start(identity, socket=True))

    def _folder(self, command: Command) -> str:
        return os.path.normpath(f"{self._spec.snapshot.root}/{command.cwd}")

    async def _until_exit(
        self, running: Exec, reading: "asyncio.Future[None]", timeout_s: float
    ) -> bool:
        """True at the command's end; a child that holds the stream open does not hold us up."""
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            done, _ = await asyncio.wait({reading}, timeout=min(left, _LOOK_S))
            if done:
                return True
            with _translated():
                found = await asyncio.to_thread(self._api.exec_inspect, running.identity)
            if found["ExitCode"] is not None:
                return True
        return False

    def _exit_code(self, identity: str) -> int:
        for _ in range(_KILL_ROUNDS):
            code = self._api.exec_inspect(identity)["ExitCode"]
            if code is not None:
                return int(code)
            time.sleep(0.01)
        return 128 + signal.SIGKILL

    async def _end(self, reading: "asyncio.Future[None]") -> None:
        """Kill what is left of the command; its stream ends with its last process."""
        killing = asyncio.ensure_future(asyncio.to_thread(self._kill_all))
        waiting = {killing, reading}
        try:
            await asyncio.shield(asyncio.wait(waiting, timeout=_ENDING_S))
        except asyncio.CancelledError:
            await asyncio.wait(waiting, timeout=_ENDING_S)
            raise
        if not (killing.done() and reading.done()):
            raise SandboxError(
                "the Docker engine does not answer any more", "Look at the engine, then run again."
            )
        killing.result()

    def _kill_all(self) -> None:
        """SIGKILL to everything in the container but its first process, setsid or not."""
        first = int(self._api.inspect_container(self.container.id)["State"]["Pid"])
        group = _control_group(first) if os.geteuid() == 0 else None
        if group is None:
            self._kill_inside()
            return
        for _ in range(_KILL_ROUNDS):
            pids = [int(word) for word in group.read_text().split() if int(word) != first]
            survivors = _survivors(pids, first)
            if not survivors:
                return
            for pid in survivors:
                _kill(pid)
            time.sleep(0.002)

    def _kill_inside(self) -> None:
        """Without root on the host: the same user's own kill, from inside."""
        found = self._api.exec_create(
            self.container.id, ["/bin/sh", "-c", "kill -9 -1"], user=self._user
        )
        self._api.exec_start(found["Id"], detach=True)


class _translated:  # noqa: N801  # reads as a statement
    """Foreign errors become ours at this border."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        del kind, trace
        if error is None or isinstance(error, (SandboxError, asyncio.CancelledError)):
            return
        if isinstance(error, Exception):
            raise SandboxError(
                f"the Docker engine failed: {error}", "See: agentxd doctor"
            ) from error


def _control_group(pid: int) -> Path | None:
    """The file that lists the container's processes, as the host numbers them."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        _, controllers, place = line.split(":", 2)
        for folder in (f"/sys/fs/cgroup/pids{place}", f"/sys/fs/cgroup{place}"):
            is_right = controllers == "pids" if "/pids/" in folder else controllers == ""
            if is_right and Path(folder, "cgroup.procs").exists():
                return Path(folder, "cgroup.procs")
    return None


def _survivors(pids: Sequence[int], first: int) -> list[int]:
    """Whatever must die: all but the dead and the sleeping child that the first process keeps.

    That child is the oldest that looks like it. Without it the first process would have to fork,
    which it cannot while a fork bomb holds every place.
    """
    seen = {pid: found for pid in pids if (found := _looked_at(pid))}
    living = [pid for pid, (state, *_) in seen.items() if state != "Z"]
    keepers = [pid for pid in living if seen[pid][1] == first and seen[pid][3] == _KEPT]
    keeper = min(keepers, key=lambda pid: seen[pid][2], default=0)
    return [pid for pid in living if pid != keeper]


def _looked_at(pid: int) -> tuple[str, int, int, bytes] | None:
    """State, parent, start and command line of a process, None where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    return fields[0], int(fields[1]), int(fields[_START]), words


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
