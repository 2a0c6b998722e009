"""After a restart: what was under way is told, never silently done again."""

from agentxd.agents.budget import day_of
from agentxd.kernel.errors import AgentxError
from agentxd.kernel.events import (
    ApplyFailed,
    ApplyRequested,
    Event,
    HunkApplied,
    HunkUndone,
    StepFailed,
    TaskEnded,
)
from agentxd.kernel.files import blob_id
from agentxd.kernel.hunks import HunkState
from agentxd.kernel.ports import Disk
from agentxd.sessions.journal import Journal
from agentxd.tasks.state import TaskOutcome, TaskPhase, TaskState

_NEXT = "Run it again with: agentxd resume {task}, or drop it with: agentxd resume {task} --drop"


async def recover(journal: Journal, disk: Disk, root: str) -> list[str]:
    """Settle every intent without a result; the answer tells a person what was found."""
    told: list[str] = []
    for intent in journal.state.ledger.open_intents:
        events, words = await _settled(intent, disk, root)
        await journal.record(*events)
        told.append(words)
    stuck = [
        status.hunk.id
        for status in journal.state.ledger.hunks.values()
        if status.state is HunkState.ACCEPTED
    ]
    for name in stuck:
        reason = "the daemon went away before anything was changed"
        path = journal.state.ledger.hunks[name].hunk.path
        await journal.record(ApplyFailed((name,), path, reason))
        told.append(f"{name}: {reason}; decide again")
    for task in list(journal.state.tasks.tasks.values()):
        if task.phase is not TaskPhase.ENDED:
            reason = _interruption(task)
            await journal.record(
                *_open_call(task, journal.time_of(f"{task.id}:StepRequested")),
                _end_of(task, reason),
            )
            told.append(f"{task.id} was interrupted: {reason}")
    return told


def _end_of(task: TaskState, reason: str) -> TaskEnded:
    """A task of no session served one request, which is gone: nobody can start it again."""
    if not task.session:
        return TaskEnded(task.id, TaskOutcome.CANCELLED.value, reason, "Ask for the review again.")
    return TaskEnded(task.id, TaskOutcome.INTERRUPTED.value, reason, _NEXT.format(task=task.id))


def _open_call(task: TaskState, at_ms: int) -> list[Event]:
    """A model call without a result counts as the most that it may have cost: it was sent."""
    if not task.open_step:
        return []
    cost, day = task.open_cost, day_of(at_ms)
    reason = "the daemon went away before the answer was whole"
    return [StepFailed(task.id, task.open_step, reason, cost, task.model_label, 0, day)]


def _interruption(task: TaskState) -> str:
    """What had begun and has no result."""
    was_paused = task.phase is TaskPhase.PAUSED
    parts = [f"the daemon went away while it {'was paused' if was_paused else 'ran'}"]
    if task.is_being_taken_over:
        parts.append("it was about to be taken over")
    if task.open_step:
        parts.append(f"model call {task.open_step} had no answer yet")
    parts += [f"the tool call {call.name} ({call.id}) had no result" for call in task.open_calls]
    return "; ".join(parts)


async def _settled(intent: ApplyRequested, disk: Disk, root: str) -> tuple[list[Event], str]:
    """Look at the file: it tells whether the change happened. An editor's text is gone with it."""
    where = intent.path
    if intent.via != "disk":
        return _failed(intent, "the daemon went away while the editor was asked")
    try:
        found = await disk.read(root, where)
    except AgentxError as error:
        return _failed(intent, error.message)
    now = blob_id(found[0]) if found else ""
    is_done = now == intent.after_blob and (found is None or found[1].mode == intent.after_mode)
    if is_done and await _moved_away(intent, disk, root):
        done: list[Event] = [
            HunkUndone(name, "recovery")
            if intent.is_undo
            else HunkApplied(name, intent.levels.get(name, "exact"))
            for name in intent.hunks
        ]
        return done, f"{', '.join(intent.hunks)}: the change of {where} had happened"
    if now == intent.before_blob or (intent.old_path and found is None):
        return _failed(intent, "the daemon went away before the file was changed")
    return _failed(intent, "the file is neither what it was nor what it was to become")


async def _moved_away(intent: ApplyRequested, disk: Disk, root: str) -> bool:
    """Whether a renamed file is gone from its old place; finishes what a crash cut in two."""
    if not intent.old_path:
        return True
    try:
        found = await disk.read(root, intent.old_path)
        if found is None:
            return True
        if blob_id(found[0]) != intent.before_blob:
            return False
        await disk.replace(root, intent.old_path, found[0], None, 0)
    except AgentxError:
        return False
    return True


def _failed(intent: ApplyRequested, reason: str) -> tuple[list[Event], str]:
    words = f"{', '.join(intent.hunks)}: {reason}; decide again"
    return [ApplyFailed(intent.hunks, intent.path, reason)], words
