"""Fixes of findings on a text: which go together, and what they make of it."""

from collections.abc import Sequence

from agentxd.kernel.review import Fix, Replacement

Place = tuple[int, int]


def apart(fixes: Sequence[Fix]) -> tuple[list[int], list[int]]:
    """Which of them touch no line of one before them, and which do."""
    taken: list[Place] = []
    kept: list[int] = []
    left: list[int] = []
    for number, fix in enumerate(fixes):
        places = [(one.start_line, one.end_line) for one in fix.replacements]
        if any(_meet(a, b) for a in places for b in taken):
            left.append(number)
        else:
            taken += places
            kept.append(number)
    return kept, left


def mended(text: str, fixes: Sequence[Fix]) -> str:
    """The text with fixes that are apart, and with the line ends that it has."""
    lines = lines_of(text)
    for one in _from_below(fixes):
        lines[one.start_line : one.end_line] = lines_of(_written(one, lines, text))
    return "".join(lines)


def passages(text: str, fixes: Sequence[Fix]) -> list[tuple[str, str]]:
    """The same as pieces of text and what takes their place, to be made in this order.

    Each old piece stands exactly once in the text as it is then.
    """
    found: list[tuple[str, str]] = []
    lines = lines_of(text)
    for one in _from_below(fixes):
        new = _written(one, lines, text)
        start, end = _unique(lines, one.start_line, one.end_line)
        old = "".join(lines[start:end])
        lines[one.start_line : one.end_line] = lines_of(new)
        grown = end + len(lines_of(new)) - (one.end_line - one.start_line)
        found.append((old, "".join(lines[start:grown])))
    return [(old, new) for old, new in found if old != new]


def lines_of(text: str) -> list[str]:
    """Lines with their endings, cut after each line feed."""
    lines = text.split("\n")
    last = lines.pop()
    return [*(line + "\n" for line in lines), *([last] if last else [])]


def _from_below(fixes: Sequence[Fix]) -> list[Replacement]:
    """So that the lines of those to come stay where they are."""
    every = [one for fix in fixes for one in fix.replacements]
    return sorted(every, key=lambda one: (one.start_line, one.end_line), reverse=True)


def _written(one: Replacement, lines: Sequence[str], text: str) -> str:
    ending = "\r\n" if "\r\n" in text else "\n"
    new = one.text.replace("\r\n", "\n").replace("\n", ending)
    above = lines[one.start_line - 1] if one.start_line else "\n"
    return new if not new or above.endswith("\n") else ending + new


def _unique(lines: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """More lines above and below, until there is no second place like this."""
    whole = "".join(lines)
    while start == end or _is_twice("".join(lines[start:end]), whole):
        if start == 0 and end >= len(lines):
            break
        start, end = max(0, start - 1), min(len(lines), end + 1)
    return start, end


def _is_twice(piece: str, whole: str) -> bool:
    """Places may overlap."""
    return whole.find(piece, whole.find(piece) + 1) >= 0


def _meet(a: Place, b: Place) -> bool:
    """Two insertions at one place meet, too."""
    return a == b or (a[0] < b[1] and b[0] < a[1])
