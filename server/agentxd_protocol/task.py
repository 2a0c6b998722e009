"""Goals and tasks."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import ApplyMode, TaskState, TranscriptKind, TranscriptRole


class Budget(Wire):
    """Ceilings of one task; 0 means the setting's default."""

    steps: int = 0
    tokens: int = 0
    cost_micros: int = 0
    """Millionths of a US dollar."""
    seconds: int = 0


class RunGoalParams(Wire):
    """Start work on a goal."""

    goal: str
    agent: str = ""
    """Role; empty for the default."""
    provider: str = ""
    """scripted, mechanic, ...; empty for the setting."""
    model: str = ""
    sandbox: str = ""
    """docker, bubblewrap, process; empty for the strongest that is there."""
    budget: Budget = Budget.model_construct()
    apply: ApplyMode = "none"
    """What is accepted at once when the work is done."""
    script: str = ""
    """Path of the conversation that the scripted provider plays."""
    work_done_token: str | int | None = None
    """Progress is reported under this token (window/workDoneProgress)."""
    session_id: str = ""
    """The session that it goes on with; empty for one of its own."""


class RunGoalResult(Wire):
    """The goal is a task now; follow it with agentx/event/subscribe."""

    session_id: str
    task_id: str


class Task(Wire):
    """One task."""

    id: str
    session_id: str
    goal: str
    role: str
    provider: str
    model: str
    state: TaskState
    reason: str
    next_step: str
    error_code: str
    """Name of the error that ended it; empty where none did."""
    sandbox: str
    is_sandbox_unsafe: bool
    proposal_ids: list[str]
    n_steps: int
    input_tokens: int
    output_tokens: int
    cost_micros: int
    cache_read_tokens: int = 0
    """The part of the input that a prompt cache held."""
    model_label: str = ""
    """The model that did the last step, as `anthropic/claude-sonnet-5-5`."""
    model_ms: int = 0
    """Spent on waiting for models."""
    tool_ms: int = 0
    """Spent on tool calls."""
    n_compactions: int = 0
    """How often the transcript was summed up to make room."""
    started_ms: int
    ended_ms: int
    is_settled: bool = True
    """False until what its end brings is done too: superseding, and what `apply` asked for."""
    is_pausing: bool = False
    """It halts at its next edge: before a model call, or between tool calls."""
    is_being_taken_over: bool = False
    """The agent stops at its next edge."""
    paused_at_ms: int = 0
    """Since when it stands still; 0 where it does not."""
    paused_ms: int = 0
    """For how long it stood still before that; time at work is what is left without it."""


class SettledNotification(Wire):
    """These tasks are settled (`isSettled`): ask again for what you show of them."""

    task_ids: list[str]
    seq: int
    """Of the newest record of the log then."""


class ListTasksResult(Wire):
    """All tasks, newest last."""

    tasks: list[Task]


class TaskRef(Wire):
    """Names a task."""

    task_id: str


class TranscriptItem(Wire):
    """One part of a transcript, flattened for showing."""

    role: TranscriptRole
    kind: TranscriptKind
    text: str
    tool: str = ""
    call_id: str = ""
    is_error: bool = False


class GetTaskResult(Wire):
    """One task with its transcript."""

    task: Task
    transcript: list[TranscriptItem]
    last_seq: int = 0
    """Newest record of the event log that the transcript knows of: what follows is news."""


class CancelTaskResult(Wire):
    """The task as it is after the cancel."""

    task: Task


class TaskResult(Wire):
    """The task as it is now."""

    task: Task


class ResumeTaskParams(Wire):
    """Answer for a task that is paused or was interrupted: go on, or drop it.

    A paused task goes on where it stands, an interrupted one from the start of its goal.
    """

    task_id: str
    is_resumed: bool = True
