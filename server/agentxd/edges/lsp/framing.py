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
        self._is_lost = False
        """True behind something bad, until the next header begins."""

    def feed(self, data: bytes) -> Iterator[Frame | BadFrame]:
        """Every frame that is complete by now."""
        self._buffer += data
        while (found := self._next()) is not None:
            yield found

    def _next(self) -> Frame | BadFrame | None:
        if not self._is_at_header():
            return None
        end = self._buffer.find(_END)
        if end < 0:
            return self._endless_header()
        length = _content_length(bytes(self._buffer[:end]))
        if isinstance(length, str):
            return self._lose(end, length)
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

    def _is_at_header(self) -> bool:
        """Drop what is passed over; False where more must come first."""
        if self._n_skipped:
            n = min(self._n_skipped, len(self._buffer))
            del self._buffer[:n]
            self._n_skipped -= n
        if self._is_lost:
            at = self._buffer.lower().find(_LENGTH)
            self._is_lost = at < 0
            del self._buffer[: _tail(self._buffer) if at < 0 else at]
        return not self._n_skipped and not self._is_lost

    def _endless_header(self) -> BadFrame | None:
        if len(self._buffer) <= _MAX_HEADER:
            return None
        at = self._buffer.lower().rfind(_LENGTH)
        del self._buffer[: at if at > 0 else _tail(self._buffer)]
        self._is_lost = True
        return BadFrame("a header without end")

    def _lose(self, end: int, reason: str) -> BadFrame:
        """Drop the bad header, and with the next steps all up to where a header begins.

        A good header may begin in the middle of its line, behind the rest of a bad body.
        """
        header = self._buffer[:end].lower()
        inside = header.rfind(_LENGTH)
        is_inside = inside > 0 and header[inside - 1 : inside] != b"\n"
        del self._buffer[: inside if is_inside else end + len(_END)]
        self._is_lost = True
        return BadFrame(reason)


def _tail(data: bytearray) -> int:
    """Where the last bytes begin that may be the start of a header, cut off by a read."""
    low = bytes(data[-len(_LENGTH) :]).lower()
    kept = next((n for n in range(len(low), 0, -1) if _LENGTH.startswith(low[-n:])), 0)
    return len(data) - kept


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
