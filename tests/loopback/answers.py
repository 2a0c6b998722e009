"""What the loopback server is told to play, in words that belong to no vendor."""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

Json = dict[str, Any]
SIGNATURE = "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk="
"""A made-up seal of thinking, opaque as the real ones are."""


class Act(Enum):
    """What is in a stream besides bytes."""

    BEAT = auto()
    """The model thinks about its next token; a paced answer waits here."""
    STALL = auto()
    """Nothing more comes, and the connection stays open until the client goes."""
    RESET = auto()
    """The connection dies with a TCP reset."""


Item = bytes | float | Act
"""A piece of a body, a pause in seconds, or an act."""


class Stop(Enum):
    """Why the model stops."""

    END = auto()
    TOOLS = auto()
    LENGTH = auto()
    REFUSAL = auto()


@dataclass(frozen=True)
class Text:
    """Words to the user; each piece is one delta."""

    pieces: Sequence[str]

    @property
    def whole(self) -> str:
        """All pieces."""
        return "".join(self.pieces)


@dataclass(frozen=True)
class Thinking(Text):
    """Reasoning, and the seal that must come back with it."""

    signature: str = SIGNATURE


@dataclass(frozen=True)
class Call:
    """One tool call."""

    name: str
    arguments: Mapping[str, Any] | str
    """As a text it goes out as it is, valid JSON or not."""
    id: str = ""
    """Empty for a new one in the vendor's form."""

    @property
    def json(self) -> str:
        """The arguments as the wire carries them."""
        if isinstance(self.arguments, str):
            return self.arguments
        return json.dumps(self.arguments, ensure_ascii=False)

    @property
    def pieces(self) -> list[str]:
        """The arguments as they are streamed, cut without regard for tokens."""
        return re.findall(r"(?s).{1,12}", self.json)


@dataclass(frozen=True)
class Refusal(Text):
    """The model's own words for why it does not answer."""


Part = Text | Thinking | Call | Refusal


@dataclass(frozen=True)
class Usage:
    """Tokens; what is None is estimated from what was sent and played."""

    input: int | None = None
    """Read afresh: neither from the cache nor into it."""
    output: int | None = None
    """Thinking included."""
    cache_read: int = 0
    cache_write: int = 0
    thinking: int = 0

    @property
    def prompt(self) -> int:
        """Everything that the model read."""
        return (self.input or 0) + self.cache_read + self.cache_write


@dataclass(frozen=True)
class Answer:
    """One answer of a model."""

    parts: tuple[Part, ...]
    usage: Usage = Usage()
    stop: Stop = Stop.END
    pace_s: float = 0.0
    """Seconds between two deltas."""


def answer(
    *parts: Part | str,
    usage: Usage | None = None,
    stop: Stop | None = None,
    pace_s: float = 0.0,
) -> Answer:
    """An answer; plain strings are text, streamed by words. Stops for tools where it calls some."""
    whole = tuple(words(part) if isinstance(part, str) else part for part in parts)
    calls = any(isinstance(part, Call) for part in whole)
    return Answer(whole, usage or Usage(), stop or (Stop.TOOLS if calls else Stop.END), pace_s)


def words(text: str) -> Text:
    """Text in pieces of one word each."""
    return Text(tuple(re.findall(r"\s*\S+|\s+$", text)))


def thought(text: str, signature: str = SIGNATURE) -> Thinking:
    """Thinking in pieces of one word each."""
    return Thinking(words(text).pieces, signature)


def call(name: str, /, **arguments: Any) -> Call:
    """A tool call with a new id."""
    return Call(name, arguments)


def paced(pieces: Sequence[str]) -> Iterator[str | Act]:
    """Each piece after its beat, made no earlier than that."""
    for index in range(len(pieces)):
        yield Act.BEAT
        yield pieces[index]


class Stamps(Sequence[str]):
    """Pieces that tell when they left: `time.monotonic()` in seconds, one clock for all processes."""

    def __init__(self, n: int) -> None:
        self._n = n

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < self._n:
            raise IndexError(index)
        return f"{time.monotonic():.6f} "


def stamped(n_tokens: int, per_s: float) -> Answer:
    """An answer for benchmarks: `n_tokens` time stamps at a steady pace, `per_s` a second."""
    return Answer((Text(Stamps(n_tokens)),), Usage(output=n_tokens), pace_s=1 / per_s)
