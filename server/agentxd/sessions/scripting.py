"""A run as a conversation that the scripted provider plays again."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from agentxd.kernel.events import Record, StepCompleted, TaskCreated, TaskStarted
from agentxd.kernel.messages import Text, ToolCall
from agentxd.kernel.redaction import redact


class PlayedCall(Struct, frozen=True, omit_defaults=True):
    """A tool call; see docs/scripted.md, which describes the whole file."""

    name: str
    arguments: dict[str, Any] = {}
    id: str = ""


class PlayedStep(Struct, frozen=True, omit_defaults=True):
    """One answer of a model."""

    text: str = ""
    calls: tuple[PlayedCall, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int = 0
    stop_reason: str = ""


class Played(Struct, frozen=True):
    """The whole file."""

    goal: str
    steps: tuple[PlayedStep, ...]


class Script:
    """Collects the steps of some tasks from the log; a task that began again begins again here."""

    def __init__(self, tasks: Iterable[str]) -> None:
        self._steps: dict[str, list[PlayedStep]] = {task: [] for task in tasks}
        self._goals: list[str] = []

    def take(self, record: Record) -> None:
        """One record of the log, in order."""
        event = record.event
        if getattr(event, "task", "") not in self._steps:
            return
        if isinstance(event, TaskCreated):
            self._goals.append(event.goal)
        elif isinstance(event, TaskStarted):
            self._steps[event.task].clear()
        elif isinstance(event, StepCompleted) and not event.purpose:
            self._steps[event.task].append(_played(event))

    def text(self) -> str:
        """The file, without secrets."""
        steps = tuple(step for steps in self._steps.values() for step in steps)
        played = msgspec.to_builtins(Played("\n---\n".join(self._goals), steps))
        content = msgspec.json.encode(_redacted(played))
        return msgspec.json.format(content, indent=1).decode() + "\n"


def _played(event: StepCompleted) -> PlayedStep:
    parts = event.message.parts
    return PlayedStep(
        text="".join(part.text for part in parts if isinstance(part, Text)),
        calls=tuple(
            PlayedCall(part.name, part.arguments, part.id)
            for part in parts
            if isinstance(part, ToolCall)
        ),
        input_tokens=event.usage.input_tokens,
        output_tokens=event.usage.output_tokens,
        cost_micros=event.usage.cost_micros,
        stop_reason=event.stop_reason,
    )


def _redacted(value: Any) -> Any:
    """Once more, with the rules of today: the log has none, as far as its own rules knew."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_redacted(item) for item in value]
    return value
