"""A content as the engine looks at it: bytes, lines, places."""

from bisect import bisect_right
from itertools import accumulate


class Source:
    """UTF-8 bytes cut into lines at each line feed."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.lines = content.split(b"\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))
        self.starts.pop()
        self.is_ascii = content.isascii()

    def line_of(self, offset: int) -> int:
        """The line in which this byte is."""
        return bisect_right(self.starts, offset) - 1

    def place(self, offset: int) -> tuple[int, int]:
        """Line, and column in code points."""
        line = bisect_right(self.starts, offset) - 1
        start = self.starts[line]
        if self.is_ascii:
            return line, offset - start
        return line, len(self.content[start:offset].decode("utf-8", "replace"))

    def end_line(self, end: int) -> int:
        """The line after the last one that has something before this byte."""
        line = self.line_of(end)
        return line if self.starts[line] == end and line else line + 1

    def text(self, start: int, end: int) -> str:
        """Decoded; bad bytes become replacement characters."""
        return self.content[start:end].decode("utf-8", "replace")
