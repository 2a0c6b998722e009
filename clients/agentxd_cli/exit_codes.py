"""Exit codes: one table; only success is 0."""

from enum import IntEnum


class Exit(IntEnum):
    """What the exit code of `agentxd` means."""

    OK = 0
    """Done as asked."""
    FAILED = 1
    """Something went wrong that has no code of its own; a search found nothing, as with grep."""
    USAGE = 2
    """The words of the command are off."""
    NOT_FOUND = 3
    """What was named does not exist."""
    WRONG_STATE = 4
    """It is in a state in which this cannot be done."""
    CONFLICT = 5
    """A hunk no longer merges; both sides were kept."""
    CHECKS_FAILED = 6
    """The checks failed; nothing was changed."""
    NO_CHANGE = 7
    """The task ended without anything to propose."""
    DENIED = 8
    """A rule or a person said no."""
    BUDGET_EXHAUSTED = 9
    """A ceiling was reached."""
    SANDBOX_UNAVAILABLE = 10
    """No sandbox can be opened."""
    PROVIDER = 11
    """The provider failed."""
    GOAL_NOT_UNDERSTOOD = 12
    """The mechanic has no rule for this goal."""
    DAEMON_UNREACHABLE = 13
    """The daemon could not be reached or started."""
    STORAGE = 14
    """The store could not keep what it was given."""
    WORKSPACE_REFUSED = 15
    """This folder is not one that AgentX works in."""
    INTERRUPTED = 16
    """The daemon went away in the middle; what was under way is kept."""
    REPLAY_DIFFERS = 17
    """The replay came to another state than the log."""
    INDEX_UNAVAILABLE = 18
    """There is no index to ask: it is off, or could not be started; or it found nothing, and does
    not know all files yet."""
    REVIEW_ERRORS = 19
    """The review found errors."""
    REVIEW_WARNINGS = 20
    """The review found warnings, where these were not to pass."""
    REVIEW_NOTES = 21
    """The review has remarks, where none were to pass."""
    REVIEW_INCOMPLETE = 22
    """A reviewer could not run, or the time was up: nobody knows what the rest holds."""
    TAKEN_OVER = 23
    """A person took the task over before it was done; what the agent had done is proposed."""
    CANCELLED = 130
    """Ctrl-C, or cancelled by someone."""


BY_ERROR: dict[str, Exit] = {
    "not_found": Exit.NOT_FOUND,
    "invalid_request": Exit.USAGE,
    "conflict": Exit.CONFLICT,
    "wrong_state": Exit.WRONG_STATE,
    "denied": Exit.DENIED,
    "budget_exhausted": Exit.BUDGET_EXHAUSTED,
    "checks_failed": Exit.CHECKS_FAILED,
    "workspace_refused": Exit.WORKSPACE_REFUSED,
    "storage": Exit.STORAGE,
    "sandbox": Exit.FAILED,
    "sandbox_unavailable": Exit.SANDBOX_UNAVAILABLE,
    "provider": Exit.PROVIDER,
    "goal_not_understood": Exit.GOAL_NOT_UNDERSTOOD,
    "index_unavailable": Exit.INDEX_UNAVAILABLE,
}
"""Error name of the wire to exit code; all others are FAILED."""

BY_OUTCOME: dict[str, Exit] = {
    "completed": Exit.OK,
    "no_change": Exit.NO_CHANGE,
    "failed": Exit.FAILED,
    "checks_failed": Exit.CHECKS_FAILED,
    "denied": Exit.DENIED,
    "budget_exhausted": Exit.BUDGET_EXHAUSTED,
    "cancelled": Exit.CANCELLED,
    "taken_over": Exit.TAKEN_OVER,
    "interrupted": Exit.INTERRUPTED,
}
"""How a task ended to exit code."""
