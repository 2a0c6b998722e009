"""Fuses ranked lists by reciprocal rank: what stands high on several lists comes first."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

RANK_0 = 60
"""The larger, the less the first places of a list are worth more than the next ones."""


class Fused(Struct, frozen=True):
    """One item and what speaks for it."""

    item: int
    score: float
    found_by: tuple[str, ...]


def fuse(lists: Mapping[str, Sequence[int]], weights: Mapping[str, float]) -> list[Fused]:
    """Items of all lists, best first; of equal ones the smaller number first.

    >>> [(one.item, one.found_by) for one in fuse({"a": [1, 2], "b": [2, 3]}, {})]
    [(2, ('a', 'b')), (1, ('a',)), (3, ('b',))]
    """
    scores: dict[int, float] = {}
    found_by: dict[int, tuple[str, ...]] = {}
    for name, items in lists.items():
        weight = weights.get(name, 1.0)
        for rank, item in enumerate(items, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (RANK_0 + rank)
            found_by[item] = (*found_by.get(item, ()), name)
    ordered = sorted(scores, key=lambda item: (-scores[item], item))
    return [Fused(item, scores[item], found_by[item]) for item in ordered]
