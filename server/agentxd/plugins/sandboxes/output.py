"""Output of a command: head and tail are kept, the middle is counted."""

from collections import deque


class BoundedOutput:
    """Keeps at most `limit` bytes of a stream: its first half and its newest half."""

    def __init__(self, limit: int) -> None:
        self._half = max(1, limit // 2)
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._n_tail = 0
        self.n_bytes = 0

    def add(self, piece: bytes) -> None:
        """Take in the next piece."""
        self.n_bytes += len(piece)
        room = self._half - len(self._head)
        self._head += piece[:room]
        rest = piece[max(0, room) :]
        if not rest:
            return
        self._tail.append(rest)
        self._n_tail += len(rest)
        while self._n_tail - len(self._tail[0]) >= self._half:
            self._n_tail -= len(self._tail.popleft())

    @property
    def is_truncated(self) -> bool:
        """Whether anything was left out."""
        return self.n_bytes > len(self._head) + min(self._n_tail, self._half)

    def content(self) -> bytes:
        """What was kept, with a line that tells what was not."""
        tail = b"".join(self._tail)[-self._half :]
        n_left_out = self.n_bytes - len(self._head) - len(tail)
        if n_left_out <= 0:
            return bytes(self._head) + tail
        return bytes(self._head) + b"\n[... %d bytes left out ...]\n" % n_left_out + tail
