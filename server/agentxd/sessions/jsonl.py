"""A transcript as JSON Lines: one message a line, written for anybody and read from nobody's."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.messages import Link, Message, Part, ToolCall
from agentxd.kernel.plain import is_plain
from agentxd.sessions.chain import Chain, whole

MAX_BYTES = 4 << 20
MAX_LINE_BYTES = 1 << 20
MAX_MESSAGES = 20_000
VERSION = 1
_FORMAT = "See docs/sessions.md for the format; agentxd export SESSION writes it."


class Head(Struct, frozen=True, tag="session", tag_field="type"):
    """The first line: whose transcript it is."""

    version: int = VERSION
    session: str = ""
    title: str = ""


class Line(Struct, frozen=True, tag="message", tag_field="type"):
    """One message."""

    id: str
    parent: str
    role: str
    parts: tuple[Part, ...]
    time: int = 0
    """Milliseconds since 1970, 0 where nobody knows."""
    model: str = ""


class Brought(Struct, frozen=True):
    """What was read."""

    title: str
    chain: Chain


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder: msgspec.json.Decoder[Head | Line] = msgspec.json.Decoder(Head | Line)


def written(head: Head, links: Sequence[Link]) -> Iterator[str]:
    """The lines of a transcript, without line ends."""
    yield _encoder.encode(head).decode()
    for link in links:
        message = link.message
        line = Line(link.id, link.parent, message.role, message.parts, link.at_ms, link.model)
        yield _encoder.encode(line).decode()


def read(text: str) -> Brought:
    """The transcript up to its last valid message. Raises InvalidRequestError."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise InvalidRequestError(
            f"the file is larger than {MAX_BYTES >> 20} MiB",
            "Take fewer lines of it: each message is one, and the first come first.",
        )
    head, links, damage = _read_lines(text.split("\n"))
    chain = whole(links, damage)
    if not chain.links:
        reason = chain.cut or "there is no message in it"
        raise InvalidRequestError(f"nothing could be read: {reason}", _FORMAT)
    return Brought(head.title[:200], chain)


def _read_lines(lines: Sequence[str]) -> tuple[Head, list[Link], str]:
    """Head and links up to the first damaged line, and what is wrong with that."""
    head = Head()
    links: list[Link] = []
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        line = _decoded(text)
        if isinstance(line, str):
            return head, links, f"line {number} {line}"
        if isinstance(line, Head):
            if line.version > VERSION:
                words = f"line {number} is of format {line.version}, which is newer than {VERSION}"
                raise InvalidRequestError(words, "Update AgentX.")
            head = line
        elif len(links) >= MAX_MESSAGES:
            return head, links, f"there are more than {MAX_MESSAGES} messages"
        else:
            message = Message(line.role, line.parts)
            links.append(Link(line.id, line.parent, message, line.time, line.model))
    return head, links, ""


def _decoded(text: str) -> Head | Line | str:
    """A line, or what is wrong with it."""
    if len(text) > MAX_LINE_BYTES:
        return f"is longer than {MAX_LINE_BYTES >> 20} MiB"
    try:
        line = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return f"is damaged: {error}"
    return line if _is_plain(line) else "has numbers or nesting that cannot be sent on"


def _is_plain(line: Head | Line) -> bool:
    if isinstance(line, Head):
        return True
    calls = (part.arguments for part in line.parts if isinstance(part, ToolCall))
    return is_plain(line.time) and all(map(is_plain, calls))
