"""Where findings stand in a text that has been edited since it was reviewed."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from msgspec import Struct

from agentxd.kernel.review import Finding, Fix
from agentxd.review.lines import span_of
from agentxd.workspace.diff import changes
from agentxd.workspace.lines import split_lines


class Placed(Struct, frozen=True):
    """A finding, and the lines that it is about now."""

    finding: Finding
    start: int
    end: int
    """The line after the last one; the same as `start` at the end of the file."""
    fix: Fix | None = None
    """Its fix in lines of now; None where those that it replaces are not what they were."""


class Shift:
    """Which lines of a text as it was are where in the text as it is."""

    def __init__(self, before: bytes, now: bytes) -> None:
        old, new = split_lines(before), split_lines(now)
        self.n_old, self.n_new = len(old), len(new)
        moved = changes(old, new) if before != now else []
        self._starts = [change.a_start for change in moved]
        self._ends = [change.a_end for change in moved]
        self._sums = list(
            accumulate((c.b_end - c.b_start - (c.a_end - c.a_start) for c in moved), initial=0)
        )

    def lines(self, start: int, end: int) -> tuple[int, int] | None:
        """Where these lines are now; None where any of them was touched."""
        before = bisect_right(self._ends, start)
        if before < len(self._starts) and self._starts[before] < end:
            return None
        shift = self._sums[before]
        return start + shift, end + shift

    def gap(self, line: int) -> int | None:
        """Where the gap before this line is now; None where something happened right there."""
        before = bisect_left(self._ends, line)
        if before < len(self._starts) and self._starts[before] <= line:
            return None
        return line + self._sums[before]


def placed(findings: Sequence[Finding], before: bytes, now: bytes) -> list[Placed]:
    """Findings that still hold, in their order; those whose lines were edited are left out."""
    shift = Shift(before, now)
    found = (_placed(finding, shift) for finding in findings)
    return [one for one in found if one is not None]


def _placed(finding: Finding, shift: Shift) -> Placed | None:
    fix = _moved(finding.fix, shift) if finding.fix else None
    if finding.is_about_file:
        return Placed(finding, 0, min(1, shift.n_new), fix)
    first, last = span_of(finding)
    start, end = min(first, shift.n_old), min(max(last, first), shift.n_old)
    if start == end:
        gap = shift.gap(start)
        return None if gap is None else Placed(finding, gap, gap, fix)
    lines = shift.lines(start, end)
    return None if lines is None else Placed(finding, *lines, fix)


def _moved(fix: Fix, shift: Shift) -> Fix | None:
    """All of it or nothing."""
    moved = []
    for one in fix.replacements:
        if not 0 <= one.start_line <= one.end_line <= shift.n_old:
            return None
        if one.start_line == one.end_line:
            gap = shift.gap(one.start_line)
            place = None if gap is None else (gap, gap)
        else:
            place = shift.lines(one.start_line, one.end_line)
        if place is None:
            return None
        moved.append(type(one)(*place, one.text))
    return Fix(fix.title, tuple(moved))
