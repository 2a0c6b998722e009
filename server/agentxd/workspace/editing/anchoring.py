"""The loosest level: context lines differ, but what changes stands at a unique run of lines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agentxd.workspace.diff import Change, changes
from agentxd.workspace.editing.cuts import Cut
from agentxd.workspace.editing.target import BLANK, Target, is_telling
from agentxd.workspace.editing.values import Level

_MIN_TELLING = 3
"""Old lines with words in them; fewer are no evidence."""
_MAX_OTHER_SHARE = 6
"""One context line may be another one in the file, or a sixth of them: a place where more differs
is as likely to be one that only looks like the right one."""
_RIVAL_SHARE = 0.6
"""Of the best window's lines: another window with as many makes the place ambiguous."""
_MAX_REPEATS = 64
"""A line that stands more often in the file says nothing about where."""


class Anchored(NamedTuple):
    """The place and what to cut there, not yet rendered."""

    start: int
    end: int
    cuts: tuple[Cut, ...]


def by_anchor(target: Target, old: Sequence[bytes], new: Sequence[bytes]) -> Anchored | None:
    """The one window that most of the old lines are in, if every change has its unique run."""
    telling = [index for index, body in enumerate(old) if is_telling(body)]
    if len(telling) < _MIN_TELLING:
        return None
    slack = max(2, len(old) // 4)
    windows = list(best_windows(target, old, slack))
    if not windows or (len(windows) > 1 and windows[1][1] >= _RIVAL_SHARE * windows[0][1]):
        return None
    start = max(windows[0][0] - slack, 0)
    end = min(windows[0][0] + len(old) + slack, len(target.bodies))
    there = _matched(target, old, start, end)
    wanted = changes(old, new)
    n_context = len(old) - sum(change.a_end - change.a_start for change in wanted)
    if not _is_alike(old, new, there, telling) or (
        len(old) - len(there) > max(1, n_context // _MAX_OTHER_SHARE)
    ):
        return None
    cuts = [_cut(target, old, new, there, change) for change in wanted]
    if not cuts or None in cuts:
        return None
    placed = sorted(there.values())
    return Anchored(placed[0], placed[-1] + 1, tuple(cut for cut in cuts if cut is not None))


def _is_alike(
    old: Sequence[bytes], new: Sequence[bytes], there: dict[int, int], telling: Sequence[int]
) -> bool:
    """Whether what differs lies between lines that agree, and can only be the line it is.

    The outermost line is often the one that tells a place from its like; and of two like lines,
    nobody knows which one the file's other line stands for.
    """
    if 0 not in there or len(old) - 1 not in there:
        return False
    if sum(index in there for index in telling) < _MIN_TELLING:
        return False
    others = [body.strip(BLANK) for index, body in enumerate(old) if index not in there]
    counts = [Counter(body.strip(BLANK) for body in side) for side in (old, new)]
    return all(count[body] <= 1 for count in counts for body in others if body)


def best_windows(
    target: Target, old: Sequence[bytes], slack: int, limit: int = 3
) -> Iterator[tuple[int, int]]:
    """Where the old lines could begin, and how many telling ones stand there; the best first."""
    votes = sorted(
        (place - index, index)
        for index, body in enumerate(old)
        if is_telling(body)
        and len(places := target.stripped.get(body.strip(BLANK), ())) <= _MAX_REPEATS
        for place in places
    )
    scored = sorted(_scores(votes, slack), key=lambda item: (-item[1], -item[2], item[0]))
    taken: list[int] = []
    for offset, score, _ in scored:
        if all(abs(offset - other) > 2 * slack for other in taken):
            taken.append(offset)
            yield offset, score
            if len(taken) == limit:
                return


def _scores(votes: Sequence[tuple[int, int]], slack: int) -> Iterator[tuple[int, int, int]]:
    """Each offset with the number of lines that vote for it or nearly so, and exactly so."""
    n_exact = Counter(offset for offset, _ in votes)
    first = last = 0
    counts: dict[int, int] = {}
    for at, (offset, _) in enumerate(votes):
        if at and votes[at - 1][0] == offset:
            continue
        while last < len(votes) and votes[last][0] <= offset + slack:
            counts[votes[last][1]] = counts.get(votes[last][1], 0) + 1
            last += 1
        while votes[first][0] < offset - slack:
            index = votes[first][1]
            counts[index] -= 1
            if not counts[index]:
                del counts[index]
            first += 1
        yield offset, len(counts), n_exact[offset]


def _matched(target: Target, old: Sequence[bytes], start: int, end: int) -> dict[int, int]:
    """Old line to the file's line, for those that are equal apart from their ends."""
    left = [body.rstrip(BLANK) for body in old]
    right = [body.rstrip(BLANK) for body in target.bodies[start:end]]
    there: dict[int, int] = {}
    a, b = 0, 0
    for change in [*changes(left, right), Change(len(left), len(left), len(right), len(right))]:
        there.update(
            zip(range(a, change.a_start), range(start + b, start + change.b_start), strict=True)
        )
        a, b = change.a_end, change.b_end
    return there


def _cut(
    target: Target,
    old: Sequence[bytes],
    new: Sequence[bytes],
    there: dict[int, int],
    change: Change,
) -> Cut | None:
    """One change at its lines in the file, None where they are not sure to be the ones."""
    first, last = change.a_start, change.a_end
    if first < last:
        at = there.get(first, -1)
        if [there.get(index) for index in range(first, last)] != list(range(at, at + last - first)):
            return None
    elif (place := _insertion(there, first, len(old))) is None:
        return None
    else:
        at = place
    if not _is_unique_run(target, there, first, last, at):
        return None
    return Cut(at, at + last - first, tuple(new[change.b_start : change.b_end]))


def _insertion(there: dict[int, int], index: int, n_old: int) -> int | None:
    """Where lines go that are added in front of old line `index`."""
    above, below = there.get(index - 1), there.get(index)
    if above is not None and below is not None:
        return below if below == above + 1 else None
    if above is not None and (index == n_old or there.get(index + 1) == above + 2):
        return above + 1
    if below is not None and (index == 0 or there.get(index - 2) == below - 2):
        return below
    return None


def _is_unique_run(target: Target, there: dict[int, int], first: int, last: int, at: int) -> bool:
    """Whether the change and the matched lines around it stand nowhere else in the file."""
    start, end = at, at + last - first
    while there.get(first - 1) == start - 1 and start:
        first, start = first - 1, start - 1
    while there.get(last) == end:
        last, end = last + 1, end + 1
    run = target.bodies[start:end]
    is_wider = end - start > 1 and any(is_telling(body) for body in run)
    return is_wider and len(target.places(run, Level.INDENTATION)) == 1
