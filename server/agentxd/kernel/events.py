"""Every fact that AgentX remembers, as immutable values; the event log is the truth.

An intent (`…Requested`) is written before an effect, its result after it.
"""

import msgspec
from msgspec import Struct

from agentxd.kernel.hunks import Evidence, Hunk, ProposedFile
from agentxd.kernel.messages import Link, Message, Observation, ToolCall, Usage


class Event(Struct, frozen=True, tag_field="type", tag=True, omit_defaults=True):
    """Root of all events; the tag on the wire is the class name."""


# --- the daemon -----------------------------------------------------------------------------


class DaemonStarted(Event, frozen=True):
    """A daemon began to serve the workspace."""

    version: str
    pid: int


class DaemonStopped(Event, frozen=True):
    """A daemon left on purpose."""

    reason: str


class LogRestored(Event, frozen=True):
    """The log was damaged; a backup took its place and the damaged file was kept aside."""

    backup: str
    aside: str
    reason: str


class SettingChanged(Event, frozen=True):
    """A user set a setting; value is JSON text."""

    key: str
    value: str
    by: str


class StateSealed(Event, frozen=True):
    """Hash of the state that all events before this one build; replay checks it."""

    hash: str
    kind: str = ""
    """Names the reducers that built the state; a replay with others cannot compare."""


# --- sessions and tasks ---------------------------------------------------------------------


class SessionStarted(Event, frozen=True):
    """A conversation began."""

    session: str
    client: str
    parent: str = ""
    """The session that it was forked from."""
    at: str = ""
    """Id of the last message that it has from there."""
    tasks: tuple[str, ...] = ()
    """Tasks of the parent whose waiting hunks it goes on with."""
    title: str = ""


class SessionChanged(Event, frozen=True):
    """How a session works from now on; what is None stays as it is."""

    session: str
    by: str = ""
    queue_mode: str | None = None
    """steer, interrupt, queue or collect."""
    collect_ms: int | None = None
    provider: str | None = None
    model: str | None = None


class TranscriptBrought(Event, frozen=True):
    """A session begins with messages from elsewhere: a fork or an import."""

    session: str
    links: tuple[Link, ...]
    source: str = ""
    """For people: where they are from, and what was cut."""


class PromptReceived(Event, frozen=True):
    """A person said something to a session; it waits until a turn takes it."""

    session: str
    prompt: str
    text: str
    by: str
    queue_mode: str


class HunksCarried(Event, frozen=True):
    """A turn began with these waiting hunks of its session already in its sandbox."""

    task: str
    hunks: tuple[str, ...]
    left: dict[str, str] = {}
    """Hunk to the reason why it could not be put there."""


class TaskCreated(Event, frozen=True):
    """A goal became a task."""

    task: str
    session: str
    goal: str
    role: str
    provider: str
    model: str
    sandbox: str
    """Wanted back end; empty for the strongest that is there."""
    budget: dict[str, int] = {}
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


class MessageAdded(Event, frozen=True):
    """A user or tool message joined the transcript of a task."""

    task: str
    message: Message
    prompts: tuple[str, ...] = ()
    """The prompts of the session that it says."""


class StepRequested(Event, frozen=True):
    """Intent: a model is about to be called."""

    task: str
    step: int
    reserved_tokens: int = 0
    reserved_micros: int = 0
    model: str = ""
    """Provider and name, as `anthropic/claude-sonnet-5-5`."""
    estimated_tokens: int = 0
    """A guess at the input; the usage tells how good it was."""
    purpose: str = ""
    """compact for a summary of the transcript, which no transcript holds; else empty."""


class StepCompleted(Event, frozen=True):
    """Result: what the model answered and cost."""

    task: str
    step: int
    message: Message
    stop_reason: str
    usage: Usage = Usage()
    model: str = ""
    duration_ms: int = 0
    first_ms: int = 0
    """Until the first piece of the answer."""
    day: str = ""
    """UTC, as `2026-11-21`: whose ceiling it counts under."""
    purpose: str = ""


class StepFailed(Event, frozen=True):
    """Result: the model call failed, or was cancelled."""

    task: str
    step: int
    reason: str
    usage: Usage = Usage()
    """A guess at what it cost all the same: an answer that was cut off is paid for."""
    model: str = ""
    duration_ms: int = 0
    day: str = ""


class ModelChosen(Event, frozen=True):
    """Another model than before does the steps from this one on."""

    task: str
    step: int
    model: str
    """Provider and name, as `anthropic/claude-sonnet-5-5`."""
    reasons: tuple[str, ...]
    passed_over: dict[str, str] = {}
    """Model to the reason, of those that were wanted more."""


class TranscriptCompacted(Event, frozen=True):
    """A summary took the place of the transcript's middle; the original stays in the log."""

    task: str
    message: Message
    """The summary, with what was put back verbatim."""
    n_first: int
    """Messages kept at the beginning."""
    n_last: int
    """Messages kept at the end."""
    n_dropped: int
    tokens_before: int
    tokens_after: int


class ToolCallRequested(Event, frozen=True):
    """Intent: a tool is about to be used. verdict names the rule that let it through."""

    task: str
    call: ToolCall
    verdict: str = ""


class ToolCallCompleted(Event, frozen=True):
    """Result of a tool call."""

    task: str
    observation: Observation
    duration_ms: int = 0


class EvidenceRecorded(Event, frozen=True):
    """A command ran at an exact tree."""

    task: str
    evidence: Evidence


# --- proposals ------------------------------------------------------------------------------


class ProposalCreated(Event, frozen=True):
    """The difference that a sandbox left, cut into hunks."""

    proposal: str
    task: str
    title: str
    tree_before: str
    tree_after: str
    files: tuple[ProposedFile, ...]
    hunks: tuple[Hunk, ...]
    author: str
    """role/provider/model, or a user's name."""


class HunkAccepted(Event, frozen=True):
    """Someone wants this hunk in the files."""

    hunk: str
    by: str
    evidence: str = ""
    """The subset evidence where it was verified first."""


class HunkRejected(Event, frozen=True):
    """Someone does not want this hunk."""

    hunk: str
    by: str
    reason: str = ""


class HunkEdited(Event, frozen=True):
    """Someone changed the proposed lines of this hunk before accepting it."""

    hunk: str
    by: str
    blob: str
    """The new lines that replace the hunk's own."""


class ApplyRequested(Event, frozen=True):
    """Intent: the text of one file is about to change from one content to another."""

    hunks: tuple[str, ...]
    path: str
    before_blob: str
    """Empty: the file does not exist."""
    after_blob: str
    """Empty: the file is to be deleted."""
    via: str
    """disk, or the id of the connection whose editor has the file open."""
    is_undo: bool = False
    after_mode: int = 0
    old_path: str = ""
    levels: dict[str, str] = {}
    """How each hunk gets there (exact, merged, already): an undo must know, also after a crash."""


class HunkApplied(Event, frozen=True):
    """Result: the hunk is in the text that the user sees."""

    hunk: str
    level: str = "exact"
    """exact, or merged where the text had moved on."""


class HunkUndone(Event, frozen=True):
    """Result: exactly this hunk was taken back."""

    hunk: str
    by: str


class HunkConflicted(Event, frozen=True):
    """The hunk no longer merges; both sides are kept to be looked at."""

    hunk: str
    ours_blob: str
    theirs_blob: str
    reason: str


class HunkSuperseded(Event, frozen=True):
    """A newer proposal took this hunk's place."""

    hunk: str
    by: str


class ApplyFailed(Event, frozen=True):
    """Result: the intended change did not happen; the hunks are back where they were."""

    hunks: tuple[str, ...]
    path: str
    reason: str


# --- approvals ------------------------------------------------------------------------------


class ApprovalRequested(Event, frozen=True):
    """A tool call or a question waits for a person."""

    approval: str
    task: str
    subject: str
    why: str
    options: tuple[str, ...]
    expires_ms: int
    rule: str = ""


class ApprovalDecided(Event, frozen=True):
    """A person (or the time limit) answered. decision is one of the options, or expired."""

    approval: str
    decision: str
    by: str


AnyEvent = (
    DaemonStarted
    | DaemonStopped
    | LogRestored
    | SettingChanged
    | StateSealed
    | SessionStarted
    | SessionChanged
    | TranscriptBrought
    | PromptReceived
    | HunksCarried
    | TaskCreated
    | TaskStarted
    | TaskEnded
    | SnapshotTaken
    | SandboxRequested
    | SandboxOpened
    | SandboxClosed
    | MessageAdded
    | StepRequested
    | StepCompleted
    | StepFailed
    | ModelChosen
    | TranscriptCompacted
    | ToolCallRequested
    | ToolCallCompleted
    | EvidenceRecorded
    | ProposalCreated
    | HunkAccepted
    | HunkRejected
    | HunkEdited
    | ApplyRequested
    | HunkApplied
    | HunkUndone
    | HunkConflicted
    | HunkSuperseded
    | ApplyFailed
    | ApprovalRequested
    | ApprovalDecided
)


class Record(Struct, frozen=True):
    """An event with its place in the log."""

    seq: int
    """From 1, without gaps."""
    at_ms: int
    event: AnyEvent
    hash: str
    """SHA-256 over the previous hash, seq, at_ms and the event's bytes."""


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode_event(event: Event) -> bytes:
    """Canonical JSON of an event: same event, same bytes."""
    return _encoder.encode(event)


def decode_event(data: bytes) -> AnyEvent:
    """The event of `encode_event`. Raises msgspec.ValidationError."""
    return _decoder.decode(data)
