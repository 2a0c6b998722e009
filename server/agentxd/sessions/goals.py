"""Goals: a goal becomes a session with a task, runs in the background, and can be cancelled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

from msgspec import Struct

from agentxd.agents.braking import Brake
from agentxd.kernel.errors import (
    AgentxError,
    InvalidRequestError,
    NotFoundError,
    StateError,
)
from agentxd.kernel.events import Event, Record, SessionStarted, TaskCreated, TaskEnded
from agentxd.kernel.ids import number_of, proposal_id, session_id, task_id
from agentxd.sessions.journal import Journal
from agentxd.tasks.halting import Halt
from agentxd.tasks.running import INTERRUPTED, Assignment, TaskPorts, run_task
from agentxd.tasks.state import TaskOutcome, TaskPhase, TaskState

_log = logging.getLogger(__name__)
RULES = "mechanic"
"""The provider without a model: each of its turns stands for itself."""
APPLY_MODES = ("none", "all", "verified")
MAX_GOAL_CHARS = 200_000
Recorded = asyncio.Future[list[Record]] | None
"""The creation of a task on its way to the log; None where it is there already."""


class Goal(Struct, frozen=True):
    """What a client asks for."""

    text: str
    role: str = ""
    provider: str = ""
    model: str = ""
    sandbox: str = ""
    budget: dict[str, int] = {}
    apply: str = "none"
    script: str = ""
    session: str = ""
    """The session that it goes on with; empty for one of its own."""
    prompts: tuple[str, ...] = ()
    """What was said to the session and is said to the model with this goal."""


def as_it_is(assignment: Assignment, task: TaskState) -> Assignment:
    """A task that is no turn of a longer session."""
    del task
    return assignment


def unheard(task: str) -> None:
    """Nobody wants to know."""
    del task


class Equipment(Protocol):
    """Chooses what a task works with; `app` implements it over the installed plugins."""

    def provider_name(self, goal: Goal) -> str:
        """The provider of a goal. Raises NotFoundError for one that is not installed."""
        ...

    def chain(self, goal: Goal) -> tuple[str, ...]:
        """The models that may do the work, in order; empty where the goal names its own.

        Raises NotFoundError where one of them is of a provider that is not installed.
        """
        ...

    async def equip(
        self, task: TaskState, proposal: Callable[[], str]
    ) -> tuple[Assignment, TaskPorts]:
        """Everything for `run_task`. Raises SandboxUnavailableError and others of the family."""
        ...


class Controls(Struct, frozen=True):
    """How a running task is held and ended early."""

    halt: Halt
    brake: Brake


class Goals:
    """Starts, follows and stops tasks. The owner of their background work."""

    def __init__(
        self,
        journal: Journal,
        equipment: Equipment,
        follow_up: Callable[[TaskState], Awaitable[None]],
        dress: Callable[[Assignment, TaskState], Assignment] = as_it_is,
    ) -> None:
        self._journal = journal
        self._equipment = equipment
        self._follow_up = follow_up
        self._dress = dress
        self._running: dict[str, asyncio.Task[None]] = {}
        self._controls: dict[str, Controls] = {}
        self.at_end: Callable[[str], None] = unheard
        """Told of every task whose work here is over."""
        self._listeners: list[Callable[[str], None]] = []
        self._n_proposals = 0

    @property
    def n_running(self) -> int:
        """Tasks at work now."""
        return len(self._running)

    def is_running(self, task: str) -> bool:
        """Whether it is at work, or what its end brings is."""
        return task in self._running

    def listen(self, hear: Callable[[str], None]) -> Callable[[], None]:
        """Hear of each task that `is_running` no more: no record tells. Call the answer to stop."""
        self._listeners.append(hear)
        return lambda: self._listeners.remove(hear)

    def is_ending(self, task: str) -> bool:
        """Whether somebody called it off, and what it did is still being put away."""
        controls, worker = self._controls.get(task), self._running.get(task)
        if controls is None:
            return False
        halt = controls.halt
        is_called = halt.is_called or bool(halt.taken_by)
        return is_called or bool(worker and worker.cancelling())

    def is_held(self, task: str) -> bool:
        """Whether it is paused, or will be at its next edge."""
        state = self._journal.state.tasks.tasks.get(task)
        return state is not None and (state.phase is TaskPhase.PAUSED or state.is_pausing)

    async def run(self, goal: Goal, client: str) -> tuple[str, str]:
        """Start work; (session id, task id). Raises InvalidRequestError, NotFoundError."""
        provider, chain = self.check(goal)
        # A client that leaves now must not leave a task behind that never starts.
        return await asyncio.shield(self._begin(goal, client, provider, chain))

    def check(self, goal: Goal) -> tuple[str, tuple[str, ...]]:
        """Provider and chain of a goal. Raises InvalidRequestError, NotFoundError."""
        if not goal.text.strip():
            raise InvalidRequestError("the goal is empty", 'Say what to do: agentxd run "fix lint"')
        if len(goal.text) > MAX_GOAL_CHARS:
            raise InvalidRequestError(
                f"the goal is longer than {MAX_GOAL_CHARS:,} characters",
                "Put what belongs to it into a file and name that.",
            )
        if goal.apply not in APPLY_MODES:
            raise InvalidRequestError(
                f"apply cannot be {goal.apply!r}", f"Use one of: {', '.join(APPLY_MODES)}."
            )
        return self._equipment.provider_name(goal), self._equipment.chain(goal)

    def adopt(self, task: str, worker: asyncio.Task[None]) -> None:
        """Let a cancel, and the daemon's end, reach work whose owner records how it ended."""
        self._running[task] = worker
        worker.add_done_callback(lambda _: self._settled(task))

    def halt(self, task: str) -> None:
        """End a running task early; what it has done so far is kept."""
        if controls := self._controls.get(task):
            controls.halt.now()

    def controls(self, task: str) -> Controls | None:
        """Of a task that is at work here; None for one that is not, or that no agent works on."""
        return self._controls.get(task)

    async def cancel(self, task: str) -> TaskState:
        """Stop a running task and wait until every trace of it is gone."""
        state = self.get(task)
        worker = self._running.get(task)
        if worker is None:
            if state.phase is TaskPhase.ENDED:
                raise StateError(f"{task} has already ended: {state.status}")
            await self._journal.record(TaskEnded(task, TaskOutcome.CANCELLED.value))
            return self.get(task)
        worker.cancel()
        await asyncio.shield(self._ended([task], [worker], TaskOutcome.CANCELLED))
        return self.get(task)

    async def resume(self, task: str, *, is_resumed: bool) -> TaskState:
        """Answer for an interrupted task: start it again, or drop it for good."""
        state = self.get(task)
        if not state.session:
            raise StateError(f"{task} served a request that is gone", "Ask for the review again.")
        if state.outcome is not TaskOutcome.INTERRUPTED:
            raise StateError(f"{task} is {state.status}, not interrupted", "See: agentxd tasks")
        if task in self._running:
            raise StateError(f"{task} is being resumed already", "See: agentxd tasks")
        if is_resumed:
            self._start(task)
        else:
            await self._journal.record(
                TaskEnded(task, TaskOutcome.CANCELLED.value, "dropped after an interruption")
            )
        return self.get(task)

    async def ended(self, task: str) -> TaskState:
        """Wait until it is over, with what its end brings. Raises NotFoundError."""
        if (worker := self._running.get(task)) is not None:
            await asyncio.wait([worker])
        return self.get(task)

    def get(self, task: str) -> TaskState:
        """One task. Raises NotFoundError."""
        found = self._journal.state.tasks.tasks.get(task)
        if found is None:
            raise NotFoundError(f"there is no task {task}", "See: agentxd tasks")
        return found

    async def close(self) -> None:
        """Interrupt whatever runs and wait for the clean-up."""
        names, workers = list(self._running), list(self._running.values())
        for worker in workers:
            worker.cancel(INTERRUPTED)
        if workers:
            await self._ended(names, workers, TaskOutcome.INTERRUPTED)

    # --- the background ----------------------------------------------------------------------

    async def _begin(
        self, goal: Goal, client: str, provider: str, chain: tuple[str, ...]
    ) -> tuple[str, str]:
        """Names are given out and recorded in one go: nobody else can get the same."""
        state = self._journal.state
        session = goal.session or session_id(len(state.sessions) + 1)
        task = task_id(len(state.tasks.tasks) + 1)
        begun: list[Event] = [_created(goal, session, task, provider, chain)]
        if session not in state.sessions:
            begun.insert(0, SessionStarted(session, client))
        recorded = self._journal.decide(*begun)
        self._start(task, recorded)
        await asyncio.shield(recorded)
        return session, task

    async def _ended(
        self, names: Sequence[str], workers: Sequence[asyncio.Task[None]], outcome: TaskOutcome
    ) -> None:
        """Wait for cancelled workers; one that had not begun yet could not tell how it ended."""
        await asyncio.wait(workers)
        for name in names:
            state = self._journal.state.tasks.tasks.get(name)
            if state is not None and state.phase is not TaskPhase.ENDED:
                await self._journal.record(TaskEnded(name, outcome.value))

    def _start(self, task: str, recorded: Recorded = None) -> None:
        worker = asyncio.get_running_loop().create_task(self._work(task, recorded), name=task)
        self._running[task] = worker
        self._controls[task] = Controls(Halt(), Brake())
        worker.add_done_callback(lambda _: self._over(task))

    def _settled(self, task: str) -> None:
        self._running.pop(task, None)
        for hear in tuple(self._listeners):
            hear(task)

    def _over(self, task: str) -> None:
        self._controls.pop(task, None)
        self._settled(task)
        if task in self._journal.state.tasks.tasks:  # else the log refused its creation
            self.at_end(task)

    async def _work(self, task: str, recorded: Recorded) -> None:
        """It is equipped while its record becomes durable, and does nothing before it is."""
        equipped = await self._equipped(task)
        if recorded is not None:
            await asyncio.wait([recorded])
            if recorded.exception() is not None:
                return  # there is no such task, and whoever asked for it was told
        if isinstance(equipped, TaskEnded):
            await self._journal.record(equipped)
            return
        assignment, ports = equipped
        controls = self._controls[task]
        await run_task(replace(assignment, halt=controls.halt, brake=controls.brake), ports)
        await self._follow_up(self.get(task))

    async def _equipped(self, task: str) -> tuple[Assignment, TaskPorts] | TaskEnded:
        """What it works with, or why it cannot."""
        try:
            assignment, ports = await self._equipment.equip(self.get(task), self._next_proposal)
            return self._dress(assignment, self.get(task)), ports
        except AgentxError as error:
            failed = TaskOutcome.FAILED.value
            return TaskEnded(task, failed, error.message, error.next_step, error.code)
        except Exception as error:  # noqa: BLE001  # task owner: the daemon goes on
            _log.exception("task %s could not be equipped", task)
            reason = f"AgentX broke before it began: {type(error).__name__}: {error}"
            return TaskEnded(task, TaskOutcome.FAILED.value, reason)

    def _next_proposal(self) -> str:
        """An id that no other task has, though theirs may not be recorded yet."""
        known = map(number_of, self._journal.state.ledger.proposals)
        self._n_proposals = max(self._n_proposals, *known, 0) + 1
        return proposal_id(self._n_proposals)


def _created(
    goal: Goal, session: str, task: str, provider: str, chain: tuple[str, ...]
) -> TaskCreated:
    return TaskCreated(
        task=task,
        session=session,
        goal=goal.text,
        role=goal.role or (RULES if provider == RULES else "implementer"),
        provider=provider,
        # Without a provider of its own, `provider/model` named both.
        model=goal.model if goal.provider else goal.model.removeprefix(f"{provider}/"),
        sandbox=goal.sandbox,
        budget=goal.budget,
        apply=goal.apply,
        script=goal.script,
        chain=chain,
        prompts=goal.prompts,
    )
