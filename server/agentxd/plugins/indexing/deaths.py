"""How often a worker died shortly after its start, and how long to wait for the next."""

_QUICK_S = 20.0
"""A worker that lived longer did not die of its start."""
_MAX_QUICK = 5
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 15.0


class Deaths:
    """Counts quick deaths in a row."""

    def __init__(self, max_quick: int = _MAX_QUICK, first_wait_s: float = _FIRST_WAIT_S) -> None:
        self._max_quick = max_quick
        self._first_wait_s = first_wait_s
        self.n_quick = 0

    def note(self, lived_s: float) -> None:
        """One more."""
        self.n_quick = self.n_quick + 1 if lived_s < _QUICK_S else 1

    @property
    def is_too_often(self) -> bool:
        """Whether another try is not worth it."""
        return self.n_quick >= self._max_quick

    @property
    def wait_s(self) -> float:
        """Before the next start; the first death costs no wait."""
        if self.n_quick < 2:  # noqa: PLR2004  # the first one
            return 0.0
        wait: float = self._first_wait_s * 2 ** (self.n_quick - 2)
        return min(wait, _LONGEST_WAIT_S)
