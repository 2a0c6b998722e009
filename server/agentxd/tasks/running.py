"""Runs one task, from the snapshot to the proposal: `run_task`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from agentxd.agents.braking import Brake
from agentxd.agents.budget import Ceilings, Meter
from agentxd.agents.context.compacting import Compactor
from agentxd.agents.dispatch import Dispatcher
from agentxd.agents.gate import Gate
from agentxd.agents.guard import LoopGuard, StuckError
from agentxd.agents.loop import LoopParts, run_loop
from agentxd.agents.recording import Recorder, Trail
from agentxd.agents.roles import are_told, first_message, system_prompt
from agentxd.agents.routing.route import Route
from agentxd.agents.shielding import finish
from agentxd.agents.stepping import StepParts, Stepper
from agentxd.kernel.errors import (
    AgentxError,
    BudgetExhaustedError,
    DeniedError,
    ProviderError,
)
from agentxd.kernel.events import (
    EvidenceRecorded,
    HunksKept,
    MessageAdded,
    ProposalCreated,
    TaskEnded,
    TaskPaused,
    TaskStarted,
)
from agentxd.kernel.messages import Message, ModelRequest, Text
from agentxd.kernel.ports import BlobStore, Clock, Sandbox, SandboxBackend, Streamed, Tool
from agentxd.kernel.sandboxes import SandboxSpec
from agentxd.proposals.cutting import cut
from agentxd.tasks.approvals import Approvals
from agentxd.tasks.ending import HALTED, Ending, ending_of, judged, taken
from agentxd.tasks.evidence import Archive, Witness
from agentxd.tasks.halting import Halt
from agentxd.tasks.room import Room
from agentxd.tasks.state import TaskOutcome
from agentxd.tasks.workroom import TaskWorkroom
from agentxd.workspace.snapshots import changed_tree

INTERRUPTED = "interrupted"
"""Cancel with this message (`asyncio.Task.cancel(INTERRUPTED)`) when the daemon leaves."""
_MAX_REASON_CHARS = 4_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TaskPorts:
    """What every task of the daemon works with."""

    record: Recorder
    blobs: BlobStore
    clock: Clock
    route: Route
    """The models that this task may use."""
    backend: SandboxBackend
    approvals: Approvals
    day: Meter | None = None
    """What all tasks of a day may spend together."""


_ALLOW = "allow it, or change the goal"


def _show_nothing(task: str, kind: str, text: str) -> None:
    del task, kind, text


async def _carry_nothing(sandbox: Sandbox) -> str:
    del sandbox
    return ""


def _nothing_new() -> Sequence[MessageAdded]:
    return ()


@dataclass(frozen=True)
class Assignment:
    """What is particular to one task."""

    task: str
    goal: str
    prepare: Callable[[], Awaitable[SandboxSpec]]
    """Takes the snapshot and says on what the sandbox opens."""
    tools: Sequence[Tool]
    """Made for this task alone (`built_in_tools()` each time): diff and keep share a memory."""
    gate: Gate
    proposal_id: Callable[[], str]
    """Called at most once, right before the proposal is recorded."""
    role: str = "implementer"
    rules: str = ""
    """The project's own rules for agents, as it wrote them down."""
    rules_path: str = ""
    ceilings: Ceilings = field(default_factory=Ceilings)
    is_unsafe: bool = False
    """What the back end's probe said."""
    checks: tuple[str, ...] = ()
    """Commands that must not fail at the proposed tree where they passed before."""
    approval_timeout_s: float = 120.0
    n_evidence: int = 0
    """Evidence that it has already, where it is resumed."""
    show: Streamed = _show_nothing
    history: tuple[Message, ...] = ()
    """What was said in the earlier turns of its session."""
    opening: tuple[str, ...] = ()
    """What the model is told to begin with, in the place of the bare goal."""
    carry: Callable[[Sandbox], Awaitable[str]] = _carry_nothing
    """Puts the waiting hunks of the session into the sandbox; what the model must know of it."""
    inbox: Callable[[], Sequence[MessageAdded]] = _nothing_new
    """What the user says while it runs, to be recorded as it is taken up."""
    halt: Halt = field(default_factory=Halt)
    brake: Brake = field(default_factory=Brake)


async def run_task(assignment: Assignment, ports: TaskPorts) -> Ending:
    """Do one task; every fact of it goes through `ports.record`, TaskEnded last.

    The task is expected to be created already (TaskCreated). The sandbox is closed in all cases.
    Trouble becomes an outcome. Raises StorageError where the log refuses, and CancelledError
    after it has recorded that it was cancelled (or interrupted, see INTERRUPTED).
    """
    begun = TaskStarted(assignment.task), MessageAdded(assignment.task, _goal(assignment))
    # one wait for the disk less: durable with the first step, which is behind it on the log
    ports = replace(ports, record=Trail(ports.record, *begun))
    try:
        ending = await _attempt(assignment, ports)
    except asyncio.CancelledError as error:
        is_leaving = INTERRUPTED in error.args
        outcome = TaskOutcome.INTERRUPTED if is_leaving else TaskOutcome.CANCELLED
        await finish(_end(assignment, ports, Ending(outcome)))
        raise
    await finish(_end(assignment, ports, ending))
    return ending


async def _attempt(assignment: Assignment, ports: TaskPorts) -> Ending:
    """Work with every failure turned into an ending."""
    try:
        return await _work(assignment, ports)
    except AgentxError as error:
        return ending_of(error)
    except Exception as error:  # noqa: BLE001  # task owner: the daemon goes on
        _log.exception("task %s broke", assignment.task)
        words = f"AgentX broke while it worked: {type(error).__name__}: {error}"
        return Ending(TaskOutcome.FAILED, words, "please report this with the daemon's log")


async def _work(assignment: Assignment, ports: TaskPorts) -> Ending:
    """The model is asked while the sandbox opens; the first tool call waits for it."""
    room = _room(assignment, ports)
    try:
        async with asyncio.TaskGroup() as group:
            # in this order: the model is waited for longest
            working = group.create_task(_in_room(assignment, ports, room))
            group.create_task(room.open())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        await finish(room.close())
    return working.result()


def _room(assignment: Assignment, ports: TaskPorts) -> Room:
    archive = Archive(
        assignment.task, ports.blobs, ports.clock, ports.record, assignment.n_evidence
    )
    return Room(assignment.prepare, ports.backend, archive, is_unsafe=assignment.is_unsafe)


async def _in_room(assignment: Assignment, ports: TaskPorts, room: Room) -> Ending:
    dispatcher = _dispatcher(assignment, ports, room)
    trouble: AgentxError | None = None
    summary = ""
    more = await _carried(assignment, ports, room)
    carried_tree = await room.witness.tree() if more else ""
    request = _request(assignment, more)
    try:
        async with assignment.halt.watch():
            parts = _parts(assignment, ports, dispatcher)
            summary = _last_words(await run_loop(assignment.task, parts, request))
    except (BudgetExhaustedError, ProviderError, StuckError) as error:
        trouble = error
    is_refused = isinstance(trouble, ProviderError) and dispatcher.is_last_denied
    if is_refused and trouble is not None and not assignment.halt.taken_by:
        # the rule-based one gives up where a person or a rule said no
        return ending_of(DeniedError(f"{dispatcher.denials[-1]} ({trouble.message})", _ALLOW))
    await room.ready()
    # what was done until then is paid for and may well be good
    if carried_tree and await room.witness.tree() == carried_tree:
        await ports.record(HunksKept(assignment.task))
        ending = Ending(TaskOutcome.NO_CHANGE, summary)
    else:
        ending = await _propose(assignment, ports, room, summary)
    if by := assignment.halt.taken_by:
        return taken(by, trouble, has_work=ending.outcome is not TaskOutcome.NO_CHANGE)
    if trouble is not None:
        return ending_of(trouble)
    if assignment.halt.is_called:
        return HALTED
    if ending.outcome is TaskOutcome.NO_CHANGE and dispatcher.denials:
        return ending_of(DeniedError(dispatcher.denials[-1], _ALLOW))
    return ending


async def _carried(assignment: Assignment, ports: TaskPorts, room: Room) -> tuple[Message, ...]:
    """The session's waiting hunks are in the sandbox before the model begins, and it knows."""
    if assignment.carry is _carry_nothing:
        return ()
    await room.ready()
    words = await assignment.carry(room.witness)
    if not words:
        return ()
    message = Message("user", (Text(words),))
    await ports.record(MessageAdded(assignment.task, message))
    return (message,)


def _dispatcher(assignment: Assignment, ports: TaskPorts, room: Room) -> Dispatcher:
    workroom = TaskWorkroom(
        assignment.task,
        room,
        ports.approvals,
        approval_timeout_s=assignment.approval_timeout_s,
        show=_shower(assignment),
    )
    return Dispatcher(
        assignment.task,
        assignment.tools,
        assignment.gate,
        workroom=workroom,
        record=ports.record,
        clock=ports.clock,
        ready=room.ready,
        edge=assignment.brake.edge,
    )


def _shower(assignment: Assignment) -> Callable[[str, str], None]:
    def show(kind: str, text: str) -> None:
        assignment.show(assignment.task, kind, text)

    return show


def _parts(assignment: Assignment, ports: TaskPorts, dispatcher: Dispatcher) -> LoopParts:
    meter = Meter("task", assignment.ceilings, ports.clock, ports.day)
    assignment.brake.fit(meter, lambda: _held(assignment, ports))
    step_parts = StepParts(ports.route, meter, ports.record, ports.clock, _shower(assignment))
    stepper = Stepper(assignment.task, step_parts)

    def keep() -> list[tuple[str, str]]:
        waiting = ports.approvals.waiting(assignment.task)
        return [("Waits for an answer of the user", one.subject) for one in waiting]

    return LoopParts(
        stepper=stepper,
        compactor=Compactor(assignment.task, stepper, ports.record, keep),
        dispatcher=dispatcher,
        meter=meter,
        guard=LoopGuard(),
        record=ports.record,
        inbox=assignment.inbox,
        brake=assignment.brake,
    )


async def _held(assignment: Assignment, ports: TaskPorts) -> None:
    """All that was done is durable before it is said that nothing runs."""
    await _settled(ports)
    if assignment.brake.is_held:  # else it was released meanwhile
        await ports.record(TaskPaused(assignment.task, ports.clock.now_ms()))


def _goal(assignment: Assignment) -> Message:
    """What the turn begins with; rules that stand in the history already are not said again."""
    *news, goal = assignment.opening or (assignment.goal,)
    rules, place = assignment.rules, assignment.rules_path
    is_told = are_told(rules, place, assignment.history)
    message = first_message(goal, "" if is_told else rules, place)
    return Message("user", (*map(Text, news), *message.parts))


def _request(assignment: Assignment, more: Sequence[Message] = ()) -> ModelRequest:
    return ModelRequest(
        model="",
        system=system_prompt(assignment.role),
        messages=(*assignment.history, _goal(assignment), *more),
        tools=tuple(tool.spec for tool in assignment.tools),
        session=assignment.task,
    )


async def _propose(assignment: Assignment, ports: TaskPorts, room: Room, summary: str) -> Ending:
    """Turn what the sandbox holds into a proposal with its evidence."""
    snapshot, witness = room.snapshot, room.witness
    changes = await witness.difference()
    summary = "\n".join([summary, *_left_out(witness)]).strip()
    if not changes:
        return Ending(TaskOutcome.NO_CHANGE, summary)
    tree = changed_tree(snapshot, changes)
    proposal = assignment.proposal_id()
    pieces = cut(proposal, changes)
    for content in pieces.blobs.values():
        await ports.blobs.put(content)
    await _settled(ports)  # what evidence names is there before it is recorded
    evidence = witness.after(tree)
    await ports.record(
        *(EvidenceRecorded(assignment.task, one) for one in evidence),
        ProposalCreated(
            proposal=proposal,
            task=assignment.task,
            title=assignment.goal,
            tree_before=snapshot.id,
            tree_after=tree,
            files=pieces.files,
            hunks=pieces.hunks,
            author=f"{assignment.role}/{ports.route.current.label}",
        ),
    )
    return judged(assignment.checks, witness.before, evidence, summary)


def _left_out(witness: Witness) -> list[str]:
    """What the proposal is silent about; a person must not take that for "unchanged"."""
    return [f"{path} is left out: {reason}" for path, reason in sorted(witness.left_out.items())]


def _last_words(transcript: Sequence[Message]) -> str:
    texts = [part.text for part in transcript[-1].parts if isinstance(part, Text)]
    return "\n".join(texts)[:_MAX_REASON_CHARS]


async def _settled(ports: TaskPorts) -> None:
    """Wait for what was to be recorded later. Raises StorageError."""
    if isinstance(ports.record, Trail):
        await ports.record.settle()


async def _end(assignment: Assignment, ports: TaskPorts, ending: Ending) -> None:
    try:
        await _settled(ports)
    except AgentxError:
        _log.exception("a record of task %s was refused", assignment.task)
    await ports.record(
        TaskEnded(
            assignment.task,
            ending.outcome.value,
            ending.reason,
            ending.next_step,
            ending.error,
        )
    )
