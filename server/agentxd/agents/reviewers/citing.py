"""Checks what reviewers cite: the line must be there, say what is quoted, and be of the change."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from agentxd.agents.reviewers.parsing import Cause, Remark
from agentxd.agents.reviewers.showing import said
from agentxd.agents.reviewers.values import Around, Reviewer, Sheet
from agentxd.kernel.review import Finding, Related, Severity

_NEAR = 5
"""Lines that a number may be off where the quote stands only once among them."""
_SHORTEST_PART = 12
"""Characters of a quote that is not the whole line."""
_LONGEST_MESSAGE = 300
_BREAKS_HERE = "breaks in consequence"


class Place(Struct, frozen=True):
    """A line that was cited and is there."""

    path: str
    line: int
    """From 0, in the file after the change; where a removed line was."""
    is_touched: bool
    is_removed: bool = False


def cited(
    remark: Remark, reviewer: Reviewer, sheets: Mapping[str, Sheet], around: Around
) -> Finding | None:
    """The remark as a finding where what it cites holds, else None."""
    message = said(remark.message, _LONGEST_MESSAGE)
    place, related = _places(remark, sheets, around)
    if place is None or not message:
        return None
    return Finding(
        rule=reviewer.rule,
        severity=Severity(remark.severity),
        path=place.path,
        line=place.line,
        message=message,
        advice=said(remark.advice, _LONGEST_MESSAGE),
        is_about_removal=place.is_removed,
        related=related,
        reviewer="model",
    )


def _places(
    remark: Remark, sheets: Mapping[str, Sheet], around: Around
) -> tuple[Place | None, tuple[Related, ...]]:
    """The changed line that the finding is put on, and the line that breaks because of it."""
    place = _place(remark.path, remark.line, remark.quote, sheets, around)
    if place is None or place.is_touched:
        return place, ()
    cause = _cause(remark.because, sheets) if remark.because else None
    if cause is None:
        return None, ()
    return cause, (Related(place.path, place.line, _BREAKS_HERE),)


def _cause(cause: Cause, sheets: Mapping[str, Sheet]) -> Place | None:
    place = _place(cause.path, cause.line, cause.quote, sheets, Around())
    return place if place is not None and place.is_touched else None


def _place(
    path: str, number: int, quote: str, sheets: Mapping[str, Sheet], around: Around
) -> Place | None:
    """Where the quote stands; `number` counts from 1."""
    line, quote = number - 1, _first_line(quote)
    if not quote:
        return None
    sheet = sheets.get(path)
    if sheet is None:
        shown = around.lines.get(path, {})
        return Place(path, line, is_touched=False) if _is_on(quote, shown.get(line, "")) else None
    if (found := _found(sheet.new, line, quote, range(len(sheet.new)))) is not None:
        return Place(path, found, is_touched=sheet.is_touched(found))
    return _removed_place(sheet, line, quote)


def _removed_place(sheet: Sheet, line: int, quote: str) -> Place | None:
    for span in sheet.spans:
        gone = range(span.old_start, min(len(sheet.old), span.old_start + span.old_count))
        if _found(sheet.old, line, quote, gone) is not None:
            last = max(0, len(sheet.new) - 1)
            return Place(sheet.path, min(span.new_start, last), is_touched=True, is_removed=True)
    return None


def _found(lines: Sequence[str], line: int, quote: str, among: range) -> int | None:
    """The line itself, or the only one near it that says the same."""
    if line in among and _is_on(quote, lines[line]):
        return line
    near = range(max(among.start, line - _NEAR), min(among.stop, line + _NEAR + 1))
    same = [one for one in near if _is_on(quote, lines[one])]
    return same[0] if len(same) == 1 else None


def _is_on(quote: str, line: str) -> bool:
    """Whether the line says just this, or holds a good part of it."""
    line = line.strip()
    if not line:
        return False
    return quote == line or (quote in line and len(quote) >= min(_SHORTEST_PART, len(line) // 2))


def _first_line(quote: str) -> str:
    return next((line.strip() for line in quote.splitlines() if line.strip()), "")
