"""Frames on a pipe: a length of four bytes, big-endian, and so many bytes."""

from collections.abc import Iterator

_HEADER = 4
MAX_FRAME_BYTES = 256 << 20
"""What claims to be longer is no frame."""


class BadFrameError(ValueError):
    """What came is no frame; nothing after it can be read either."""


class Frames:
    """Takes bytes as they come and gives whole frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The frames that are complete now. Raises BadFrameError."""
        self._buffer += data
        start = 0
        try:
            while len(self._buffer) - start >= _HEADER:
                size = int.from_bytes(self._buffer[start : start + _HEADER])
                if size > MAX_FRAME_BYTES:
                    raise BadFrameError(f"a frame of {size} bytes was announced")
                end = start + _HEADER + size
                if len(self._buffer) < end:
                    break
                yield bytes(self._buffer[start + _HEADER : end])
                start = end
        finally:
            del self._buffer[:start]


def framed(body: bytes) -> bytes:
    """A body with its length before it."""
    return len(body).to_bytes(_HEADER) + body
