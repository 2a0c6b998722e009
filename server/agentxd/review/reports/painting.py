"""Colour and columns of a terminal."""

import unicodedata
from collections.abc import Iterator

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2", "bold": "1"}
_ESCAPE = "\x1b"


class Paint:
    """Puts text in a colour, or leaves it as it is."""

    def __init__(self, is_on: bool) -> None:  # noqa: FBT001
        self._is_on = is_on

    def __call__(self, text: str, colour: str) -> str:
        """The text in that colour."""
        if not self._is_on or not text:
            return text
        return f"{_ESCAPE}[{_CODES[colour]}m{text}{_ESCAPE}[0m"


def columns_of(text: str) -> int:
    """Columns that a text takes: two for a wide sign, none for one that sits on another."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def cut_to(text: str, width: int) -> str:
    """As much of the text as goes into so many columns."""
    if columns_of(text) <= width:
        return text
    taken = 0
    for index, sign in enumerate(text):
        taken += _columns(sign)
        if taken > width:
            return text[:index]
    return text


def wrapped(text: str, width: int, *, indent: str = "", first: str = "") -> list[str]:
    """The text in lines of at most `width` columns, broken at blanks where there are any."""
    lines: list[str] = []
    line = first
    is_empty = True
    for word in _pieces(text, max(width - len(indent), 4)):
        if not is_empty and columns_of(line) + 1 + columns_of(word) > width:
            lines.append(line)
            line, is_empty = indent, True
        line += word if is_empty else f" {word}"
        is_empty = False
    return [*lines, line]


def _pieces(text: str, width: int) -> Iterator[str]:
    """Words; those longer than a line in several."""
    for word in text.split(" "):
        start = taken = 0
        for index, sign in enumerate(word if len(word) * 2 > width else ""):
            taken += _columns(sign)
            if taken > width:
                yield word[start:index]
                start, taken = index, _columns(sign)
        yield word[start:]


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1
