"""What an agent does: model calls, tool calls, messages."""

from msgspec import field

from agentxd.kernel.events.base import Event
from agentxd.kernel.messages import Message, Observation, ToolCall, Usage


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
    """compact for a summary of the transcript, review for a reviewer's reading; no transcript holds
    these. Else empty."""


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
    passed_over: dict[str, str] = field(default_factory=dict)
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
