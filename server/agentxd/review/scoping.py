"""Tells which findings concern the change: reviewdog's filter modes."""

from agentxd.kernel.review import ChangedFile, Finding, Scope, Span
from agentxd.review.lines import span_of

CONTEXT_LINES = 3
"""Around changed lines, as git shows them."""


def concerns(finding: Finding, file: ChangedFile | None, scope: Scope) -> bool:
    """Whether the finding is shown in this scope; `file` is the changed file of its path, if any.

    What is said of a file as a whole concerns every change of that file.
    """
    if scope is Scope.NOFILTER:
        return True
    if file is None:
        return False
    if scope is Scope.FILE or finding.is_about_file or _is_all_new(file):
        return True
    margin = CONTEXT_LINES if scope is Scope.DIFF_CONTEXT else 0
    if finding.is_about_removal:
        return any(_took_away(span, finding.line, margin) for span in file.spans)
    return any(_touches(span, *span_of(finding), margin) for span in file.spans)


def _is_all_new(file: ChangedFile) -> bool:
    """A new file for which nobody drew up spans: all of it is added."""
    return not file.spans and file.old is None and not file.old_mode and not file.old_path


def _took_away(span: Span, line: int, margin: int) -> bool:
    """Lines went at `line`, or where new ones stand in their place."""
    end = span.new_start + span.new_count
    return span.old_count > 0 and span.new_start - margin <= line <= end + margin


def _touches(span: Span, start: int, end: int, margin: int) -> bool:
    return start < span.new_start + span.new_count + margin and end > span.new_start - margin
