"""Lines that surely belong together: the fixed points between which a difference is looked for."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

Pair = tuple[int, int]
Box = tuple[int, int, int, int]
"""a_start, a_end, b_start, b_end."""


def unique_anchors(a: Sequence[int], b: Sequence[int], box: Box, width: int = 1) -> list[Pair]:
    """Runs of `width` lines that stand once on each side, as many as keep their order.

    Each pair is the first line of such a run.
    """
    a0, a1, b0, b1 = box
    runs_a, runs_b = _runs(a[a0:a1], width), _runs(b[b0:b1], width)
    n_a, n_b = Counter(runs_a), Counter(runs_b)
    place = {run: b0 + y for y, run in enumerate(runs_b) if n_b[run] == 1}
    found = enumerate(runs_a, a0)
    return _increasing([(x, place[run]) for x, run in found if n_a[run] == 1 and run in place])


def _runs(lines: Sequence[int], width: int) -> Sequence[object]:
    """Every `width` neighbouring lines as one value."""
    if width == 1:
        return lines
    return list(zip(*(lines[first:] for first in range(width)), strict=False))


def ordinal_anchors(a: Sequence[int], b: Sequence[int], box: Box) -> list[Pair]:
    """The k-th occurrence of a line with its k-th on the other side, where the order allows it.

    Lines that occur equally often on both sides are taken alone if there are any. Empty only
    where the two sides have no line in common.
    """
    a0, a1, b0, b1 = box
    n_a, n_b = Counter(a[a0:a1]), Counter(b[b0:b1])
    balanced = {line for line, count in n_a.items() if n_b.get(line) == count}
    taken = balanced or n_a.keys() & n_b.keys()
    places: dict[int, list[int]] = defaultdict(list)
    for y in range(b1 - 1, b0 - 1, -1):
        if b[y] in taken:
            places[b[y]].append(y)
    pairs = [(x, places[a[x]].pop()) for x in range(a0, a1) if places.get(a[x])]
    return _increasing(pairs)


def _increasing(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest subsequence in which both numbers rise."""
    tails: list[int] = []
    indices: list[int] = []
    before: list[int] = []
    for index, (_, y) in enumerate(pairs):
        at = bisect_left(tails, y)
        before.append(indices[at - 1] if at else -1)
        tails[at : at + 1] = [y]
        indices[at : at + 1] = [index]
    found: list[Pair] = []
    index = indices[-1] if indices else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]
