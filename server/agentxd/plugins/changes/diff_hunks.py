"""The hunks of a unified diff, taken by their counts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Span

_HEAD = Lazy(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_NEXT = "Give it as `git diff` or `diff -u` wrote it."


class Hunk(NamedTuple):
    """Lines count from 0 and keep their ends."""

    old_start: int
    new_start: int
    rows: tuple[tuple[bytes, bytes], ...]
    """Sign (blank, minus or plus) and line."""

    @property
    def old(self) -> list[bytes]:
        """Its lines before."""
        return [line for sign, line in self.rows if sign != b"+"]

    @property
    def new(self) -> list[bytes]:
        """Its lines after."""
        return [line for sign, line in self.rows if sign != b"-"]

    def spans(self) -> Iterator[Span]:
        """Its runs of changed lines."""
        old, new = self.old_start, self.new_start
        n_old = n_new = 0
        for sign, _ in (*self.rows, (b" ", b"")):
            if sign == b" ":
                if n_old or n_new:
                    yield Span(old, n_old, new, n_new)
                old, new, n_old, n_new = old + n_old + 1, new + n_new + 1, 0, 0
            elif sign == b"-":
                n_old += 1
            else:
                n_new += 1


def read_hunk(lines: Sequence[bytes], at: int) -> tuple[Hunk, int]:
    """The hunk whose head stands there, and the index behind it. Raises InvalidRequestError."""
    head = _HEAD.match(lines[at])
    if not head:
        raise off(at, "is no head of a hunk")
    old_at, n_old, new_at, n_new = (1 if word is None else int(word) for word in head.groups())
    starts = old_at - (n_old > 0), new_at - (n_new > 0)
    if min(starts) < 0:
        raise off(at, "counts lines from 0")
    rows, behind = _rows(lines, at, n_old, n_new)
    return Hunk(*starts, tuple(rows)), behind


def off(at: int, words: str) -> InvalidRequestError:
    """The error for a line, by its index."""
    return InvalidRequestError(f"line {at + 1} of the diff {words}", _NEXT)


def _rows(
    lines: Sequence[bytes], head: int, n_old: int, n_new: int
) -> tuple[list[tuple[bytes, bytes]], int]:
    rows: list[tuple[bytes, bytes]] = []
    at = head + 1
    while n_old or n_new or (at < len(lines) and lines[at].startswith(b"\\")):
        if at >= len(lines) or (at == len(lines) - 1 and not lines[at]):
            raise off(head, "begins a hunk that is cut off")
        sign, text = lines[at][:1] or b" ", lines[at][1:]
        if sign.strip(b"\r") == b"":
            sign, text = b" ", lines[at]  # a mailer took the blank of an empty line
        if sign == b"\\":
            if not rows:
                raise off(at, "ends a line that is not there")
            rows[-1] = (rows[-1][0], rows[-1][1].removesuffix(b"\n"))
        else:
            n_old, n_new = n_old - (sign in b" -"), n_new - (sign in b" +")
            if sign not in b" -+" or min(n_old, n_new) < 0:
                raise off(at, "does not fit the counts of its hunk")
            rows.append((sign, text + b"\n"))
        at += 1
    return rows, at
