"""Sandbox by bubblewrap: namespaces without a daemon, about 10 ms a command; weaker than Docker."""

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from agentxd.kernel.errors import SandboxUnavailableError
from agentxd.kernel.files import FileChange
from agentxd.kernel.sandboxes import Command, FileWrite, Probe, RunResult, SandboxSpec
from agentxd.plugins.sandboxes.cgroups import ControlGroup, reap_groups
from agentxd.plugins.sandboxes.lasting import over, to_the_end
from agentxd.plugins.sandboxes.running import HostProcess
from agentxd.plugins.sandboxes.standby import WAITING_SHELL, can_wait_for, told
from agentxd.plugins.sandboxes.toolchain import (
    ETC,
    SYSTEM,
    TOOLS,
    environment,
    interpreter_prefixes,
)
from agentxd.plugins.sandboxes.worktree import WorkTree

_UID = "1000"
_HOME = "/tmp/home"  # noqa: S108  # inside the sandbox's own tmpfs
_TMP_BYTES = 512 << 20
_PROBE_S = 10.0
_PAUSE_S = 0.02
_KERNEL = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi")


class BubblewrapSandbox:
    """One working copy; every command gets namespaces of its own."""

    backend = "bubblewrap"

    def __init__(self, spec: SandboxSpec, tree: WorkTree, group: ControlGroup) -> None:
        self.id = f"bubblewrap-{spec.owner.replace('/', '-')}"
        self._spec = spec
        self._tree = tree
        self._group = group
        self._preparing: asyncio.Task[HostProcess] | None = None
        """Makes the process that waits for the next command."""
        self._is_wanted = asyncio.Event()
        self._is_closed = False

    async def run(
        self, command: Command, on_output: Callable[[bytes], None] | None = None
    ) -> RunResult:
        """Run with `/bin/sh -c`; when it returns every process of the command is dead."""
        process = await self._taken(command)
        try:
            return await process.finish(command, on_output)
        finally:
            self._prepare()

    async def _taken(self, command: Command) -> HostProcess:
        """The process that waits, told its command; a new one where it cannot take this command."""
        if not can_wait_for(command):
            return await self._started(command)
        process = await self._prepared()
        if process is None or not process.is_alive:
            process = await self._waiting()
        process.tell(told(self._cwd(command), command.line))
        return process

    async def _prepared(self) -> HostProcess | None:
        preparing = self._preparing
        if preparing is None:
            return None
        self._is_wanted.set()
        await asyncio.wait({preparing})
        if self._preparing is not preparing:
            return None  # another command took it
        self._preparing = None
        return preparing.result() if preparing.exception() is None else None

    def _prepare(self) -> None:
        """Let the next one get ready while nobody waits for it."""
        if self._preparing is None and not self._is_closed:
            self._is_wanted = asyncio.Event()
            self._preparing = asyncio.ensure_future(self._waiting_soon())

    async def _waiting_soon(self) -> HostProcess:
        """After a pause, so that what just ended is told first; at once where it is wanted."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE_S):
                await self._is_wanted.wait()
        return await self._waiting()

    async def _waiting(self) -> HostProcess:
        argv = self._argv(self._spec.snapshot.root, WAITING_SHELL)
        return await HostProcess.start(argv, cwd="/", env=self._env(), is_told=True)

    async def _started(self, command: Command) -> HostProcess:
        argv = self._argv(self._cwd(command), command.line)
        return await HostProcess.start(argv, cwd="/", env={**self._env(), **command.env})

    def _argv(self, folder: str, line: str) -> list[str]:
        walls = [*self._namespaces(), *self._mounts(), "--chdir", folder]
        return self._group.entering([*walls, "--", "/bin/sh", "-c", line])

    def _env(self) -> dict[str, str]:
        return environment(self._spec.snapshot.root, self._spec.dependencies, _HOME)

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
        """Remove every trace, also while the caller is being cancelled."""
        self._is_closed = True
        preparing, self._preparing = self._preparing, None
        try:
            if preparing is not None:
                self._is_wanted.set()
                await over(preparing)
                if preparing.exception() is None:
                    await preparing.result().close()
            await to_the_end(self._group.remove)
        finally:
            await self._tree.destroy()

    def _cwd(self, command: Command) -> str:
        return os.path.normpath(f"{self._spec.snapshot.root}/{command.cwd}")

    def _namespaces(self) -> list[str]:
        network = ["--share-net"] if self._spec.limits.has_network else []
        return [
            "bwrap",
            "--unshare-all",
            *network,
            "--unshare-user",
            "--disable-userns",
            "--die-with-parent",
            "--new-session",
            "--cap-drop",
            "ALL",
            "--uid",
            _UID,
            "--gid",
            _UID,
            "--hostname",
            "sandbox",
        ]

    def _mounts(self) -> list[str]:
        root = self._spec.snapshot.root
        shown = ["--proc", "/proc", *_kernel_settings(), "--dev", "/dev"]
        shown += ["--size", str(_TMP_BYTES), "--tmpfs", "/tmp"]  # noqa: S108
        shown += ["--dir", _HOME, *_system()]
        for prefix in interpreter_prefixes(root, self._spec.dependencies):
            shown += ["--ro-bind", prefix, prefix]
        for tool in self._spec.tools:
            shown += ["--ro-bind", tool, f"{TOOLS}/{Path(tool).name}"]
        shown += ["--bind", str(self._tree.path), root]
        for name in self._spec.dependencies:
            shown += ["--ro-bind", f"{root}/{name}", f"{root}/{name}"]
        return [*shown, "--remount-ro", "/"]


class BubblewrapBackend:
    """Implements SandboxBackend with the `bwrap` program."""

    name = "bubblewrap"

    async def probe(self) -> Probe:
        """Whether bwrap is there and the kernel lets it make namespaces."""
        if shutil.which("bwrap") is None:
            return Probe(False, "bwrap is not installed; install the package bubblewrap")
        argv = ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", *_system()]
        process = await asyncio.create_subprocess_exec(
            *argv, "--", "/bin/true", stdout=-3, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(_PROBE_S):
                _, said = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return Probe(False, f"bwrap did not answer within {_PROBE_S:.0f} s")
        if process.returncode != 0:
            reason = said.decode(errors="replace").strip()
            return Probe(False, f"bwrap cannot make namespaces here: {reason}")
        return Probe(True, "namespaces by bubblewrap, weaker than Docker", notes=_notes())

    async def open(self, spec: SandboxSpec) -> BubblewrapSandbox:
        """A sandbox on a fresh working copy."""
        tree = await WorkTree.prepare(spec)
        group = ControlGroup(spec.owner.replace("/", "-"), spec.limits)
        sandbox = BubblewrapSandbox(spec, tree, group)
        try:
            await to_the_end(group.make)
            first = await sandbox.run(Command("true", timeout_s=_PROBE_S))
        except BaseException:
            await sandbox.close()
            raise
        if first.exit_code != 0:
            await sandbox.close()
            said = first.output.decode(errors="replace").strip()
            raise SandboxUnavailableError(
                f"bubblewrap could not start: {said}", "See: agentxd doctor"
            )
        return sandbox

    async def reap(self, workspace: str, live: frozenset[str]) -> list[str]:
        """Working copies of dead daemons; their processes died with them (--die-with-parent)."""
        await asyncio.to_thread(reap_groups, workspace, live)
        return []


def _system() -> list[str]:
    """The host's programs, read-only, and the little of /etc that they need."""
    shown: list[str] = []
    for place in SYSTEM:
        path = Path(place)
        if path.is_symlink():
            shown += ["--symlink", str(path.readlink()), place]
        elif path.is_dir():
            shown += ["--ro-bind", place, place]
    for place in ETC:
        if Path(place).exists():
            shown += ["--ro-bind", place, place]
    return shown


def _kernel_settings() -> list[str]:
    """The kernel's settings, read-only: to the kernel, the sandbox of a root daemon is root."""
    return [word for place in _KERNEL for word in ("--ro-bind-try", place, place)]


def _notes() -> tuple[str, ...]:
    if os.geteuid() == 0:
        return ()
    return ("without root: memory, processes and disk are not limited",)
