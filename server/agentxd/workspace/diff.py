"""Line differences: what turns one run of lines into another, close to what a person would say."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from agentxd.workspace.anchors import Box, Pair, ordinal_anchors, unique_anchors
from agentxd.workspace.shortest import Effort, shortest_matches

_LONG_GAP = 1_000
_RUN_LINES = 5


class Change(NamedTuple):
    """Lines a[a_start:a_end] became b[b_start:b_end]."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


def changes(a: Sequence[bytes], b: Sequence[bytes]) -> list[Change]:
    """What turns a into b: ordered, never touching each other, none empty on both sides.

    Lines that stand once on each side are anchors (patience); in long gaps, short runs of lines
    are too. A gap without any gets the shortest edit script, as long as the effort for this call
    lasts; after that, lines are paired by counting their occurrences, so that the cost stays
    bounded whatever the text.
    """
    numbers: dict[bytes, int] = {}
    x = [numbers.setdefault(line, len(numbers)) for line in a]
    y = [numbers.setdefault(line, len(numbers)) for line in b]
    return _slid(_joined(_raw(x, y)), x, y)


def _raw(a: list[int], b: list[int]) -> Iterator[Change]:
    effort = Effort()
    stack = [(0, len(a), 0, len(b))]
    while stack:
        box = _trimmed(a, b, stack.pop())
        a0, a1, b0, b1 = box
        if a0 == a1 or b0 == b1:
            if (a0, b0) != (a1, b1):
                yield Change(*box)
        elif matches := unique_anchors(a, b, box) or _run_anchors(a, b, box):
            stack.extend(reversed(_gaps(matches, box)))
        elif (shortest := shortest_matches(a, b, box, effort)) is not None:
            yield from (Change(*gap) for gap in _gaps(shortest, box) if _is_change(gap))
        elif matches := ordinal_anchors(a, b, box):
            stack.extend(reversed(_gaps(matches, box)))
        else:
            yield Change(*box)


def _run_anchors(a: list[int], b: list[int], box: Box) -> list[Pair]:
    """In a long gap of repeated lines: short runs of them that stand once on each side."""
    if box[1] - box[0] + box[3] - box[2] < _LONG_GAP:
        return []
    return unique_anchors(a, b, box, _RUN_LINES)


def _trimmed(a: list[int], b: list[int], box: Box) -> Box:
    """Without the equal lines at both ends."""
    a0, a1, b0, b1 = box
    while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
        a0, b0 = a0 + 1, b0 + 1
    while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
        a1, b1 = a1 - 1, b1 - 1
    return a0, a1, b0, b1


def _gaps(matches: Sequence[Pair], box: Box) -> list[Box]:
    """What lies before, between and behind the matching lines."""
    a0, a1, b0, b1 = box
    gaps: list[Box] = []
    for x, y in matches:
        gaps.append((a0, x, b0, y))
        a0, b0 = x + 1, y + 1
    return [*gaps, (a0, a1, b0, b1)]


def _is_change(gap: Box) -> bool:
    return gap[0] < gap[1] or gap[2] < gap[3]


def _joined(raw: Iterable[Change]) -> list[Change]:
    """Changes with no unchanged line between them are one."""
    joined: list[Change] = []
    for change in raw:
        last = joined[-1] if joined else None
        if last and last.a_end == change.a_start and last.b_end == change.b_start:
            joined[-1] = Change(last.a_start, change.a_end, last.b_start, change.b_end)
        else:
            joined.append(change)
    return joined


def _slid(found: list[Change], a: list[int], b: list[int]) -> list[Change]:
    """Pure insertions and deletions as far down as they go.

    What was found by whatever way then stands at the same place, so that two sides which made
    the same change are seen to agree.
    """
    done: list[Change] = []
    for change in reversed(found):
        moved = _down(change, done, a, b)
        while done and moved.a_end == done[-1].a_start:
            below = done.pop()
            moved = _down(Change(moved[0], below.a_end, moved[2], below.b_end), done, a, b)
        done.append(moved)
    return done[::-1]


def _down(change: Change, below: list[Change], a: list[int], b: list[int]) -> Change:
    """One change slid down to the one below it at most."""
    a0, a1, b0, b1 = change
    end = below[-1].a_start if below else len(a)
    if a0 < a1 and b0 < b1:
        return change
    lines, first = (a, a0) if b0 == b1 else (b, b0)
    n_lines = 0
    while a1 + n_lines < end and lines[first + n_lines] == a[a1 + n_lines]:
        n_lines += 1
    return Change(*(index + n_lines for index in change))
