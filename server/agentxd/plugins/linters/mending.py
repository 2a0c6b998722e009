"""Turns a linter's edits, which are pieces of lines, into whole lines of ours; pure."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from agentxd.kernel.review import Fix, Replacement
from agentxd.plugins.linters.placing import Region, Unit, points

_MOST_EDITS = 100
_MOST_LINES = 200
_LONGEST_TEXT = 20_000


class Edit(Struct, frozen=True):
    """What goes, and what comes instead; the region may be empty."""

    region: Region
    text: str


def fix_of(title: str, edits: Sequence[Edit], lines: Sequence[str], unit: Unit) -> Fix | None:
    """One replacement around all of the edits; None where they make no sense or nothing new."""
    if not edits or len(edits) > _MOST_EDITS:
        return None
    ranges = [_range(edit, lines, unit) for edit in edits]
    found = sorted(one for one in ranges if one is not None)
    if len(found) < len(edits) or _do_overlap(found):
        return None
    start, end = found[0][0][0], min(_last_line(found), len(lines))
    is_behind_last = start == len(lines) and bool(lines) and not lines[-1].endswith("\n")
    if end - start > _MOST_LINES or is_behind_last:
        return None
    old, new = "".join(lines[start:end]), _edited(found, lines, start, end)
    is_lossy = "\ufffd" in old  # no UTF-8: written back, it would be another text
    if new == old or is_lossy or len(new) > _LONGEST_TEXT:
        return None
    return Fix(title=title, replacements=(Replacement(start, end, new),))


_Point = tuple[int, int]
_Range = tuple[_Point, _Point, str]


def _range(edit: Edit, lines: Sequence[str], unit: Unit) -> _Range | None:
    """Places from 0; the end of the file is the start of the line behind its last one."""
    region = edit.region
    end_line = region.end_line or region.line
    start = _point(lines, region.line, region.column or 1, unit)
    end = _point(lines, end_line, region.end_column or _LONGEST_TEXT, unit)
    return None if start is None or end is None or end < start else (start, end, edit.text)


def _point(lines: Sequence[str], line: int, column: int, unit: Unit) -> _Point | None:
    if line == len(lines) + 1 and (column == 1 or not lines):
        return line - 1, 0
    if not 1 <= line <= len(lines) or column < 1:
        return None
    return line - 1, points(lines[line - 1].rstrip("\r\n"), column - 1, unit)


def _do_overlap(found: Sequence[_Range]) -> bool:
    return any(one[1] > other[0] for one, other in pairwise(found))


def _last_line(found: Sequence[_Range]) -> int:
    """The line after the last one that is touched."""
    line, column = max(end for _, end, _ in found)
    is_before = column == 0 and line > found[0][0][0]
    return line if is_before else line + 1


def _edited(found: Sequence[_Range], lines: Sequence[str], start: int, end: int) -> str:
    has_crlf = bool(lines) and lines[0].endswith("\r\n")
    pieces, at = [], (start, 0)
    for first, last, text in found:
        given = text.replace("\r\n", "\n").replace("\n", "\r\n") if has_crlf else text
        pieces += [_between(lines, at, first), given]
        at = last
    return "".join(pieces) + _between(lines, at, (end, 0))


def _between(lines: Sequence[str], start: _Point, end: _Point) -> str:
    if start[0] >= len(lines):
        return ""
    if start[0] == end[0]:
        return lines[start[0]][start[1] : end[1]]
    tail = lines[end[0]][: end[1]] if end[0] < len(lines) else ""
    return lines[start[0]][start[1] :] + "".join(lines[start[0] + 1 : end[0]]) + tail
