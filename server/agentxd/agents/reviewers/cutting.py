"""Cuts a change into pieces that fit into one question each, the riskiest first."""

from collections.abc import Iterable, Iterator, Sequence

from agentxd.agents.reviewers.values import Part, Piece, Row, Sheet
from agentxd.kernel.review import Span

_CONTEXT = 12
"""Lines around a change."""
_DIFF_CONTEXT = 3
"""Of a file that is known from a diff alone."""
_MOST_REMOVED = 80
"""Lines shown of a longer run that was taken away without anything in its place."""


def pieces_of(sheets: Sequence[Sheet], room: int) -> tuple[Piece, ...]:
    """The sheets in their order, cut so that each piece has at most about `room` bytes."""
    groups: list[list[Part]] = []
    used = room
    for part in (part for sheet in sheets for part in parts_of(sheet, room)):
        if used + part.size > room:
            groups.append([])
            used = 0
        groups[-1].append(part)
        used += part.size
    n = len(groups)
    return tuple(Piece(f"{i} of {n}", tuple(group)) for i, group in enumerate(groups, start=1))


def halves(piece: Piece) -> tuple[Piece, ...]:
    """The piece in two; nothing where it cannot be cut."""
    parts = piece.parts
    if len(parts) == 1 and len(parts[0].rows) > 1:
        sheet, rows = parts[0].sheet, parts[0].rows
        middle = len(rows) // 2
        parts = (_part(sheet, rows[:middle]), _part(sheet, rows[middle:]))
    if len(parts) < 2:  # noqa: PLR2004  # two halves need two parts
        return ()
    middle = len(parts) // 2
    number, _, total = piece.name.partition(" of ")
    return (
        Piece(f"{number}a of {total}", parts[:middle]),
        Piece(f"{number}b of {total}", parts[middle:]),
    )


def parts_of(sheet: Sheet, room: int) -> Iterator[Part]:
    """The changed places of a file, with what stands around them."""
    for rows in _hunks(sheet):
        yield from _cut(sheet, rows, room)


def rows_around(sheet: Sheet, line: int, n_lines: int) -> tuple[Row, ...]:
    """What stands around a line of the new file, with what was removed there."""
    start, end = max(0, line - n_lines), min(len(sheet.new), line + n_lines + 1)
    spans = [
        span
        for span in sheet.spans
        if span.new_start <= end and span.new_start + span.new_count >= start
    ]
    return tuple(_rows(sheet, start, end, spans))


def _cut(sheet: Sheet, rows: Sequence[Row], room: int) -> Iterator[Part]:
    taken: list[Row] = []
    size = 0
    for row in rows:
        n_bytes = _size(row)
        if taken and size + n_bytes > room:
            yield _part(sheet, taken)
            taken, size = [], 0
        taken.append(row)
        size += n_bytes
    if taken:
        yield _part(sheet, taken)


def _part(sheet: Sheet, rows: Sequence[Row]) -> Part:
    return Part(sheet, tuple(rows), sum(map(_size, rows)))


def _size(row: Row) -> int:
    """Bytes with the line feed and the quoting of JSON."""
    return len(row.told().encode("utf-8", "replace")) + 2


def _hunks(sheet: Sheet) -> Iterator[list[Row]]:
    """Runs of rows; changes that stand near each other share one."""
    context = _CONTEXT if sheet.is_whole else _DIFF_CONTEXT
    group: list[Span] = []
    end = 0
    for span in sheet.spans:
        if group and span.new_start - context > end:
            yield _hunk(sheet, group, context)
            group = []
        group.append(span)
        end = span.new_start + span.new_count + context
    if group:
        yield _hunk(sheet, group, context)


def _hunk(sheet: Sheet, spans: Sequence[Span], context: int) -> list[Row]:
    start = max(0, spans[0].new_start - context)
    end = min(len(sheet.new), spans[-1].new_start + spans[-1].new_count + context)
    return list(_rows(sheet, start, end, spans))


def _rows(sheet: Sheet, start: int, end: int, spans: Iterable[Span]) -> Iterator[Row]:
    at = start
    for span in spans:
        last = min(span.new_start, end)
        yield from (Row(" ", line, sheet.new[line]) for line in range(at, last))
        if start <= span.new_start:
            yield from _removed(sheet, span)
        first = max(at, span.new_start)
        at = max(first, min(end, span.new_start + span.new_count))
        yield from (Row("+", line, sheet.new[line]) for line in range(first, at))
    yield from (Row(" ", line, sheet.new[line]) for line in range(at, end))


def _removed(sheet: Sheet, span: Span) -> Iterator[Row]:
    """Lines that went; the middle of a long run is left out, and said to be."""
    first, last = span.old_start, min(len(sheet.old), span.old_start + span.old_count)
    limit = last if span.new_count else min(last, first + _MOST_REMOVED)
    yield from (Row("-", line, sheet.old[line]) for line in range(first, limit))
    if limit < last:
        yield Row("-", limit, f"… and {last - limit} more lines that were removed")


def riskiest_first(sheets: Iterable[Sheet], weights: dict[str, float]) -> tuple[Sheet, ...]:
    """By weight, then by path; a path without a weight weighs nothing."""
    return tuple(sorted(sheets, key=lambda sheet: (-weights.get(sheet.path, 0.0), sheet.path)))
