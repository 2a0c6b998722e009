"""Positions on the wire: lines and characters counted as the client counts them."""

import re
from operator import add

ENCODINGS = ("utf-8", "utf-16", "utf-32")
_ENDING = re.compile(r"(\r\n?|\n)")


def split_text(text: str) -> list[str]:
    """Lines as LSP counts them, with their endings: LF, CRLF and a lone CR end a line."""
    if "\r" not in text:
        *lines, last = text.split("\n")
        return [*(line + "\n" for line in lines), last]
    pieces = _ENDING.split(text)
    return [*map(add, pieces[:-1:2], pieces[1::2]), pieces[-1]]


def to_units(line: str, column: int, encoding: str) -> int:
    """Code points to the client's units."""
    piece = line[:column]
    if encoding == "utf-32" or piece.isascii():
        return len(piece)
    if encoding == "utf-8":
        return len(piece.encode("utf-8", "surrogatepass"))
    return len(piece.encode("utf-16-le", "surrogatepass")) // 2


def from_units(line: str, units: int, encoding: str) -> int:
    """The client's units to code points; what lies behind the end is the end."""
    body = line.rstrip("\r\n")
    if encoding == "utf-32" or body.isascii():
        return min(units, len(body))
    at = 0
    for column, sign in enumerate(body):
        if at >= units:
            return column
        at += to_units(sign, 1, encoding)
    return len(body)


def offset_at(lines: list[str], line: int, units: int, encoding: str) -> int:
    """Offset in code points of a position; behind the last line is the end of the text."""
    if line >= len(lines):
        return sum(map(len, lines))
    return sum(map(len, lines[:line])) + from_units(lines[line], units, encoding)
