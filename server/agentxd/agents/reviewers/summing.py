"""Puts the reports of all reviewers together, and says truthfully what nobody read."""

from collections.abc import Iterable, Sequence

from agentxd.agents.reviewers.merging import without_repeated
from agentxd.agents.reviewers.values import Dropped, ModelReview, Report, Unread, sum_of
from agentxd.kernel.messages import Usage
from agentxd.kernel.review import ChangedFile, Finding, Unreviewed

_MOST_UNREVIEWED = 200


def together(reports: Sequence[Report], known: Sequence[Finding]) -> ModelReview:
    """One review: what several reviewers say of one place is said once, by the worst."""
    found = [finding for report in reports for finding in report.findings]
    findings, n_repeated = without_repeated(found, known)
    dropped, usage = Dropped().plus(0, 0, n_repeated), Usage()
    for report in reports:
        each = report.dropped
        dropped = dropped.plus(each.n_uncited, each.n_refuted, each.n_repeated)
        usage = sum_of(usage, report.usage)
    return ModelReview(
        findings=tuple(sorted(findings, key=_place)),
        failures=tuple(failure for report in reports for failure in report.failures),
        unreviewed=unreviewed(unread for report in reports for unread in report.unread),
        dropped=dropped,
        n_calls=sum(report.n_calls for report in reports),
        usage=usage,
        is_indexed=any(report.is_indexed for report in reports),
    )


def unreviewed(unread: Iterable[Unread]) -> tuple[Unreviewed, ...]:
    """One line for each file and reason: who did not read it, and which lines of it."""
    groups: dict[tuple[str, str], dict[str, list[tuple[int, int]]]] = {}
    for one in unread:
        of_place = groups.setdefault((one.path, one.reason), {})
        of_place.setdefault(one.reviewer, []).append(one.lines)
    told = [
        Unreviewed(path, _reason(reason, by_reviewer))
        for (path, reason), by_reviewer in sorted(groups.items())
    ]
    if len(told) > _MOST_UNREVIEWED:
        rest = len(told) - _MOST_UNREVIEWED
        told[_MOST_UNREVIEWED:] = [Unreviewed("", f"{rest} more places were not read by models")]
    return tuple(told)


def left_out_notice(files: Iterable[ChangedFile]) -> tuple[str, ...]:
    """What was never meant for models, in one sentence."""
    paths = [file.path for file in files]
    if not paths:
        return ()
    named = ", ".join(paths[:3]) + (" …" if len(paths) > 3 else "")  # noqa: PLR2004
    what = "file without text of its own was" if len(paths) == 1 else "files without text were"
    return (f"{len(paths)} {what} not shown to models (binary, generated, renamed): {named}",)


def _reason(reason: str, by_reviewer: dict[str, list[tuple[int, int]]]) -> str:
    spans = sorted({span for spans in by_reviewer.values() for span in spans if span[1] > span[0]})
    where = ", ".join(f"{start + 1}-{end}" for start, end in spans[:5])
    lines = f" (lines {where}{' …' if len(spans) > 5 else ''})" if spans else ""  # noqa: PLR2004
    return f"{reason}; not reviewed by {', '.join(sorted(by_reviewer))}{lines}"


def _place(finding: Finding) -> tuple[int, str, int]:
    return -finding.severity.rank, finding.path, finding.line
