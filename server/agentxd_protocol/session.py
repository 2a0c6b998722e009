"""Sessions: lasting conversations."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import ApplyMode, PromptFate, QueueMode, SessionState, TranscriptRole
from agentxd_protocol.task import Budget, TranscriptItem


class WaitingPrompt(Wire):
    """Something that was said and that no turn has taken up yet."""

    id: str
    text: str
    by: str
    queue_mode: QueueMode


class Session(Wire):
    """One session."""

    id: str
    title: str
    client: str
    state: SessionState
    queue_mode: QueueMode
    collect_ms: int
    provider: str
    """Of the next turn; empty for the setting."""
    model: str
    parent_id: str
    """The session that it was forked from; empty where it was not."""
    at: str
    """Id of the last message that it has from there."""
    source: str
    """Where the messages that it began with are from, and what was cut."""
    task_ids: list[str]
    """Its turns, oldest first."""
    running_task_id: str
    waiting: list[WaitingPrompt]
    open_hunk_ids: list[str]
    """Hunks of its turns that wait for a decision."""
    n_messages: int
    input_tokens: int
    output_tokens: int
    cost_micros: int
    started_ms: int
    last_ms: int
    """When something happened in it last."""


class SessionRef(Wire):
    """Names a session."""

    session_id: str


class ListSessionsResult(Wire):
    """All sessions, newest last."""

    sessions: list[Session]


class ChainItem(Wire):
    """One message of the chain."""

    id: str
    parent: str
    """Id of the message before it; empty for the first."""
    role: TranscriptRole
    at_ms: int
    model: str
    items: list[TranscriptItem]


class GetSessionResult(Wire):
    """One session with its transcript."""

    session: Session
    transcript: list[ChainItem]
    last_seq: int = 0
    """Newest record of the event log that the transcript knows of: what follows is news."""


class PromptSessionParams(Wire):
    """Say something to a session."""

    text: str
    session_id: str = ""
    """Empty: a new one."""
    queue_mode: QueueMode = ""
    """What becomes of it while a turn runs; empty for the session's own mode."""
    agent: str = ""
    """Role of the turn that it begins; this and what follows is as before where it is empty."""
    provider: str = ""
    model: str = ""
    sandbox: str = ""
    script: str = ""
    budget: Budget = Budget.model_construct()
    apply: ApplyMode = "none"


class PromptSessionResult(Wire):
    """It is in the log; this is what became of it."""

    session_id: str
    prompt_id: str
    task_id: str
    """The turn that it began, or that runs now; empty where none does."""
    fate: PromptFate


class SetSessionParams(Wire):
    """Set how a session works from now on; null leaves it as it is."""

    session_id: str
    queue_mode: QueueMode | None = None
    collect_ms: int | None = None
    provider: str | None = None
    model: str | None = None


class SessionResult(Wire):
    """The session as it is now."""

    session: Session


class ForkSessionParams(Wire):
    """Begin a new session with the transcript of another."""

    session_id: str
    at: str = ""
    """Message (t1.m3) or number of a record of the log; empty for the last message."""
    provider: str | None = None
    model: str | None = None


class NewSessionResult(Wire):
    """A session that began with messages from elsewhere."""

    session: Session
    cut: str
    """What was cut off behind the last valid message, and why; empty where nothing was."""


class ExportSessionResult(Wire):
    """A transcript as JSON Lines."""

    lines: list[str]


class ImportSessionParams(Wire):
    """A transcript as JSON Lines; nothing in it is trusted."""

    text: str


class TurnResult(Wire):
    """The turn that was stopped or started."""

    task_id: str


class RecordRunParams(Wire):
    """Names a task or a session."""

    id: str


class RecordRunResult(Wire):
    """What the scripted provider plays."""

    conversation: str
