"""What a wire is: how one vendor writes an answer, a stream and an error."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from loopback.answers import Act, Answer, Call, Json, Usage

CREATED_S = 1_767_225_600
"""When every answer was made: the first second of 2026, so that streams can be compared."""


@dataclass(frozen=True)
class Turn:
    """One answer on its way to one request."""

    answer: Answer
    body: Json
    serial: int
    """Counts the server's answers from 1; ids are made of it."""

    @property
    def model(self) -> str:
        """As the client named it."""
        return str(self.body.get("model", ""))

    @property
    def usage(self) -> Usage:
        """With nothing left to estimate: four characters are a token."""
        usage = self.answer.usage
        sent = estimate(json.dumps(self.body, ensure_ascii=False))
        made = sum(
            estimate(part.json if isinstance(part, Call) else part.whole)
            for part in self.answer.parts
        )
        return replace(
            usage,
            input=sent if usage.input is None else usage.input,
            output=max(made, usage.thinking) if usage.output is None else usage.output,
        )

    def id(self, prefix: str, index: int = 0) -> str:
        """An id in a vendor's form, the same in each run."""
        return f"{prefix}{self.serial:016d}{index:04d}"

    def call_id(self, prefix: str, call: Call, index: int) -> str:
        """The id that the answer asks for, or a new one."""
        return call.id or self.id(prefix, index)


@dataclass(frozen=True)
class Trouble:
    """An error that a vendor would tell."""

    status: int
    message: str
    code: str = ""
    """OpenAI's `error.code`, empty for none."""
    words: tuple[tuple[str, str], ...] = ()
    """Wire and its own message, where clients may look at the words."""

    def on(self, wire: str) -> str:
        """The message as this vendor puts it."""
        return dict(self.words).get(wire, self.message)


class Wire(Protocol):
    """One vendor's way to write."""

    name: str
    path: str
    """Where answers are asked for."""
    stream_type: str
    """Content type of a stream."""

    def wants_stream(self, body: Json) -> bool:
        """Whether the client asks for a stream."""
        ...

    def stream(self, turn: Turn) -> Iterator[bytes | Act]:
        """The events, each framed, with a beat before each delta."""
        ...

    def whole(self, turn: Turn) -> Json:
        """The same as one body."""
        ...

    def error(self, trouble: Trouble) -> Json:
        """The body of an error."""
        ...

    def broken_off(self, turn: Turn, trouble: Trouble) -> bytes:
        """An error in mid-stream, framed."""
        ...

    def headers(self, serial: int) -> dict[str, str]:
        """What this vendor sends along with every answer."""
        ...

    def objection(self, body: Json, headers: dict[str, str]) -> Trouble | None:
        """What this vendor would not accept about a request."""
        ...


def estimate(text: str) -> int:
    """Tokens of a text."""
    return math.ceil(len(text) / 4)


def dumps(value: object) -> bytes:
    """Compact JSON, in real UTF-8 rather than in escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def event(data: Json, name: str = "") -> bytes:
    """One server-sent event."""
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + dumps(data) + b"\n\n"
