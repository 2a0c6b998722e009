"""What every adapter does with an answer: reads arguments, tells silence from an end."""

import json
from collections.abc import Iterator
from typing import Any

from agentxd.kernel.messages import (
    NO_OBJECT,
    Finished,
    Message,
    ModelRequest,
    Part,
    Text,
    Thinking,
    ToolCall,
    Usage,
)
from agentxd.kernel.models import Model
from agentxd.kernel.plain import NOT_PLAIN, is_plain
from agentxd.plugins.providers.worker.transcripts import unique_id
from agentxd.plugins.providers.worker.troubles import Place


def read_arguments(text: str) -> dict[str, Any]:
    """The arguments of a call; what is no JSON object is kept under a key that says so."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {NO_OBJECT: text}
    return found if isinstance(found, dict) else {NO_OBJECT: text}


def _tidied(parts: list[Part]) -> Iterator[Part]:
    """Without empty parts, and each call with an id of its own: results are matched by it."""
    taken: set[str] = set()
    for part in parts:
        if isinstance(part, ToolCall):
            name = unique_id(part.id or "call", taken)
            taken.add(name)
            arguments = part.arguments if is_plain(part.arguments) else {NO_OBJECT: NOT_PLAIN}
            yield ToolCall(name, part.name, arguments)
        elif part not in (Text(""), Thinking("")):
            yield part


def whole_step(
    request: ModelRequest,
    model: Model,
    place: Place,
    parts: list[Part],
    *,
    reason: str,
    usage: Usage,
) -> Finished:
    """The end of a step with its price. Raises ProviderError for an answer without anything."""
    parts = list(_tidied(parts))
    said = any(isinstance(part, Text | ToolCall) for part in parts)
    # after a tool's result a model may have nothing to add
    is_silence_fine = request.messages[-1].role == "tool" or reason in ("refused", "length")
    if not said and not is_silence_fine:
        raise place.empty(request.model)
    if reason == "end" and any(isinstance(part, ToolCall) for part in parts):
        reason = "tool_calls"
    return Finished(Message("assistant", tuple(parts)), reason, model.priced(usage))


class Seen:
    """One event of a stream as it came, its fields as attributes; what it lacks is None.

    An SDK would check each event against all kinds that there are, which takes longer than
    everything else that is done with it.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def __getattr__(self, name: str) -> Any:
        return _seen(self.raw.get(name))


def _seen(value: Any) -> Any:
    if isinstance(value, dict):
        return Seen(value)
    return [_seen(item) for item in value] if isinstance(value, list) else value
