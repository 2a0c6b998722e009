"""Cuts a byte stream into LSP frames, and finds the next good one after garbage."""

from collections.abc import Iterator

from msgspec import Struct

MAX_BODY = 64 << 20
"""Bytes of the largest message that is read; a larger one is passed over and answered."""
_MAX_HEADER = 8 << 10
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Frame(Struct, frozen=True):
    """The body of one message."""

    body: bytes


class BadFrame(Struct, frozen=True):
    """Something that is no message; the reader goes on behind it."""

    reason: str


class FrameReader:
    """Feed it bytes as they come; it yields frames and what was wrong between them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._n_skipped = 0

    def feed(self, data: bytes) -> Iterator[Frame | BadFrame]:
        """Every frame that is complete by now."""
        self._buffer += data
        while (found := self._next()) is not None:
            yield found

    def _next(self) -> Frame | BadFrame | None:
        if self._n_skipped:
            n = min(self._n_skipped, len(self._buffer))
            del self._buffer[:n]
            self._n_skipped -= n
            if self._n_skipped:
                return None
        end = self._buffer.find(_END)
        if end < 0:
            return self._endless_header()
        length = _content_length(bytes(self._buffer[:end]))
        if isinstance(length, str):
            return self._resynchronise(end, length)
        start = end + len(_END)
        if length > MAX_BODY:
            del self._buffer[:start]
            self._n_skipped = length
            return BadFrame(f"a message of {length} bytes is larger than {MAX_BODY}")
        if len(self._buffer) < start + length:
            return None
        body = bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return Frame(body)

    def _endless_header(self) -> BadFrame | None:
        if len(self._buffer) <= _MAX_HEADER:
            return None
        at = bytes(self._buffer).lower().rfind(_LENGTH)
        del self._buffer[: at if at > 0 else len(self._buffer)]
        return BadFrame("a header without end")

    def _resynchronise(self, end: int, reason: str) -> BadFrame:
        """Drop the bad header; what follows up to the next header is dropped with it.

        A good header may begin in the middle of its line, behind the rest of a bad body.
        """
        header = bytes(self._buffer[:end]).lower()
        inside = header.rfind(_LENGTH)
        if inside > 0 and header[inside - 1 : inside] != b"\n":
            del self._buffer[:inside]
            return BadFrame(reason)
        rest = bytes(self._buffer[end + len(_END) :])
        at = rest.lower().find(_LENGTH)
        self._buffer = bytearray(rest[at:] if at >= 0 else rest if not rest.strip() else b"")
        return BadFrame(reason)


def _content_length(header: bytes) -> int | str:
    """The length, or why there is none. Of garbage before the last line nothing is kept."""
    lengths = [
        line.partition(b":")[2].strip()
        for line in header.split(b"\r\n")
        if line.lower().lstrip().startswith(_LENGTH)
    ]
    if not lengths:
        return "a header without Content-Length"
    if len(set(lengths)) > 1:
        return "a header with two lengths"
    if not lengths[0].isdigit() or len(lengths[0]) > 18:  # noqa: PLR2004  # fits 64 bits
        return "a Content-Length that is no number"
    return int(lengths[0])


def frame(body: bytes) -> bytes:
    """The message on the wire."""
    return b"Content-Length: %d\r\n\r\n" % len(body) + body
