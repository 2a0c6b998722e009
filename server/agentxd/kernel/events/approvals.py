"""Questions to a person."""

from agentxd.kernel.events.base import Event


class ApprovalRequested(Event, frozen=True):
    """A tool call or a question waits for a person."""

    approval: str
    task: str
    subject: str
    why: str
    options: tuple[str, ...]
    expires_ms: int
    rule: str = ""
    always: tuple[str, ...] = ()
    """Rules that the answer `always` writes."""
    never: tuple[str, ...] = ()
    """Rules that the answer `never` writes."""
    note: str = ""
    """Why one of these answers is not among the options."""


class ApprovalDecided(Event, frozen=True):
    """A person (or the time limit) answered. decision is one of the options, or expired."""

    approval: str
    decision: str
    by: str
