"""A few lines of code around a finding, safe to show, with what is meant underlined."""

from typing import NamedTuple

from msgspec.structs import replace

from agentxd.kernel.review import Finding
from agentxd.review.lines import span_of, text_lines
from agentxd.review.masking import HIDDEN, columns, is_about_secret, masked, without_keys
from agentxd.review.reports.cleaning import visible
from agentxd.review.reports.painting import columns_of, cut_to

_TAB = "    "
_AROUND = 1
"""Lines above and below."""
_MOST_MEANT = 3
"""Lines of a finding that are shown."""
_LONGEST = 2_000
"""Characters of a line that are looked at; the part around the finding is shown."""
_LEAD = 20
"""Columns that stay in front of what is meant where a line is cut."""


class Row(NamedTuple):
    """One line of a frame."""

    gutter: str
    blank: str
    """The gutter of the underline."""
    text: str
    underline: str
    """Empty where nothing in this line is meant."""


Frame = list[Row]


def frame(finding: Finding, content: bytes, width: int) -> Frame:
    """The lines of a finding and one on each side; none where it points behind the end."""
    lines = without_keys(text_lines(content))
    start, end = span_of(finding)
    start = min(start, len(lines) - 1) if finding.is_about_removal else start
    if not 0 <= start < len(lines):
        return []
    end = min(max(end, start + 1), start + _MOST_MEANT, len(lines))
    shown = range(max(0, start - _AROUND), min(len(lines), end + _AROUND))
    digits = len(str(shown[-1] + 1))
    return [
        _row(finding, lines[number], number, digits, width, is_meant=start <= number < end)
        for number in shown
    ]


def _row(
    finding: Finding, line: str, number: int, digits: int, width: int, *, is_meant: bool
) -> Row:
    gutter, blank = f"  {number + 1:>{digits}} │ ", f"  {'':>{digits}} │ "
    room = max(width - len(gutter), 8)
    if not is_meant or finding.is_about_removal:
        return Row(gutter, blank, _cut(_safe(finding, line), room), "")
    before, meant, after = _parts(finding, line, number)
    if columns_of(before) + columns_of(meant) > room and len(before) > _LEAD:
        before = f"…{before[-_LEAD:].lstrip()}"
    text = _cut(before + meant + after, room)
    offset = columns_of(before)
    length = max(1, min(columns_of(meant), columns_of(text) - offset))
    return Row(gutter, blank, text, " " * offset + "^" * length)


def _parts(finding: Finding, line: str, number: int) -> tuple[str, str, str]:
    """What stands before, in and after the columns that are meant, each fit to be shown."""
    shown = masked(line, finding, number)
    start, end = columns(finding, number, len(line))
    if (start, end) == (0, len(line)):
        body = shown.strip()
        indent = shown[: len(shown) - len(shown.lstrip())]
        return _tidy(indent), _tidy(body[:_LONGEST]), ""
    if is_about_secret(finding.rule):
        before, _, after = shown.partition(HIDDEN)
        return _tidy(before[-_LONGEST:]), HIDDEN, _tidy(after[:_LONGEST])
    if shown != line:
        return "", _tidy(shown[:_LONGEST]), ""
    before, meant, after = line[:start], line[start:end], line[end:]
    return _tidy(before[-_LONGEST:]), _tidy(meant[:_LONGEST]), _tidy(after[:_LONGEST])


def _safe(finding: Finding, line: str) -> str:
    """A line that is shown for company; beside a secret it may be part of it."""
    return _tidy(masked(line, replace(finding, column=-1), -1)[:_LONGEST])


def _tidy(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def _cut(text: str, room: int) -> str:
    return text if columns_of(text) <= room else cut_to(text, room - 1) + "…"
