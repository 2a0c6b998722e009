"""Documentation as an editor shows it: as Markdown, without any HTML that comes alive."""

import re

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)$")
_TICKS = re.compile(r"(`+)")


def harmless(text: str) -> str:
    """The text with `<` escaped wherever Markdown may not take it for code; fences are closed.

    A line with a lone backtick leaves open what is code up to the next empty line: all of that
    is escaped.
    """
    lines: list[str] = []
    fence, is_sure = "", True
    for line in text.split("\n"):
        marks = _FENCE.match(line)
        if fence:
            if marks is not None and marks[1].startswith(fence) and not marks[2].strip():
                fence = ""
            lines.append(line)
        elif marks is not None and is_sure:
            fence = marks[1]
            lines.append(line.replace("<", "&lt;"))
        else:
            is_sure = not line.strip() or (is_sure and _is_even(line))
            lines.append(_outside(line) if is_sure else line.replace("<", "&lt;"))
    return "\n".join([*lines, fence] if fence else lines)


def _pieces(line: str) -> list[str]:
    """Text, backticks, text, backticks and so on."""
    return _TICKS.split(line)


def _is_even(line: str) -> bool:
    """Whether every piece of code that begins in the line ends in it."""
    ticks = _pieces(line)[1::2]
    pairs = zip(ticks[::2], ticks[1::2], strict=False)
    return "\\`" not in line and len(ticks) % 2 == 0 and all(one == two for one, two in pairs)


def _outside(line: str) -> str:
    """Escaped but for the code in it."""
    pieces = _pieces(line)
    pieces[::4] = [piece.replace("<", "&lt;") for piece in pieces[::4]]
    return "".join(pieces)
