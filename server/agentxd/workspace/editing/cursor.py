"""A place in the lines of a text that is being parsed."""

from collections.abc import Sequence


class Cursor:
    """Goes over lines one by one."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self.number = 0
        """How many lines were taken."""

    @property
    def n_lines(self) -> int:
        """How many there are in all."""
        return len(self._lines)

    @property
    def is_done(self) -> bool:
        """No line is left."""
        return self.number >= len(self._lines)

    def peek(self, ahead: int = 0) -> str:
        """The next line, or one behind it; empty behind the end."""
        at = self.number + ahead
        return self._lines[at] if at < len(self._lines) else ""

    def take(self) -> str:
        """The next line, which is then done."""
        self.number += 1
        return self._lines[self.number - 1]
