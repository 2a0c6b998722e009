"""Every fact that AgentX remembers, as immutable values; the event log is the truth.

An intent (`…Requested`) is written before an effect, its result after it.
"""

import msgspec
from msgspec import Struct

from agentxd.kernel.events.approvals import (
    ApprovalDecided,
    ApprovalRequested,
)
from agentxd.kernel.events.base import Event
from agentxd.kernel.events.daemon import (
    DaemonStarted,
    DaemonStopped,
    LogRestored,
    SettingChanged,
    StateSealed,
)
from agentxd.kernel.events.proposals import (
    ApplyFailed,
    ApplyRequested,
    HunkAccepted,
    HunkApplied,
    HunkConflicted,
    HunkEdited,
    HunkRejected,
    HunkSuperseded,
    HunkUndone,
    ProposalCreated,
)
from agentxd.kernel.events.sessions import (
    HunksCarried,
    HunksKept,
    PromptReceived,
    SessionChanged,
    SessionStarted,
    TranscriptBrought,
)
from agentxd.kernel.events.steps import (
    MessageAdded,
    ModelChosen,
    StepCompleted,
    StepFailed,
    StepRequested,
    ToolCallCompleted,
    ToolCallRequested,
    TranscriptCompacted,
)
from agentxd.kernel.events.tasks import (
    EvidenceRecorded,
    PauseRequested,
    SandboxClosed,
    SandboxOpened,
    SandboxRequested,
    SnapshotTaken,
    TakeOverRequested,
    TaskCreated,
    TaskEnded,
    TaskPaused,
    TaskResumed,
    TaskStarted,
)

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
    | HunksKept
    | TaskCreated
    | TaskStarted
    | PauseRequested
    | TaskPaused
    | TaskResumed
    | TakeOverRequested
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


__all__ = [
    "AnyEvent",
    "ApplyFailed",
    "ApplyRequested",
    "ApprovalDecided",
    "ApprovalRequested",
    "DaemonStarted",
    "DaemonStopped",
    "Event",
    "EvidenceRecorded",
    "HunkAccepted",
    "HunkApplied",
    "HunkConflicted",
    "HunkEdited",
    "HunkRejected",
    "HunkSuperseded",
    "HunkUndone",
    "HunksCarried",
    "HunksKept",
    "LogRestored",
    "MessageAdded",
    "ModelChosen",
    "PauseRequested",
    "PromptReceived",
    "ProposalCreated",
    "Record",
    "SandboxClosed",
    "SandboxOpened",
    "SandboxRequested",
    "SessionChanged",
    "SessionStarted",
    "SettingChanged",
    "SnapshotTaken",
    "StateSealed",
    "StepCompleted",
    "StepFailed",
    "StepRequested",
    "TakeOverRequested",
    "TaskCreated",
    "TaskEnded",
    "TaskPaused",
    "TaskResumed",
    "TaskStarted",
    "ToolCallCompleted",
    "ToolCallRequested",
    "TranscriptBrought",
    "TranscriptCompacted",
    "decode_event",
    "encode_event",
]
