"""Chooses what a task works with, from the settings and the installed plugins."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agentxd_protocol.setting import Settings

from agentxd.agents.budget import Ceilings
from agentxd.agents.gate import Gate
from agentxd.app.backends import Backends
from agentxd.kernel.errors import InvalidRequestError, NotFoundError
from agentxd.kernel.ports import BlobStore, Clock, Disk, Provider, Streamed, Tool, WarmsUp
from agentxd.kernel.sandboxes import Limits, SandboxSpec
from agentxd.sessions.goals import Goal
from agentxd.sessions.journal import Journal
from agentxd.tasks.approvals import Approvals
from agentxd.tasks.running import Assignment, TaskPorts
from agentxd.tasks.state import TaskState

MIB = 1 << 20


@dataclass(frozen=True)
class Plugins:
    """What is installed."""

    providers: Mapping[str, Callable[[str, Sequence[str]], Provider]]
    """Name to a maker that takes the script's path and the check commands."""
    automatic: Callable[[], str]
    """The provider of a goal where neither the goal nor the settings name one."""
    tools: Callable[[], Sequence[Tool]]
    backends: Backends
    gate: Callable[..., Gate]
    dependencies: Callable[[str], Sequence[str]]
    executables: tuple[str, ...] = ()
    """Host paths of programs that every sandbox shows."""


@dataclass(frozen=True)
class Ground:
    """Where the daemon works."""

    root: str
    key: str
    """Short name of the workspace, written into the labels of sandboxes."""
    scratch: str
    settings: Callable[[], Settings]
    overlay: Callable[[], Awaitable[Mapping[str, bytes]]]
    show: Streamed


class Outfitter:
    """Implements sessions.goals.Equipment."""

    def __init__(
        self,
        ground: Ground,
        plugins: Plugins,
        journal: Journal,
        *,
        blobs: BlobStore,
        disk: Disk,
        approvals: Approvals,
        clock: Clock,
    ) -> None:
        self._ground = ground
        self._plugins = plugins
        self._journal = journal
        self._blobs = blobs
        self._disk = disk
        self._approvals = approvals
        self._clock = clock

    def provider_name(self, goal: Goal) -> str:
        """The goal's provider, or the settings', or what is at hand. Raises NotFoundError."""
        name = goal.provider or self._ground.settings().provider or self._plugins.automatic()
        if name not in self._plugins.providers:
            known = ", ".join(sorted(self._plugins.providers))
            raise NotFoundError(f"there is no provider {name!r}", f"Use one of: {known}.")
        if name == "scripted" and not goal.script:
            raise InvalidRequestError(
                "the scripted provider needs a conversation to play", "Add: --script FILE"
            )
        return name

    async def equip(
        self, task: TaskState, proposal: Callable[[], str]
    ) -> tuple[Assignment, TaskPorts]:
        """Everything for one task. Raises SandboxUnavailableError, ProviderError."""
        settings = self._ground.settings()
        checks = tuple(settings.check_commands)
        make = self._plugins.providers[task.provider]
        provider = await asyncio.to_thread(make, task.script, checks)
        if isinstance(provider, WarmsUp):
            await provider.warm()
        backend, probe = await self._plugins.backends.choose(
            task.wanted_sandbox or settings.sandbox,
            is_unsafe_allowed=settings.allow_unsafe_sandbox,
        )
        assignment = Assignment(
            task=task.id,
            goal=task.goal,
            prepare=lambda: self.prepare(task.id),
            tools=self._plugins.tools(),
            gate=self._plugins.gate(settings, is_unsafe=probe.is_unsafe),
            proposal_id=proposal,
            role=task.role,
            model=task.model or _default_model(provider),
            ceilings=_ceilings(task.budget, settings),
            is_unsafe=probe.is_unsafe,
            checks=checks,
            n_evidence=len(task.evidence),
            approval_timeout_s=float(settings.approval_timeout_seconds),
            show=self._ground.show,
        )
        ports = TaskPorts(
            record=self._journal.record,
            blobs=self._blobs,
            clock=self._clock,
            provider=provider,
            backend=backend,
            approvals=self._approvals,
        )
        return assignment, ports

    async def prepare(self, owner: str) -> SandboxSpec:
        """What a sandbox opens on: the tree of this moment. Raises WorkspaceRefusedError."""
        ground, settings = self._ground, self._ground.settings()
        snapshot = await self._disk.snapshot(ground.root, await ground.overlay())
        dependencies = await asyncio.to_thread(self._plugins.dependencies, ground.root)
        await asyncio.to_thread(_make_private, ground.scratch)
        return SandboxSpec(
            owner=f"{ground.key}/{owner}",
            snapshot=snapshot,
            scratch=ground.scratch,
            dependencies=tuple(dependencies),
            tools=self._plugins.executables,
            image=settings.sandbox_image,
            limits=Limits(
                memory_bytes=settings.sandbox_memory_mb * MIB,
                disk_bytes=settings.sandbox_disk_mb * MIB,
                has_network=settings.sandbox_network,
            ),
        )


def _default_model(provider: Provider) -> str:
    """Named in the proposal; empty for what is no model, or where only the server knows."""
    return next(iter(provider.models()), "") if isinstance(provider, WarmsUp) else ""


def _make_private(folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)


def _ceilings(budget: Mapping[str, int], settings: Settings) -> Ceilings:
    return Ceilings(
        steps=budget.get("steps") or settings.budget_steps,
        tokens=budget.get("tokens") or settings.budget_tokens,
        cost_micros=budget.get("cost_micros") or settings.budget_cost_micros,
        seconds=budget.get("seconds") or settings.budget_seconds,
    )
