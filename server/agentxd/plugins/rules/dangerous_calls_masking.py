"""A file as patterns may search it: comments are blank, and strings hold no letters."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Region

PLAIN, MIXED = "\x01", "\x02"
"""What a string that is a constant is made of, and one that has variables in it."""
_WITH_VARIABLES = {
    "python": Lazy(r"[rRbBuU]?[fFtT][rR]?['\"](?:.*?[^{])??\{(?!\{)", re.DOTALL),
    "javascript": Lazy(r"`.*?\$\{", re.DOTALL),
    "ruby": Lazy(r"[^'].*?#\{", re.DOTALL),
    "php": Lazy(r"(?:\"|<<<(?!').*?\n).*?(?:\$\w|\{\$)", re.DOTALL),
    "csharp": Lazy(r"@?\$+@?\".*?[^{]?\{(?!\{)", re.DOTALL),
}
_HOLE = Lazy(r"[#$]?\{([^{}]*)\}|\$(\w+)")
_FIXED = Lazy(r"[A-Z][A-Z0-9_]+|[\d.]+|sys\.executable")
_NOT_A_BREAK = Lazy(r"[^\n]")


class Masked:
    """The same text twice, each sign at the same place."""

    def __init__(self, text: str, regions: Sequence[Region], table: str) -> None:
        self.text = text
        self.starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
        self.regions = [(self._start(r), self._end(r), r.kind == "comment") for r in regions]
        self.code = self._masked(table)

    def _start(self, region: Region) -> int:
        return self.starts[region.start_line] + region.start_column

    def _end(self, region: Region) -> int:
        return self.starts[region.end_line] + region.end_column

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column."""
        line = bisect_right(self.starts, offset) - 1
        return line, offset - self.starts[line]

    def strings(self) -> list[tuple[int, int]]:
        """Where literals are."""
        return [(start, end) for start, end, is_comment in self.regions if not is_comment]

    def _masked(self, table: str) -> str:
        parts: list[str] = []
        done = 0
        for start, end, is_comment in self.regions:
            if start < done:
                continue
            inside = self.text[start:end]
            sign = " " if is_comment else _sign(inside, table)
            parts += (self.text[done:start], (sign and _NOT_A_BREAK.sub(sign, inside)) or inside)
            done = end
        return "".join((*parts, self.text[done:]))


def without_line_comments(text: str) -> Masked:
    """A Dockerfile, which no grammar is at hand for: comments fill their lines."""
    blank = re.sub(r"(?m)^[ \t]*#.*$", lambda found: " " * len(found[0]), text)
    return Masked(blank, (), "shell")


def _sign(literal: str, table: str) -> str:
    """What stands for the literal; nothing in a shell, where strings hold commands."""
    if table == "shell":
        return ""
    pattern = _WITH_VARIABLES.get(table)
    if pattern is None or not pattern.match(literal):
        return PLAIN
    holes = [(first or second).strip() for first, second in _HOLE.findall(literal)]
    return PLAIN if holes and all(_FIXED.fullmatch(hole) for hole in holes) else MIXED
