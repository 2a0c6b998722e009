"""The shortest edit script between two runs of lines (Myers' greedy way), for a bounded effort."""

from collections.abc import Sequence

from agentxd.workspace.anchors import Box, Pair

_STEPS = 1_500_000
_MOST_EDITS = 1_500


class Effort:
    """What one comparison may spend on exactness before it makes do with less.

    Counted in elementary steps and never in time: the same input gives the same output.
    """

    def __init__(self, steps: int = _STEPS) -> None:
        self.left = steps


def shortest_matches(
    a: Sequence[int], b: Sequence[int], box: Box, effort: Effort
) -> list[Pair] | None:
    """The matching lines of a shortest edit script; None where the effort does not reach."""
    a0, a1, b0, b1 = box
    n, m = a1 - a0, b1 - b0
    most = min(n + m, _MOST_EDITS)
    if effort.left <= 0 or abs(n - m) > most:
        return None
    search = _Search(a[a0:a1], b[b0:b1], most)
    for n_edits in range(most + 1):
        if search.advance(n_edits, effort):
            return [(a0 + x, b0 + y) for x, y in search.matches(n_edits)]
        if effort.left <= 0:
            return None
    return None


class _Search:
    """How far each diagonal k = x - y reaches with so many edits, and how it got there."""

    def __init__(self, a: Sequence[int], b: Sequence[int], most: int) -> None:
        self._a, self._b = a, b
        self._zero = most + 1
        self._reach = [0] * (2 * most + 3)
        self._trace: list[list[int]] = []
        """For each number of edits the reach before it, diagonals -n_edits - 1 to n_edits + 1."""

    def advance(self, n_edits: int, effort: Effort) -> bool:
        """One more edit on every diagonal; True when both ends are reached."""
        a, b, reach, zero = self._a, self._b, self._reach, self._zero
        n, m = len(a), len(b)
        self._trace.append(reach[zero - n_edits - 1 : zero + n_edits + 2])
        for k in range(-n_edits, n_edits + 1, 2):
            if not -m <= k <= n:
                continue
            x = _start(reach, zero + k, k, n_edits)
            first = x
            while x < n and x - k < m and a[x] == b[x - k]:
                x += 1
            reach[zero + k] = x
            effort.left -= 1 + x - first
            if x >= n and x - k >= m:
                return True
        return False

    def matches(self, n_edits: int) -> list[Pair]:
        """The diagonal steps of the way that reached both ends, from the first to the last."""
        found: list[Pair] = []
        x, y = len(self._a), len(self._b)
        for edits in range(n_edits, -1, -1):
            reach, k = self._trace[edits], x - y
            start = _start(reach, edits + 1 + k, k, edits)
            while x > start:
                x, y = x - 1, y - 1
                found.append((x, y))
            if edits:
                is_down = _is_down(reach, edits + 1 + k, k, edits)
                x, y = (x, y - 1) if is_down else (x - 1, y)
        return found[::-1]


def _is_down(reach: Sequence[int], at: int, k: int, n_edits: int) -> bool:
    """Whether the last edit on this diagonal inserts a line (else it deletes one)."""
    return k == -n_edits or (k != n_edits and reach[at - 1] < reach[at + 1])


def _start(reach: Sequence[int], at: int, k: int, n_edits: int) -> int:
    """Where the diagonal begins after the last edit, before it runs along equal lines."""
    if n_edits == 0:
        return 0
    return reach[at + 1] if _is_down(reach, at, k, n_edits) else reach[at - 1] + 1
