"""How a task ended, and what a person is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from agentxd.kernel.errors import (
    AgentxError,
    BudgetExhaustedError,
    ChecksFailedError,
    DeniedError,
)
from agentxd.kernel.hunks import Evidence
from agentxd.tasks.state import TaskOutcome

_STOPPED = "It was stopped in the middle; what it had done so far is kept."
_TAKEN = "Taken over by {by}: what the agent had done so far is proposed."
_TAKEN_EMPTY = "Taken over by {by}: the agent had changed nothing yet."


@dataclass(frozen=True)
class Ending:
    """How a task ended."""

    outcome: TaskOutcome
    reason: str = ""
    next_step: str = ""
    error: str = ""


_OUTCOMES: dict[type[AgentxError], TaskOutcome] = {
    BudgetExhaustedError: TaskOutcome.BUDGET_EXHAUSTED,
    DeniedError: TaskOutcome.DENIED,
    ChecksFailedError: TaskOutcome.CHECKS_FAILED,
}
HALTED = Ending(TaskOutcome.CANCELLED, _STOPPED)
"""Stopped in the middle by a person."""


def ending_of(error: AgentxError) -> Ending:
    """The outcome that an error means."""
    outcomes = (found for kind, found in _OUTCOMES.items() if isinstance(error, kind))
    outcome = next(outcomes, TaskOutcome.FAILED)
    return Ending(outcome, error.message, error.next_step, error.code)


def taken(by: str, trouble: AgentxError | None, *, has_work: bool) -> Ending:
    """Whoever takes over is told of the trouble that came first, too."""
    words = (_TAKEN if has_work else _TAKEN_EMPTY).format(by=by)
    reason = f"{words} {trouble.message}" if trouble else words
    return Ending(TaskOutcome.TAKEN_OVER, reason, "Review what is there, and go on by hand.")


def judged(
    checks: Sequence[str], before: Sequence[Evidence], after: Sequence[Evidence], summary: str
) -> Ending:
    """A check that passed before and fails at the proposed tree is not success."""
    passed = {run.command for run in before if run.exit_code == 0}
    last = {run.command: run for run in after}
    for command in checks:
        run = last.get(command)
        if run is not None and run.exit_code != 0 and command in passed:
            words = f"`{command}` passed before and fails at the proposed tree ({run.id})."
            return Ending(TaskOutcome.CHECKS_FAILED, words, "look at the evidence")
    return Ending(TaskOutcome.COMPLETED, summary)
