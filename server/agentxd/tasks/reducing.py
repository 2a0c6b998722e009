"""Tasks and approvals as a pure fold over events."""

from collections.abc import Callable
from typing import Any, cast

from msgspec.structs import replace

from agentxd.agents.context.shortening import shortened
from agentxd.kernel.events import (
    ApprovalDecided,
    ApprovalRequested,
    Event,
    EvidenceRecorded,
    MessageAdded,
    ModelChosen,
    PauseRequested,
    ProposalCreated,
    SandboxClosed,
    SandboxOpened,
    SandboxRequested,
    SnapshotTaken,
    StepCompleted,
    StepFailed,
    StepRequested,
    TakeOverRequested,
    TaskCreated,
    TaskEnded,
    TaskPaused,
    TaskResumed,
    TaskStarted,
    ToolCallCompleted,
    ToolCallRequested,
    TranscriptCompacted,
)
from agentxd.kernel.messages import Message, Observation, ToolCall, Usage
from agentxd.tasks.holding import pause_requested, paused, resumed, take_over_requested, with_time
from agentxd.tasks.state import ApprovalState, TaskOutcome, TaskPhase, TasksState, TaskState

LIFE_CYCLE: dict[tuple[TaskPhase, type[Event]], TaskPhase] = {
    (TaskPhase.PENDING, TaskStarted): TaskPhase.RUNNING,
    (TaskPhase.PENDING, TaskEnded): TaskPhase.ENDED,
    (TaskPhase.RUNNING, ApprovalRequested): TaskPhase.WAITING,
    (TaskPhase.RUNNING, TaskPaused): TaskPhase.PAUSED,
    (TaskPhase.RUNNING, TaskEnded): TaskPhase.ENDED,
    (TaskPhase.WAITING, ApprovalDecided): TaskPhase.RUNNING,
    (TaskPhase.WAITING, TaskPaused): TaskPhase.PAUSED,
    (TaskPhase.WAITING, TaskEnded): TaskPhase.ENDED,
    (TaskPhase.PAUSED, TaskResumed): TaskPhase.RUNNING,
    (TaskPhase.PAUSED, TaskEnded): TaskPhase.ENDED,
    (TaskPhase.ENDED, TaskStarted): TaskPhase.RUNNING,
}
"""Every move there is. An ended task starts again only where it was interrupted, and a waiting
task runs again only when its last open approval is decided; one that was paused meanwhile waits
again for those that are still open."""


def reduce_tasks(state: TasksState, event: Event) -> TasksState:
    """The state after one more event; events of other rooms change nothing."""
    if isinstance(event, TaskCreated):
        return _with_task(state, _created(event))
    if isinstance(event, ApprovalRequested):
        return _approval_requested(state, event)
    if isinstance(event, ApprovalDecided):
        return _approval_decided(state, event)
    change = _CHANGES.get(type(event))
    task = state.tasks.get(getattr(event, "task", ""))
    if change is None or task is None:
        return state
    state = _with_task(state, _moved(change(task, event), event))
    if isinstance(event, TaskResumed):
        return with_time(state, event)
    return _approvals_closed(state, event) if isinstance(event, TaskEnded) else state


def _with_task(state: TasksState, task: TaskState) -> TasksState:
    return replace(state, tasks={**state.tasks, task.id: task})


def _created(event: TaskCreated) -> TaskState:
    return TaskState(
        id=event.task,
        session=event.session,
        goal=event.goal,
        role=event.role,
        provider=event.provider,
        model=event.model,
        wanted_sandbox=event.sandbox,
        budget=event.budget,
        apply=event.apply,
        script=event.script,
        chain=event.chain,
    )


def _moved(task: TaskState, event: Event) -> TaskState:
    if isinstance(event, TaskStarted) and not _may_start(task):
        return task
    phase = LIFE_CYCLE.get((task.phase, type(event)))
    return task if phase is None else replace(task, phase=phase)


def _started(task: TaskState, event: TaskStarted) -> TaskState:
    """A fresh start after an interruption: the transcript of the lost run is put away."""
    del event
    if task.phase is not TaskPhase.ENDED or not _may_start(task):
        return task
    return replace(
        task,
        outcome=None,
        reason="",
        next_step="",
        error="",
        transcript=(),
        open_step=0,
        open_cost=Usage(),
        open_calls=(),
        sandbox="",
        is_sandbox_requested=False,
        paused_at_ms=0,
        paused_ms=0,
    )


def _may_start(task: TaskState) -> bool:
    return task.phase is TaskPhase.PENDING or task.outcome in (None, TaskOutcome.INTERRUPTED)


def _ended(task: TaskState, event: TaskEnded) -> TaskState:
    """An end is final, but for an interrupted task, which a person may drop."""
    if task.phase is TaskPhase.ENDED and task.outcome is not TaskOutcome.INTERRUPTED:
        return task
    outcome = TaskOutcome(event.outcome)
    return replace(
        task,
        outcome=outcome,
        reason=event.reason,
        next_step=event.next_step,
        error=event.error,
        is_pausing=False,
        is_being_taken_over=False,
    )


def _snapshot_taken(task: TaskState, event: SnapshotTaken) -> TaskState:
    return replace(task, tree=event.tree)


def _sandbox_requested(task: TaskState, event: SandboxRequested) -> TaskState:
    return replace(task, backend=event.backend, is_sandbox_requested=True)


def _sandbox_opened(task: TaskState, event: SandboxOpened) -> TaskState:
    return replace(
        task,
        sandbox=event.sandbox,
        backend=event.backend,
        is_sandbox_unsafe=event.is_unsafe,
        is_sandbox_requested=False,
    )


def _sandbox_closed(task: TaskState, event: SandboxClosed) -> TaskState:
    return replace(task, sandbox="") if task.sandbox == event.sandbox else task


def _message_added(task: TaskState, event: MessageAdded) -> TaskState:
    return replace(task, transcript=(*task.transcript, event.message))


def _step_requested(task: TaskState, event: StepRequested) -> TaskState:
    reserved = Usage(event.reserved_tokens, 0, event.reserved_micros)
    label = event.model or task.model_label
    return replace(task, open_step=event.step, open_cost=reserved, model_label=label)


def _step_completed(task: TaskState, event: StepCompleted) -> TaskState:
    is_said = not event.purpose
    return replace(
        task,
        open_step=0,
        open_cost=Usage(),
        n_steps=task.n_steps + 1,
        model_label=event.model or task.model_label,
        usage=sum_of(task.usage, event.usage),
        model_ms=task.model_ms + event.duration_ms,
        transcript=(*task.transcript, event.message) if is_said else task.transcript,
    )


def _step_failed(task: TaskState, event: StepFailed) -> TaskState:
    return replace(
        task,
        open_step=0,
        open_cost=Usage(),
        usage=sum_of(task.usage, event.usage),
        model_ms=task.model_ms + event.duration_ms,
    )


def _model_chosen(task: TaskState, event: ModelChosen) -> TaskState:
    return replace(task, model_label=event.model)


def _compacted(task: TaskState, event: TranscriptCompacted) -> TaskState:
    own = task.transcript
    n_history = max(0, event.n_first + event.n_dropped + event.n_last - len(own))
    first = own[: max(0, event.n_first - n_history)]  # the rest is of earlier turns
    last = own[max(len(first), len(own) - event.n_last) :]
    transcript = (*first, event.message, *map(shortened, last))
    return replace(task, transcript=transcript, n_compactions=task.n_compactions + 1)


def _call_requested(task: TaskState, event: ToolCallRequested) -> TaskState:
    return replace(task, open_calls=(*task.open_calls, event.call))


def _call_completed(task: TaskState, event: ToolCallCompleted) -> TaskState:
    open_calls = tuple(c for c in task.open_calls if c.id != event.observation.call_id)
    transcript = with_observation(task.transcript, event.observation)
    tool_ms = task.tool_ms + event.duration_ms
    return replace(task, open_calls=open_calls, transcript=transcript, tool_ms=tool_ms)


def with_observation(
    transcript: tuple[Message, ...], observation: Observation
) -> tuple[Message, ...]:
    """The transcript with one more result, in the order of the calls, whatever finished first."""
    is_joining = bool(transcript) and transcript[-1].role == "tool"
    before = transcript[:-1] if is_joining else transcript
    parts = (*transcript[-1].parts, observation) if is_joining else (observation,)
    order = _call_order(before[-1]) if before else {}
    ranked = sorted(parts, key=lambda part: order.get(getattr(part, "call_id", ""), len(order)))
    return (*before, Message("tool", tuple(ranked)))


def _call_order(message: Message) -> dict[str, int]:
    calls = [part.id for part in message.parts if isinstance(part, ToolCall)]
    return {call: index for index, call in enumerate(calls)}


def _evidence_recorded(task: TaskState, event: EvidenceRecorded) -> TaskState:
    return replace(task, evidence=(*task.evidence, event.evidence))


def _proposal_created(task: TaskState, event: ProposalCreated) -> TaskState:
    return replace(task, proposals=(*task.proposals, event.proposal))


def sum_of(one: Usage, other: Usage) -> Usage:
    """Both together."""
    return Usage(
        one.input_tokens + other.input_tokens,
        one.output_tokens + other.output_tokens,
        one.cost_micros + other.cost_micros,
        one.cache_read_tokens + other.cache_read_tokens,
        one.cache_write_tokens + other.cache_write_tokens,
    )


def _approval_requested(state: TasksState, event: ApprovalRequested) -> TasksState:
    approval = ApprovalState(
        id=event.approval,
        task=event.task,
        subject=event.subject,
        why=event.why,
        options=event.options,
        expires_ms=event.expires_ms,
        rule=event.rule,
        always=event.always,
        never=event.never,
        note=event.note,
    )
    state = replace(state, approvals={**state.approvals, approval.id: approval})
    task = state.tasks.get(event.task)
    return state if task is None else _with_task(state, _moved(task, event))


def _approval_decided(state: TasksState, event: ApprovalDecided) -> TasksState:
    """The first answer wins; a later one changes nothing."""
    approval = state.approvals.get(event.approval)
    if approval is None or not approval.is_waiting:
        return state
    decided = replace(approval, decision=event.decision, by=event.by)
    state = replace(state, approvals={**state.approvals, decided.id: decided})
    task = state.tasks.get(approval.task)
    if task is None or state.waiting(task.id):
        return state
    return _with_task(state, _moved(task, event))


def _approvals_closed(state: TasksState, event: TaskEnded) -> TasksState:
    """Nobody waits for the answers any more, but for a task that may be started again."""
    if event.outcome == TaskOutcome.INTERRUPTED.value:
        return state
    closed = {
        approval.id: replace(approval, decision="expired", by="task ended")
        for approval in state.waiting(event.task)
    }
    return replace(state, approvals={**state.approvals, **closed}) if closed else state


_CHANGES = cast(
    "dict[type[Event], Callable[[TaskState, Any], TaskState]]",
    {
        TaskStarted: _started,
        TaskEnded: _ended,
        SnapshotTaken: _snapshot_taken,
        SandboxRequested: _sandbox_requested,
        SandboxOpened: _sandbox_opened,
        SandboxClosed: _sandbox_closed,
        MessageAdded: _message_added,
        StepRequested: _step_requested,
        StepCompleted: _step_completed,
        StepFailed: _step_failed,
        ModelChosen: _model_chosen,
        TranscriptCompacted: _compacted,
        ToolCallRequested: _call_requested,
        ToolCallCompleted: _call_completed,
        EvidenceRecorded: _evidence_recorded,
        ProposalCreated: _proposal_created,
        PauseRequested: pause_requested,
        TaskPaused: paused,
        TaskResumed: resumed,
        TakeOverRequested: take_over_requested,
    },
)
