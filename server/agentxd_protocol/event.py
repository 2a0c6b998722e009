"""The event log as clients see it."""

from typing import Any

from agentxd_protocol.approval import Approval
from agentxd_protocol.base import Wire
from agentxd_protocol.choices import ProposalState, StreamKind
from agentxd_protocol.task import Task


class EventRecord(Wire):
    """One fact."""

    seq: int
    at_ms: int
    type: str
    data: dict[str, Any]
    hash: str


class ReadEventsParams(Wire):
    """Records after a cursor."""

    after: int = 0
    limit: int = 500
    types: list[str] = []
    """Only these types; empty for all."""
    task_id: str = ""


class ReadEventsResult(Wire):
    """Oldest first. `next_after` is the cursor for the next call."""

    records: list[EventRecord]
    next_after: int
    last_seq: int


class ProposalBrief(Wire):
    """A proposal without its texts."""

    id: str
    task_id: str
    title: str
    state: ProposalState
    hunk_states: dict[str, str]
    """Hunk id to its state."""


class StateSnapshot(Wire):
    """Everything that the log tells up to one record."""

    tasks: list[Task]
    approvals: list[Approval]
    """Those that wait for a person."""
    proposals: list[ProposalBrief]


class SubscribeEventsParams(Wire):
    """Records after the cursor as notifications, then live ones, without gap or duplicate."""

    after: int | None = None
    """None: from now on."""
    types: list[str] = []
    task_id: str = ""
    has_parts: bool = False
    """Also stream text and output pieces (agentx/part/streamed)."""
    has_snapshot: bool = False
    """Answer with the state at the cursor, which is then `last_seq`, whatever `after` says."""


class SubscribeEventsResult(Wire):
    """The cursor at which live events begin."""

    last_seq: int
    snapshot: StateSnapshot | None = None
    """The state right after record `last_seq`, where it was asked for."""


class PublishedNotification(Wire):
    """New records, in order."""

    records: list[EventRecord]


class StreamedNotification(Wire):
    """A piece of a running task's text or output; may be coalesced."""

    task_id: str
    kind: StreamKind
    text: str
    n_dropped: int = 0
    """Bytes left out because the client was slow."""


class ReplayParams(Wire):
    """Rebuild from the log, with no model and no network."""

    task_id: str = ""
    """Empty: everything."""


class ReplayResult(Wire):
    """What the replay found."""

    n_records: int
    n_seals: int
    """State hashes that were compared."""
    is_same: bool
    state_hash: str
    differences: list[str]
    transcript: list[str]
    """The run, line by line."""
