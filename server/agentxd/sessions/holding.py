"""Holding a task: a person pauses it, lets it go on, or takes its work over."""

from agentxd.kernel.errors import StateError
from agentxd.kernel.events import (
    PauseRequested,
    TakeOverRequested,
    TaskEnded,
    TaskPaused,
    TaskResumed,
)
from agentxd.kernel.ports import Clock
from agentxd.sessions.goals import Controls, Goals
from agentxd.sessions.journal import Journal
from agentxd.tasks.state import TaskOutcome, TaskPhase, TaskState

_SEE = "See: agentxd tasks"
_LOST = (
    "Taken over by {by} after an interruption: the copy that the agent worked on went with the"
    " daemon, and nothing of it was proposed."
)
_KEPT = "Taken over by {by} after an interruption: what had been proposed by then is there."


class Holding:
    """Pauses, resumes and takes over. Everything is decided on the state in one go."""

    def __init__(self, journal: Journal, goals: Goals, clock: Clock) -> None:
        self._journal = journal
        self._goals = goals
        self._clock = clock

    async def pause(self, task: str, by: str) -> TaskState:
        """Halt at the next edge, at once where it waits for a person.

        Raises NotFoundError, and StateError where it is not at work.
        """
        state, controls = self._at_work(task, "paused")
        if state.phase is TaskPhase.PAUSED or state.is_pausing:
            return state
        controls.brake.pull()
        if state.phase is TaskPhase.WAITING:
            controls.brake.hold()
            paused = TaskPaused(task, self._clock.now_ms())
            await self._journal.record(PauseRequested(task, by), paused)
        else:
            await self._journal.record(PauseRequested(task, by))
        return self._goals.get(task)

    async def resume(self, task: str, by: str, *, is_resumed: bool = True) -> TaskState:
        """Go on after a pause or an interruption; or drop the task for good.

        Raises NotFoundError, and StateError where there is nothing to go on with.
        """
        state = self._goals.get(task)
        controls = self._goals.controls(task)
        if controls is None or not self._goals.is_held(task):
            return await self._goals.resume(task, is_resumed=is_resumed)
        if not is_resumed:
            return await self._goals.cancel(task)
        if self._goals.is_ending(task):
            raise StateError(f"{task} is about to end", _SEE)
        since = state.paused_at_ms
        paused_ms = max(0, self._clock.now_ms() - since) if since else 0
        recorded = self._journal.decide(TaskResumed(task, by, paused_ms))
        controls.brake.release()
        await recorded
        return self._goals.get(task)

    async def take_over(self, task: str, by: str) -> TaskState:
        """End the agent's work at its next edge, at once where it stands or waits; keep the work.

        Raises NotFoundError, and StateError where there is nothing to take over.
        """
        state = self._goals.get(task)
        if state.outcome is TaskOutcome.INTERRUPTED and not self._goals.is_running(task):
            words = (_KEPT if state.proposals else _LOST).format(by=by)
            await self._journal.record(TaskEnded(task, TaskOutcome.TAKEN_OVER.value, words))
            return self._goals.get(task)
        state, controls = self._at_work(task, "taken over")
        if controls.halt.taken_by:
            return state
        controls.halt.taken_by = by
        recorded = self._journal.decide(TakeOverRequested(task, by))
        if controls.brake.is_held or state.phase in (TaskPhase.WAITING, TaskPhase.PAUSED):
            controls.halt.now()
        else:
            controls.brake.end_at_edge(controls.halt.now)
        await recorded
        return self._goals.get(task)

    def _at_work(self, task: str, what: str) -> tuple[TaskState, Controls]:
        """A task that an agent works on now. Raises NotFoundError, StateError."""
        state = self._goals.get(task)
        if state.phase is TaskPhase.ENDED:
            raise StateError(f"{task} is {state.status}: it cannot be {what}", _SEE)
        controls = self._goals.controls(task)
        if controls is None:
            raise StateError(f"{task} is a review: it can be cancelled, not {what}", _SEE)
        if self._goals.is_ending(task) and not controls.halt.taken_by:
            raise StateError(f"{task} is about to end", _SEE)
        return state, controls
