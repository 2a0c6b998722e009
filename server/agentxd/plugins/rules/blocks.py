"""Where blocks of code end, told by their indentation: comments and strings must be masked."""

from collections.abc import Sequence

_CLOSERS = (")", "]", "}")
_MOST_LINES = 2_000
"""Of one block."""


def block_end(code: Sequence[str], start: int) -> int:
    """The line after the block that begins in this line: a function, a call with a closure."""
    depth = indent_of(code[start])
    last = start + 1
    for number in range(start + 1, min(len(code), start + _MOST_LINES)):
        line = code[number]
        stripped = line.strip()
        if not stripped:
            continue
        if indent_of(line) > depth or stripped[0] == "\x01":
            last = number + 1
        elif stripped.startswith(_CLOSERS):
            last = number + 1
            if not stripped.endswith(("{", ":", "(", "[", "=>", "do", "|")):
                return last
        elif stripped == "{":
            last = number + 1
        elif stripped in ("end", "end)", "end,"):
            return number + 1
        else:
            return last
    return last


def indent_of(line: str) -> int:
    """Columns before the first sign; a tab counts for four."""
    stripped = line.lstrip()
    return len(line[: len(line) - len(stripped)].expandtabs(4))
