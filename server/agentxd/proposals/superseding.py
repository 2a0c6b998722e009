"""Which undecided hunks a newer proposal takes the place of."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from agentxd.kernel.hunks import Hunk, HunkKind, ProposedFile
from agentxd.proposals.ledger import LedgerState, is_open
from agentxd.workspace.diff import Change, changes
from agentxd.workspace.lines import split_lines


def superseded_by(
    state: LedgerState, proposal: str, contents: Mapping[str, bytes] | None = None
) -> list[str]:
    """Open hunks of older proposals that are about lines of the new one's in the same file.

    A neighbour stays open: should it not merge after all, its accept says so and shows both sides.

    Where the two start from different contents, the older lines are looked up in the newer
    content, if `contents` (by blob id) has both; without them, or where those lines changed in
    between, the older hunk stays open, because only a merge can tell whether it still fits.
    """
    newer = state.proposals[proposal]
    found: list[str] = []
    for older in state.proposals.values():
        if older.id == proposal:
            continue
        for file in newer.files:
            rivals = [status.hunk for status in state.of_file(proposal, file.path)]
            open_ones = [s.hunk for s in state.of_file(older.id, file.path) if is_open(s.state)]
            if open_ones:
                moved = _moved(open_ones, older.file(file.path), file, contents or {})
                found += _overlapping(moved, rivals)
    return found


def _moved(
    hunks: Sequence[Hunk], old: ProposedFile, new: ProposedFile, contents: Mapping[str, bytes]
) -> Iterator[tuple[str, HunkKind, int, int]]:
    """Name, kind and lines of those hunks that can be found in the newer base."""
    shifts: Sequence[Change] = ()
    if old.base_blob != new.base_blob:
        if old.base_blob not in contents or new.base_blob not in contents:
            return
        texts = (contents[blob] for blob in (old.base_blob, new.base_blob))
        shifts = changes(*(split_lines(text) for text in texts))
    starts = [change.a_start for change in shifts]
    for hunk in hunks:
        first, last = hunk.base_start, hunk.base_start + hunk.base_count
        n = bisect_right(starts, first)  # so many changes begin above or at it
        is_changed = (n and shifts[n - 1].a_end > first) or (n < len(starts) and starts[n] < last)
        if hunk.kind is not HunkKind.TEXT or not is_changed:
            shift = shifts[n - 1].b_end - shifts[n - 1].a_end if n else 0
            yield hunk.id, hunk.kind, first + shift, last + shift


def _is_among(
    first: int, last: int, texts: Sequence[tuple[int, int]], starts: Sequence[int]
) -> bool:
    """Whether the lines are among the rivals' (sorted); two insertions at one place rival too."""
    near = bisect_right(starts, last) - 1  # the last rival that begins before its end
    while near >= 0 and texts[near][1] >= first:
        start, end = texts[near]
        if max(start, first) < min(end, last) or (start, end) == (first, last):
            return True
        if start < first == last < end or first < start == end < last:
            return True
        near -= 1
    return False


def _overlapping(
    hunks: Iterator[tuple[str, HunkKind, int, int]], rivals: Sequence[Hunk]
) -> Iterator[str]:
    texts = sorted(
        (rival.base_start, rival.base_start + rival.base_count)
        for rival in rivals
        if rival.kind is HunkKind.TEXT
    )
    starts = [first for first, _ in texts]
    kinds = {rival.kind for rival in rivals}
    has_whole = bool(kinds & {HunkKind.WHOLE, HunkKind.RENAME})
    for name, kind, first, last in hunks:
        if kind is HunkKind.MODE:
            is_taken = HunkKind.MODE in kinds
        elif kind is HunkKind.TEXT:
            is_taken = has_whole or _is_among(first, last, texts, starts)
        else:
            is_taken = has_whole or bool(texts)
        if is_taken:
            yield name
