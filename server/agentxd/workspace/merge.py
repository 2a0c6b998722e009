"""The three-way merge over byte lines; see docs/merge.md for where it differs from git's."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from agentxd.workspace.diff import Change, changes
from agentxd.workspace.lines import split_lines


class Clash(Struct, frozen=True):
    """One place where both sides changed the same or touching lines in different ways."""

    base: bytes
    ours: bytes
    theirs: bytes
    ours_start: int
    """0-based line in ours."""


class Merged(Struct, frozen=True):
    """A merged text, or the clashes that stand in its way."""

    text: bytes | None
    conflicts: tuple[Clash, ...] = ()


class Sides(NamedTuple):
    """The three texts as lines."""

    base: list[bytes]
    ours: list[bytes]
    theirs: list[bytes]


class _Region(NamedTuple):
    start: int
    end: int
    ours: list[Change]
    theirs: list[Change]


def merge3(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    """Both sides' changes in one text; `text` is None exactly where there are conflicts."""
    if theirs in (base, ours):
        return Merged(ours)
    if base == ours:
        return Merged(theirs)
    sides = Sides(split_lines(base), split_lines(ours), split_lines(theirs))
    return merge_changes(sides, changes(sides.base, sides.ours), changes(sides.base, sides.theirs))


def merge_changes(sides: Sides, ours: Sequence[Change], theirs: Sequence[Change]) -> Merged:
    """Merge what is known to have changed on each side, whatever found it."""
    merged: list[bytes] = []
    clashes: list[Clash] = []
    at = 0
    for region in _regions(ours, theirs):
        merged += sides.base[at : region.start]
        piece = _resolve(region, sides)
        if isinstance(piece, Clash):
            clashes.append(piece)
        else:
            merged += piece
        at = region.end
    merged += sides.base[at:]
    return Merged(None, tuple(clashes)) if clashes else Merged(b"".join(merged))


def whole_clash(base: bytes, ours: bytes, theirs: bytes) -> Clash:
    """Everything that theirs changes in one piece, and what ours has in its place."""
    sides = Sides(split_lines(base), split_lines(ours), split_lines(theirs))
    their_changes = changes(sides.base, sides.theirs)
    start = min((change.a_start for change in their_changes), default=0)
    end = max((change.a_end for change in their_changes), default=0)
    span = Change(start, end, start, end)
    our_changes = changes(sides.base, sides.ours)
    region = next(
        region for region in _regions(our_changes, [span]) if span in region.theirs
    )._replace(theirs=their_changes)
    our_lines, ours_start = _side(region, region.ours, sides.base, sides.ours)
    their_lines, _ = _side(region, their_changes, sides.base, sides.theirs)
    old = sides.base[region.start : region.end]
    return Clash(b"".join(old), b"".join(our_lines), b"".join(their_lines), ours_start)


def _regions(ours: Sequence[Change], theirs: Sequence[Change]) -> list[_Region]:
    """Groups of changes that overlap or touch in the base."""
    pending = sorted(
        [(change, True) for change in ours] + [(change, False) for change in theirs],
        key=lambda item: (item[0].a_start, item[0].a_end),
    )
    regions: list[_Region] = []
    for change, is_ours in pending:
        if regions and change.a_start <= regions[-1].end:
            last = regions.pop()
            region = last._replace(end=max(last.end, change.a_end))
        else:
            region = _Region(change.a_start, change.a_end, [], [])
        (region.ours if is_ours else region.theirs).append(change)
        regions.append(region)
    return regions


def _resolve(region: _Region, sides: Sides) -> list[bytes] | Clash:
    ours, ours_start = _side(region, region.ours, sides.base, sides.ours)
    theirs, _ = _side(region, region.theirs, sides.base, sides.theirs)
    if not region.theirs or ours == theirs:
        return ours
    if not region.ours:
        return theirs
    return Clash(
        b"".join(sides.base[region.start : region.end]),
        b"".join(ours),
        b"".join(theirs),
        ours_start,
    )


def _side(
    region: _Region, changed: list[Change], base: list[bytes], side: list[bytes]
) -> tuple[list[bytes], int]:
    """The region as one side has it, and where it begins there."""
    if not changed:
        return base[region.start : region.end], region.start
    first, last = changed[0], changed[-1]
    start = first.b_start - (first.a_start - region.start)
    end = last.b_end + (region.end - last.a_end)
    return side[start:end], start
