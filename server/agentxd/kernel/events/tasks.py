"""Tasks and the sandboxes that they work in."""

from msgspec import field

from agentxd.kernel.events.base import Event
from agentxd.kernel.hunks import Evidence


class TaskCreated(Event, frozen=True):
    """A goal became a task."""

    task: str
    session: str
    """Empty for one that serves a single request (a reviewer), and cannot be started again."""
    goal: str
    role: str
    provider: str
    model: str
    sandbox: str
    """Wanted back end; empty for the strongest that is there."""
    budget: dict[str, int] = field(default_factory=dict)
    """Ceilings by name: steps, tokens, cost_micros, seconds."""
    apply: str = "none"
    """none, all or verified: what happens to the proposal without a person."""
    script: str = ""
    """File of the scripted provider."""
    chain: tuple[str, ...] = ()
    """Models that may do the work, as provider/model; empty for the provider and model alone."""
    prompts: tuple[str, ...] = ()
    """The prompts of the session that it takes up."""


class TaskStarted(Event, frozen=True):
    """Work on a task began (again)."""

    task: str


class PauseRequested(Event, frozen=True):
    """Intent: someone wants a task to halt at its next edge."""

    task: str
    by: str


class TaskPaused(Event, frozen=True):
    """Result: nothing of the task runs; its sandbox is kept and its time stands still."""

    task: str
    at_ms: int
    """Wall milliseconds since when."""


class TaskResumed(Event, frozen=True):
    """A paused task goes on, or one that was about to pause need not."""

    task: str
    by: str
    paused_ms: int = 0
    """For how long it stood still."""


class TakeOverRequested(Event, frozen=True):
    """Intent: someone goes on by hand; the agent stops at its next edge and its work is kept."""

    task: str
    by: str


class TaskEnded(Event, frozen=True):
    """A task is over. outcome: a TaskOutcome value."""

    task: str
    outcome: str
    reason: str = ""
    next_step: str = ""
    error: str = ""
    """Name of the error that ended it (`AgentxError.code`)."""


class SnapshotTaken(Event, frozen=True):
    """The tree that a task starts from was pinned."""

    task: str
    tree: str
    n_files: int
    n_overlays: int


class SandboxRequested(Event, frozen=True):
    """Intent: a sandbox is about to be opened."""

    task: str
    backend: str


class SandboxOpened(Event, frozen=True):
    """Result: the sandbox is there."""

    task: str
    sandbox: str
    backend: str
    is_unsafe: bool = False


class SandboxClosed(Event, frozen=True):
    """The sandbox and every trace of it are gone."""

    task: str
    sandbox: str


class EvidenceRecorded(Event, frozen=True):
    """A command ran at an exact tree."""

    task: str
    evidence: Evidence
