"""Chooses what a task works with, from the settings and the installed plugins."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from agentxd_protocol.setting import Settings

from agentxd.agents.budget import Ceilings, DayMeter, Meter
from agentxd.agents.gate import Gate
from agentxd.agents.routing.health import Health
from agentxd.agents.routing.route import Route
from agentxd.app.backends import Backends
from agentxd.app.chains import chain_of, check_known, route_of
from agentxd.app.models import split_model
from agentxd.app.rules import project_rules
from agentxd.kernel.errors import InvalidRequestError, NotFoundError
from agentxd.kernel.ports import (
    BlobStore,
    Clock,
    DescribesModels,
    Disk,
    Provider,
    Streamed,
    Tool,
    WarmsUp,
)
from agentxd.kernel.sandboxes import Limits, SandboxSpec
from agentxd.sessions.goals import Goal
from agentxd.sessions.journal import Journal
from agentxd.sessions.model_review import Outfit
from agentxd.tasks.approvals import Approvals
from agentxd.tasks.running import Assignment, TaskPorts
from agentxd.tasks.spending import spent_on
from agentxd.tasks.state import TaskState

T = TypeVar("T")
MIB = 1 << 20
DEFAULT_ROLE = "implementer"


@dataclass(frozen=True)
class Plugins:
    """What is installed."""

    providers: Mapping[str, Callable[[str, Sequence[str]], Provider]]
    """Name to a maker that takes the script's path and the check commands."""
    automatic: Callable[[], str]
    """The provider of a goal where neither the goal nor the settings name one."""
    tools: Callable[[str], Sequence[Tool]]
    """Takes the model's name: edits are asked for in the format that it writes best."""
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
    look: Callable[[str], Awaitable[bytes | None]]
    """One file as the user sees it now."""
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
        self._health = Health(clock)
        self._day = DayMeter(self._day_ceilings, clock, self._spent_micros)

    def provider_name(self, goal: Goal) -> str:
        """The goal's provider, or the settings', or what is at hand. Raises NotFoundError."""
        settings = self._ground.settings()
        chained = next(iter(self.chain(goal)), "").partition("/")[0]
        named = "" if goal.provider else split_model(goal.model)[0]
        name = goal.provider or named or chained or settings.provider or self._plugins.automatic()
        if name not in self._plugins.providers:
            known = ", ".join(sorted(self._plugins.providers))
            raise NotFoundError(f"there is no provider {name!r}", f"Use one of: {known}.")
        if name == "scripted" and not goal.script:
            raise InvalidRequestError(
                "the scripted provider needs a conversation to play", "Add: --script FILE"
            )
        if name == "mechanic" and goal.model.removeprefix("mechanic/") not in ("", "rules"):
            raise InvalidRequestError(
                f"the mechanic works by rules and has no model {goal.model!r}",
                "Name its provider: --model PROVIDER/MODEL; agentxd models tells what there is.",
            )
        return name

    def chain(self, goal: Goal) -> tuple[str, ...]:
        """The chain of the goal's role; empty where it names a provider or model of its own."""
        if goal.provider or goal.model:
            return ()
        chain = chain_of(goal.role or DEFAULT_ROLE, self._ground.settings())
        check_known(chain, self._plugins.providers)
        return chain

    async def equip(
        self, task: TaskState, proposal: Callable[[], str]
    ) -> tuple[Assignment, TaskPorts]:
        """Everything for one task. Raises SandboxUnavailableError, ProviderError."""
        settings = self._ground.settings()
        async with _beside(project_rules(self._ground.root, self._ground.look)) as reading:
            route = await asyncio.to_thread(self._route, task, settings)
            provider = route.current.provider
            if isinstance(provider, WarmsUp):
                await provider.warm()
            backend, probe = await self._plugins.backends.choose(
                task.wanted_sandbox or settings.sandbox,
                is_unsafe_allowed=settings.allow_unsafe_sandbox,
            )
            rules_path, rules = await reading
        if not isinstance(provider, DescribesModels):  # the rule-based one reads goals alone
            rules_path, rules = "", ""
        assignment = Assignment(
            task=task.id,
            goal=task.goal,
            prepare=lambda: self.prepare(task.id),
            tools=self._plugins.tools(route.current.model.name),
            gate=self._plugins.gate(settings, is_unsafe=probe.is_unsafe),
            proposal_id=proposal,
            role=task.role,
            rules=rules,
            rules_path=rules_path,
            ceilings=_ceilings(task.budget, settings),
            is_unsafe=probe.is_unsafe,
            checks=tuple(settings.check_commands),
            n_evidence=len(task.evidence),
            approval_timeout_s=float(settings.approval_timeout_seconds),
            show=self._ground.show,
        )
        ports = TaskPorts(
            record=self._journal.record,
            blobs=self._blobs,
            clock=self._clock,
            route=route,
            backend=backend,
            approvals=self._approvals,
            day=self._day,
        )
        return assignment, ports

    async def reviewers(self, goal: Goal, n_reviewers: int) -> Outfit:
        """Models for a review, and what they may spend together. Raises as `equip` does."""
        settings, provider, chain = (
            self._ground.settings(),
            self.provider_name(goal),
            self.chain(goal),
        )
        model = goal.model if goal.provider else goal.model.removeprefix(f"{provider}/")
        alike = TaskState(
            "", "", goal.text, goal.role, provider, model, script=goal.script, chain=chain
        )
        routes = [await asyncio.to_thread(self._route, alike, settings) for _ in range(n_reviewers)]
        first = routes[0].current.provider
        if isinstance(first, WarmsUp):
            await first.warm()
        meter = Meter("review", _ceilings(goal.budget, settings), self._clock, self._day)
        return Outfit(provider, chain, tuple(routes), meter)

    def _route(self, task: TaskState, settings: Settings) -> Route:
        """The models of a task. Raises InvalidRequestError, ProviderError."""
        checks = tuple(settings.check_commands)
        alone = f"{task.provider}/{task.model}".rstrip("/")
        return route_of(
            task.chain or (alone,),
            lambda name: self._plugins.providers[name](task.script, checks),
            self._health,
            role=task.role,
            goal=task.goal,
            mode=settings.model_routing,
        )

    def _day_ceilings(self) -> Ceilings:
        return Ceilings(cost_micros=self._ground.settings().budget_day_cost_micros)

    def _spent_micros(self, day: str) -> int:
        return spent_on(self._journal.state.spending, day).cost_micros

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


@asynccontextmanager
async def _beside(work: Coroutine[None, None, T]) -> AsyncIterator[asyncio.Task[T]]:
    """Work that goes on while the body does something else, and no longer than it."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])


def _make_private(folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)


def _ceilings(budget: Mapping[str, int], settings: Settings) -> Ceilings:
    return Ceilings(
        steps=budget.get("steps") or settings.budget_steps,
        tokens=budget.get("tokens") or settings.budget_tokens,
        cost_micros=budget.get("cost_micros") or settings.budget_cost_micros,
        seconds=budget.get("seconds") or settings.budget_seconds,
    )
