"""The scripted provider: plays a written or recorded conversation, step by step.

Format: `docs/scripted.md`. It is truthful about being scripted: its name is in every proposal.
"""

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import (
    Delta,
    Finished,
    Message,
    ModelRequest,
    Observation,
    Part,
    Text,
    TextDelta,
    ToolCall,
    Usage,
)

_REPAIR = "compare the conversation file with docs/scripted.md of the project"


class Expectation(Struct, frozen=True, forbid_unknown_fields=True):
    """What the observations of the step before must look like."""

    call: str = ""
    """Id of the call; empty for any."""
    contains: str = ""
    matches: str = ""
    """A regular expression that is searched for."""
    is_error: bool | None = None


class ScriptedCall(Struct, frozen=True, forbid_unknown_fields=True):
    """A tool call."""

    name: str
    arguments: dict[str, Any] = {}
    id: str = ""
    """Empty: numbered by step and place, `c1.1`."""


class ScriptedStep(Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of the "model"."""

    text: str = ""
    calls: tuple[ScriptedCall, ...] = ()
    expect: tuple[Expectation, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int = 0
    stop_reason: str = ""
    echo: dict[str, str] = {}
    """A word of `text` to a regular expression: what its group finds in the last message takes
    the place of the word."""


class ScriptedConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole file."""

    steps: tuple[ScriptedStep, ...]
    goal: str = ""
    """For the reader; not checked."""


class ScriptedProvider:
    """Plays the same conversation to every task. Which step is next follows from the transcript."""

    name = "scripted"

    def __init__(self, steps: Sequence[ScriptedStep]) -> None:
        self._steps = tuple(steps)

    def models(self) -> Sequence[str]:
        """There is just the one."""
        return ("script",)

    async def stream(self, request: ModelRequest) -> AsyncIterator[Delta]:
        """The next step. Raises ProviderError at the end of the script or a failed expectation."""
        n_done = sum(message.role == "assistant" for message in request.messages)
        if n_done >= len(self._steps):
            raise ProviderError(
                f"The script has {len(self._steps)} steps and step {n_done + 1} was asked for.",
                "end the script with a step that calls no tool",
            )
        step = self._steps[n_done]
        _check(step.expect, request.messages, n_done + 1)
        step = replace(step, text=_echoed(step, request.messages))
        for word in re.findall(r"\S+\s*|\s+", step.text):
            yield TextDelta(word)
        yield _finished(step, n_done + 1)


def read_conversation(content: bytes) -> ScriptedConversation:
    """Read a JSON file (one object) or JSON Lines (one step per line). Raises ProviderError."""
    conversation = _decoded(content)
    for number, step in enumerate(conversation.steps, start=1):
        named = [("matches", expected.matches) for expected in step.expect]
        for name, pattern in [*named, *(("echo", pattern) for pattern in step.echo.values())]:
            try:
                re.compile(pattern)
            except re.error as error:
                problem = f"`{name}` of step {number} is no regular expression: {error}"
                raise ProviderError(
                    f"The conversation cannot be read: {problem}", _REPAIR
                ) from error
    return conversation


def _decoded(content: bytes) -> ScriptedConversation:
    try:
        return msgspec.json.decode(content, type=ScriptedConversation)
    except msgspec.DecodeError as whole:
        try:
            lines = msgspec.json.Decoder(ScriptedStep).decode_lines(content)
        except msgspec.DecodeError as error:
            problem = whole if _is_whole(content) else error
            raise ProviderError(f"The conversation cannot be read: {problem}", _REPAIR) from error
    return ScriptedConversation(tuple(lines))


def _is_whole(content: bytes) -> bool:
    """Whether this was meant as one object: then its own error is the useful one."""
    return re.match(rb'\s*\{\s*"(?:goal|steps)"', content) is not None


def scripted_from(path: Path) -> ScriptedProvider:
    """A provider that plays this file. Raises ProviderError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProviderError(f"{path}: {error.strerror}", "name a file that is there") from error
    return ScriptedProvider(read_conversation(content).steps)


def conversation_of(transcript: Sequence[Message]) -> ScriptedConversation:
    """Record a transcript so that it can be played again."""
    steps = [_recorded(message) for message in transcript if message.role == "assistant"]
    return ScriptedConversation(tuple(steps))


def _recorded(message: Message) -> ScriptedStep:
    calls = [part for part in message.parts if isinstance(part, ToolCall)]
    text = "".join(part.text for part in message.parts if isinstance(part, Text))
    return ScriptedStep(
        text, tuple(ScriptedCall(call.name, call.arguments, call.id) for call in calls)
    )


def _echoed(step: ScriptedStep, messages: Sequence[Message]) -> str:
    """The text with what it takes up from the last message; a word without a find stays."""
    if not step.echo or not messages:
        return step.text
    parts = messages[-1].parts
    heard, text = "\n".join(part.text for part in parts if isinstance(part, Text)), step.text
    for word, pattern in step.echo.items():
        if found := re.search(pattern, heard):
            text = text.replace(word, found[found.re.groups and 1])
    return text


def _finished(step: ScriptedStep, number: int) -> Finished:
    parts: list[Part] = [Text(step.text)] if step.text else []
    for place, call in enumerate(step.calls, start=1):
        parts.append(ToolCall(call.id or f"c{number}.{place}", call.name, call.arguments))
    stop_reason = step.stop_reason or ("tool_calls" if step.calls else "end")
    usage = Usage(step.input_tokens, step.output_tokens, step.cost_micros)
    return Finished(Message("assistant", tuple(parts)), stop_reason, usage)


def _check(expected: Sequence[Expectation], messages: Sequence[Message], number: int) -> None:
    seen = _last_observations(messages)
    for one in expected:
        if not any(_fits(one, observation) for observation in seen):
            got = "; ".join(f"{item.call_id}: {item.output[:200]!r}" for item in seen) or "nothing"
            raise ProviderError(
                f"Step {number} of the script expected {_told(one)}, but saw {got}.",
                "mend the script, or what made the tool answer differently",
            )


def _last_observations(messages: Sequence[Message]) -> list[Observation]:
    for message in reversed(messages):
        if message.role == "tool":
            return [part for part in message.parts if isinstance(part, Observation)]
    return []


def _fits(expected: Expectation, observation: Observation) -> bool:
    return (
        expected.call in ("", observation.call_id)
        and expected.contains in observation.output
        and re.search(expected.matches, observation.output) is not None
        and expected.is_error in (None, observation.is_error)
    )


def _told(expected: Expectation) -> str:
    return msgspec.json.encode(expected).decode()
