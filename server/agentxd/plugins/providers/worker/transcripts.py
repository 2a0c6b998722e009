"""Makes a transcript one that every vendor takes, whatever happened while it was made."""

from collections.abc import Iterable, Iterator
from itertools import chain

from agentxd.kernel.messages import Message, Observation, Part, Text, ToolCall

NO_RESULT = "(cancelled: this call has no result)"


def settled(messages: Iterable[Message]) -> tuple[Message, ...]:
    """The transcript without empty messages, and with one result right after each tool call.

    A call that was cancelled gets a result that says so, a result without its call is left out,
    calls that share an id get one of their own, and what the user said meanwhile comes behind the
    results.
    """
    kept: list[Message] = []
    open_ids: list[tuple[str, str]] = []
    delayed: list[Message] = []
    results: dict[str, list[Observation]] = {}
    for message in messages:
        if message.role == "assistant":
            said, ids = _called(message)
            if said.parts:
                kept += [*_closed(open_ids, results, delayed), said]
                open_ids, results, delayed = ids, {}, []
            continue
        for part in message.parts:
            if isinstance(part, Observation):
                results.setdefault(part.call_id, []).append(part)
        words = tuple(part for part in message.parts if _is_said(part))
        if words:
            delayed.append(Message("user", words))
    return (*kept, *_closed(open_ids, results, delayed))


def _is_said(part: Part) -> bool:
    """Words, not white space: some vendors refuse empty ones."""
    return isinstance(part, Text) and bool(part.text.strip())


def _called(message: Message) -> tuple[Message, list[tuple[str, str]]]:
    """What the model said, with an id of its own for each call; the (old, new) ids beside it."""
    parts: list[Part] = []
    ids: list[tuple[str, str]] = []
    for part in message.parts:
        if isinstance(part, ToolCall):
            called = unique_id(part.id or "call", {new for _, new in ids})
            ids.append((part.id, called))
            parts.append(ToolCall(called, part.name, part.arguments))
        elif not isinstance(part, Text) or part.text.strip():
            parts.append(part)
    said = any(isinstance(part, Text | ToolCall) for part in parts)
    return Message("assistant", tuple(parts) if said else ()), ids


def unique_id(wanted: str, taken: set[str]) -> str:
    """The id, with a number behind it where another call has it."""
    names = chain((wanted,), (f"{wanted}_{number}" for number in range(2, len(taken) + 2)))
    return next(name for name in names if name not in taken)


def _closed(
    ids: list[tuple[str, str]], results: dict[str, list[Observation]], delayed: list[Message]
) -> Iterator[Message]:
    """The results in the order of their calls, then what the user said."""
    parts = []
    for old, new in ids:
        found = results.get(old)
        done = found.pop(0) if found else Observation(new, NO_RESULT, is_error=True)
        parts.append(Observation(new, done.output, done.is_error))
    if parts:
        yield Message("tool", tuple(parts))
    if words := tuple(part for message in delayed for part in message.parts):
        yield Message("user", words)
