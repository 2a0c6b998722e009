"""Line differences: unique common lines are the anchors (patience), the gaps are matched inside."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_SMALL = 2_000
"""Gaps with at most so many lines on each side get the exact matcher, larger ones none."""


_Box = tuple[int, int, int, int]


class Change(NamedTuple):
    """Lines a[a_start:a_end] became b[b_start:b_end]."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


def changes(a: Sequence[bytes], b: Sequence[bytes]) -> list[Change]:
    """What turns a into b: ordered, never touching each other, none empty on both sides."""
    return _joined(_raw(a, b))


def _raw(a: Sequence[bytes], b: Sequence[bytes]) -> Iterator[Change]:
    stack = [(0, len(a), 0, len(b))]
    while stack:
        a0, a1, b0, b1 = stack.pop()
        while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
            a0, b0 = a0 + 1, b0 + 1
        while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
            a1, b1 = a1 - 1, b1 - 1
        if a0 == a1 or b0 == b1:
            if (a0, b0) != (a1, b1):
                yield Change(a0, a1, b0, b1)
            continue
        anchors = _anchors(a, b, (a0, a1, b0, b1))
        if anchors:
            stack.extend(reversed(_gaps(anchors, (a0, a1, b0, b1))))
        else:
            yield from _matched(a, b, (a0, a1, b0, b1))


def _gaps(anchors: list[tuple[int, int]], box: _Box) -> list[_Box]:
    a0, a1, b0, b1 = box
    gaps: list[_Box] = []
    for x, y in anchors:
        gaps.append((a0, x, b0, y))
        a0, b0 = x + 1, y + 1
    return [*gaps, (a0, a1, b0, b1)]


def _anchors(a: Sequence[bytes], b: Sequence[bytes], box: _Box) -> list[tuple[int, int]]:
    """Lines that stand once on each side, longest increasing run of them."""
    a0, a1, b0, b1 = box
    n_a, n_b = Counter(a[a0:a1]), Counter(b[b0:b1])
    place = {b[y]: y for y in range(b0, b1) if n_b[b[y]] == 1}
    pairs = [(x, place[a[x]]) for x in range(a0, a1) if n_a[a[x]] == 1 and a[x] in place]
    return _increasing(pairs)


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    tails: list[int] = []
    indices: list[int] = []
    before: list[int] = []
    for index, (_, y) in enumerate(pairs):
        at = bisect_left(tails, y)
        before.append(indices[at - 1] if at else -1)
        tails[at : at + 1] = [y]
        indices[at : at + 1] = [index]
    found: list[tuple[int, int]] = []
    index = indices[-1] if indices else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _matched(a: Sequence[bytes], b: Sequence[bytes], box: _Box) -> Iterator[Change]:
    a0, a1, b0, b1 = box
    if max(a1 - a0, b1 - b0) > _SMALL:
        yield Change(a0, a1, b0, b1)
        return
    matcher = SequenceMatcher(None, a[a0:a1], b[b0:b1], autojunk=False)
    for tag, i0, i1, j0, j1 in matcher.get_opcodes():
        if tag != "equal":
            yield Change(a0 + i0, a0 + i1, b0 + j0, b0 + j1)


def _joined(raw: Iterator[Change]) -> list[Change]:
    """Changes with no unchanged line between them are one."""
    joined: list[Change] = []
    for change in raw:
        last = joined[-1] if joined else None
        if last and last.a_end == change.a_start and last.b_end == change.b_start:
            joined[-1] = Change(last.a_start, change.a_end, last.b_start, change.b_end)
        else:
            joined.append(change)
    return joined
