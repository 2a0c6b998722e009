"""Sandbox without walls: a plain copy and a watcher. Only where the user allows it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agentxd.kernel.files import FileChange
from agentxd.kernel.sandboxes import Command, FileWrite, Probe, RunResult, SandboxSpec
from agentxd.plugins.sandboxes.lasting import to_the_end
from agentxd.plugins.sandboxes.running import run_process
from agentxd.plugins.sandboxes.sweeping import MARK, mark_of, sweep, sweep_mark
from agentxd.plugins.sandboxes.toolchain import environment
from agentxd.plugins.sandboxes.watcher import watched
from agentxd.plugins.sandboxes.worktree import WorkTree


class ProcessSandbox:
    """A copy of the tree; commands run as the user, with a scrubbed environment."""

    backend = "process"

    def __init__(self, spec: SandboxSpec, tree: WorkTree) -> None:
        self.id = f"process-{spec.owner.replace('/', '-')}"
        self._spec = spec
        self._tree = tree
        self._mark = mark_of(spec.owner, str(tree.path))
        self._one_at_a_time = asyncio.Lock()

    async def run(
        self, command: Command, on_output: Callable[[bytes], None] | None = None
    ) -> RunResult:
        """Run with `/bin/sh -c` in the copy; whatever it started is dead afterwards.

        But for a process that killed its watcher and took the mark out of its environment.
        """
        async with self._one_at_a_time:  # what has the mark ends with the command
            return await self._run(command, on_output)

    async def _run(self, command: Command, on_output: Callable[[bytes], None] | None) -> RunResult:
        home = self._tree.path.parent / "home"
        await asyncio.to_thread(home.mkdir, exist_ok=True)
        env = environment(self._spec.snapshot.root, self._spec.dependencies, str(home))
        tools = {str(Path(tool).parent) for tool in self._spec.tools}
        env["PATH"] = ":".join([env["PATH"], *sorted(tools)])
        env[MARK] = self._mark
        try:
            return await run_process(
                watched(["/bin/sh", "-c", command.line]),
                command,
                cwd=str(self._tree.path / command.cwd),
                env={**env, **command.env},
                on_output=on_output,
                has_watcher=True,
            )
        finally:
            await to_the_end(lambda: sweep_mark(self._mark))

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
        """Remove the copy."""
        await self._tree.destroy()


class ProcessBackend:
    """Implements SandboxBackend with nothing but a copy."""

    name = "process"

    async def probe(self) -> Probe:
        """Always there, never safe."""
        return Probe(True, "a plain copy without isolation", is_unsafe=True)

    async def open(self, spec: SandboxSpec) -> ProcessSandbox:
        """A sandbox on a plain copy."""
        return ProcessSandbox(spec, await WorkTree.prepare(spec, may_mount=False))

    async def reap(self, workspace: str, live: frozenset[str]) -> list[str]:
        """End the processes of dead daemons; copies are removed with all working copies."""
        found = await asyncio.to_thread(sweep, workspace, live)
        return [f"process {pid}" for pid in found]
