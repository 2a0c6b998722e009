"""The report for a terminal: each finding with a frame of its code, then what it comes to."""

from collections.abc import Iterator, Mapping

from agentxd.kernel.review import Finding, Review, Severity
from agentxd.review.reports import cleaning, wording
from agentxd.review.reports.frames import Frame, frame
from agentxd.review.reports.painting import Paint, wrapped

_SIGNS = {Severity.ERROR: "✖", Severity.WARNING: "▲", Severity.NOTE: "●"}
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_NARROWEST, _WIDEST = 20, 120
"""Columns."""


def render(
    review: Review, sources: Mapping[str, bytes | None], *, is_colour: bool = False, width: int = 80
) -> str:
    """Worst findings as they come; troubles and the summary last, where a terminal's eye is."""
    paint = Paint(is_colour)
    width = max(_NARROWEST, min(width, _WIDEST))
    lines: list[str] = []
    for finding in review.findings:
        lines += [*_finding(finding, sources.get(finding.path), paint, width), ""]
    lines += _troubles(review, paint, width)
    lines += _summary(review, paint, width)
    return "\n".join(lines) + "\n"


def place(finding: Finding) -> str:
    """`path:line:column`, counted from 1, as far as there are any."""
    path = cleaning.name(finding.path)
    if finding.is_about_file:
        return path
    column = f":{finding.column + 1}" if finding.column >= 0 else ""
    return f"{path}:{finding.line + 1}{column}"


def _finding(finding: Finding, content: bytes | None, paint: Paint, width: int) -> Iterator[str]:
    colour = _COLOURS[finding.severity]
    yield paint(place(finding), "bold")
    head = f"{_SIGNS[finding.severity]} {finding.severity.value}: "
    first, *rest = wrapped(head + cleaning.clean(finding.message), width, indent="  ")
    yield paint(first[: len(head)], colour) + first[len(head) :]
    yield from rest
    if content is not None and not finding.is_about_file:
        yield from _frame(frame(finding, content, width), paint, colour)
    for related in finding.related:
        told = f"see {cleaning.name(related.path)}:{related.line + 1}: "
        yield from wrapped(told + cleaning.clean(related.message), width, indent="  ", first="  ")
    if finding.advice:
        yield from wrapped(f"→ {cleaning.clean(finding.advice)}", width, indent="    ", first="  ")
    if finding.fix is not None:
        told = f"fix: {cleaning.clean(finding.fix.title)} (agentxd review --fix)"
        yield from wrapped(told, width, indent="    ", first="  ")
    marks = f"{cleaning.clean(finding.rule)} {cleaning.clean(finding.fingerprint)}".rstrip()
    yield from (paint(line, "dim") for line in wrapped(marks, width, indent="  ", first="  "))


def _frame(rows: Frame, paint: Paint, colour: str) -> Iterator[str]:
    for row in rows:
        yield f"{paint(row.gutter, 'dim')}{row.text}"
        if row.underline:
            yield f"{paint(row.blank, 'dim')}{paint(row.underline, colour)}"


def _troubles(review: Review, paint: Paint, width: int) -> Iterator[str]:
    if review.is_complete:
        return
    yield paint(f"✖ {wording.INCOMPLETE}:", "red")
    for trouble in wording.troubles(review):
        yield from wrapped(f"- {cleaning.clean(trouble)}", width, indent="    ", first="  ")
    yield ""


def _summary(review: Review, paint: Paint, width: int) -> Iterator[str]:
    for notice in review.notices:
        yield from wrapped(f"note: {cleaning.clean(notice)}", width, indent="  ")
    worst = max((f.severity for f in review.findings), key=lambda s: s.rank, default=None)
    colour = _COLOURS[worst] if worst else "green" if review.is_complete else "red"
    sign = _SIGNS[worst] if worst else "✔" if review.is_complete else "✖"
    title = f"{cleaning.clean(review.title)}: " if review.title else ""
    took = f" ({review.duration_ms} ms)" if review.duration_ms else ""
    for line in wrapped(f"{sign} {title}{wording.summary(review)}{took}", width, indent="  "):
        yield paint(line, colour)
    hidden = wording.hidden_words(review.hidden)
    if hidden:
        yield from (paint(line, "dim") for line in wrapped(hidden, width, indent="  ", first="  "))
