"""The state of tasks and approvals, as the log tells it."""

from enum import Enum

from msgspec import Struct

from agentxd.kernel.hunks import Evidence
from agentxd.kernel.messages import Message, ToolCall, Usage

ALLOW, ALWAYS, DENY, NEVER = "allow", "always", "deny", "never"
"""Answers about a tool call: this once, and from now on."""
SETTING_OF = {ALWAYS: "permission_allow_in", NEVER: "permission_deny_in"}
"""Where the rule of an answer is written, by the folder of the workspace."""


class TaskOutcome(Enum):
    """How a task ended; the value of `TaskEnded.outcome`."""

    COMPLETED = "completed"
    NO_CHANGE = "no_change"
    FAILED = "failed"
    CHECKS_FAILED = "checks_failed"
    DENIED = "denied"
    BUDGET_EXHAUSTED = "budget_exhausted"
    CANCELLED = "cancelled"
    TAKEN_OVER = "taken_over"
    """A person goes on by hand; what the agent had done is proposed."""
    INTERRUPTED = "interrupted"
    """The daemon went away; a person is asked whether to start again."""


class TaskPhase(Enum):
    """Where a task is in its life."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    """For a person's answer."""
    PAUSED = "paused"
    """Halted by a person; the sandbox is kept and the time stands still."""
    ENDED = "ended"


class ApprovalState(Struct, frozen=True):
    """One question to a person."""

    id: str
    task: str
    subject: str
    why: str
    options: tuple[str, ...]
    expires_ms: int
    rule: str = ""
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    note: str = ""
    decision: str = ""
    """Empty while it waits; one of the options, or expired."""
    by: str = ""

    def rules(self, decision: str) -> tuple[str, ...]:
        """What that answer writes into the settings."""
        rules = {ALWAYS: self.always, NEVER: self.never}
        return rules.get(decision, ()) if decision in self.options else ()

    @property
    def is_waiting(self) -> bool:
        """Nobody has answered yet."""
        return not self.decision


class TaskState(Struct, frozen=True):
    """One task as the log tells it."""

    id: str
    session: str
    goal: str
    role: str
    provider: str
    model: str
    wanted_sandbox: str = ""
    budget: dict[str, int] = {}
    apply: str = "none"
    script: str = ""
    chain: tuple[str, ...] = ()
    phase: TaskPhase = TaskPhase.PENDING
    outcome: TaskOutcome | None = None
    reason: str = ""
    next_step: str = ""
    error: str = ""
    """Name of the error that ended it, empty where none did."""
    tree: str = ""
    """Tree hash of the snapshot that it works on."""
    sandbox: str = ""
    """Id of the open sandbox, empty where there is none."""
    backend: str = ""
    is_sandbox_unsafe: bool = False
    is_sandbox_requested: bool = False
    """The intent is there and no result yet."""
    proposals: tuple[str, ...] = ()
    transcript: tuple[Message, ...] = ()
    n_steps: int = 0
    open_step: int = 0
    """Number of the model call that has no result yet, else 0."""
    open_cost: Usage = Usage()
    """What that call may cost at most."""
    open_calls: tuple[ToolCall, ...] = ()
    """Tool calls with an intent and no result."""
    usage: Usage = Usage()
    model_label: str = ""
    """The model that does the steps now, as `anthropic/claude-sonnet-5-5`."""
    model_ms: int = 0
    """Spent on waiting for models, in milliseconds."""
    tool_ms: int = 0
    """Spent on tool calls, in milliseconds."""
    n_compactions: int = 0
    evidence: tuple[Evidence, ...] = ()
    is_pausing: bool = False
    """It is to halt at its next edge."""
    is_being_taken_over: bool = False
    """It is to end at its next edge."""
    paused_at_ms: int = 0
    """Since when it stands still, 0 where it does not."""
    paused_ms: int = 0
    """For how long it stood still before."""

    @property
    def status(self) -> str:
        """One word for clients: the phase, or the outcome once it has ended."""
        return self.outcome.value if self.outcome else self.phase.value


class TasksState(Struct, frozen=True):
    """All tasks and approvals, by id, oldest first."""

    tasks: dict[str, TaskState] = {}
    approvals: dict[str, ApprovalState] = {}

    def waiting(self, task: str = "") -> list[ApprovalState]:
        """Approvals that wait for a person, of one task or of all."""
        return [
            approval
            for approval in self.approvals.values()
            if approval.is_waiting and task in ("", approval.task)
        ]
