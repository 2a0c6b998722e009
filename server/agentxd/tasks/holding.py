"""Pauses and take-overs as a pure fold over events."""

from msgspec.structs import replace

from agentxd.kernel.events import PauseRequested, TakeOverRequested, TaskPaused, TaskResumed
from agentxd.tasks.state import TaskPhase, TasksState, TaskState

_AT_WORK = (TaskPhase.PENDING, TaskPhase.RUNNING, TaskPhase.WAITING)


def pause_requested(task: TaskState, event: PauseRequested) -> TaskState:
    """It works on until its next edge."""
    del event
    return replace(task, is_pausing=True) if task.phase in _AT_WORK else task


def paused(task: TaskState, event: TaskPaused) -> TaskState:
    """It stands still from now on."""
    if task.phase not in _AT_WORK:
        return task
    return replace(task, is_pausing=False, paused_at_ms=event.at_ms)


def resumed(task: TaskState, event: TaskResumed) -> TaskState:
    """It goes on, or need not halt any more."""
    if task.phase is TaskPhase.ENDED:
        return task
    paused_ms = task.paused_ms + event.paused_ms
    return replace(task, is_pausing=False, paused_at_ms=0, paused_ms=paused_ms)


def with_time(state: TasksState, event: TaskResumed) -> TasksState:
    """Its open questions have as much time left as before the pause, and it waits for them."""
    waiting = {approval.id: approval for approval in state.waiting(event.task)}
    if not waiting:
        return state
    longer = {
        name: replace(approval, expires_ms=approval.expires_ms + event.paused_ms)
        for name, approval in waiting.items()
    }
    task = state.tasks[event.task]
    if task.phase is TaskPhase.RUNNING:
        task = replace(task, phase=TaskPhase.WAITING)
    return replace(
        state,
        tasks={**state.tasks, task.id: task},
        approvals={**state.approvals, **longer},
    )


def take_over_requested(task: TaskState, event: TakeOverRequested) -> TaskState:
    """It ends at its next edge."""
    del event
    return task if task.phase is TaskPhase.ENDED else replace(task, is_being_taken_over=True)


def has_stopped_clock(task: TaskState | None) -> bool:
    """Whether the time of its questions stands still."""
    return task is not None and task.phase is TaskPhase.PAUSED and task.paused_at_ms > 0
