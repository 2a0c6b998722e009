"""Positions on the wire: lines and characters counted as the client counts them."""

ENCODINGS = ("utf-8", "utf-16", "utf-32")
_BYTES = {"utf-16": 2, "utf-32": 4}
_CODECS = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def split_text(text: str) -> list[str]:
    """Lines as LSP counts them, with their endings: LF, CRLF and a lone CR end a line."""
    lines: list[str] = []
    start = at = 0
    size = len(text)
    while at < size:
        sign = text[at]
        at += 1
        if sign == "\r" and at < size and text[at] == "\n":
            at += 1
        elif sign not in "\r\n":
            continue
        lines.append(text[start:at])
        start = at
    lines.append(text[start:])
    return lines


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
