"""Reads one object after the other from a git that stays for it."""

from types import TracebackType
from typing import Self

from agentxd.plugins.changes.git_process import Git

_PIECE = 1 << 16


class BlobReader:
    """A `git cat-file --batch` that ends with `close`."""

    def __init__(self, git: Git) -> None:
        self._process = git.started(["cat-file", "--batch"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def read(self, object_id: str, max_bytes: int) -> bytes | None:
        """None where it is not here, is larger, or git has gone."""
        asks, answers = self._process.stdin, self._process.stdout
        if asks is None or answers is None:
            return None
        try:
            asks.write(f"{object_id}\n".encode())
            asks.flush()
        except OSError:
            return None
        words = answers.readline().split()
        if len(words) != 3:  # noqa: PLR2004  # it says what it lacks
            return None
        size = int(words[2])
        if size <= max_bytes:
            return answers.read(size + 1)[:size]
        left = size + 1
        while left and (piece := answers.read(min(left, _PIECE))):
            left -= len(piece)
        return None

    def close(self) -> None:
        """End it, and wait for that."""
        if self._process.stdin:
            self._process.stdin.close()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()
