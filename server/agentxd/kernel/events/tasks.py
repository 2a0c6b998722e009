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
