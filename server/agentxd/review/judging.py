"""Says which findings are shown, and how many are not, and why."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from msgspec import Struct

from agentxd.kernel.review import Change, ChangedFile, Finding, Hidden, Scope, Severity
from agentxd.review.answers import Answers
from agentxd.review.baseline import Baseline
from agentxd.review.fingerprints import alternatives, fingerprinted
from agentxd.review.ignoring import remark_findings, sorted_out
from agentxd.review.scoping import concerns


class Kept(Struct, frozen=True):
    """What people said about findings before."""

    answers: Answers
    baseline: Baseline
    today: date


class Wanted(Struct, frozen=True):
    """Which findings are shown."""

    scope: Scope = Scope.ADDED
    floor: Severity = Severity.WARNING


class Judged(Struct, frozen=True):
    """What is shown, worst first, and what is not."""

    findings: tuple[Finding, ...]
    hidden: Hidden
    all: tuple[Finding, ...] = ()
    """Those of the change, before answers, baseline and floor: what a baseline is made of."""


def judged(
    findings: Sequence[Finding], change: Change, rules: Collection[str], kept: Kept, wanted: Wanted
) -> Judged:
    """Each finding is left out for the first reason that holds, in the order of `Hidden`."""
    files = {file.path: file for file in change.files}
    marked = fingerprinted((*findings, *remark_findings(change, rules)), change)
    open_, ignored = sorted_out(marked, change)
    counts: Counter[str] = Counter()
    shown: list[Finding] = []
    every: list[Finding] = []
    for finding in open_:
        file = files.get(finding.path)
        if not concerns(finding, file, wanted.scope):
            counts["n_outside"] += 1
            continue
        every.append(finding)
        reason = _left_out(finding, file, kept, wanted.floor)
        if reason:
            counts[reason] += 1
        else:
            shown.append(finding)
    shown.sort(key=_order)
    return Judged(
        tuple(shown), Hidden(n_ignored=len(ignored), **counts), tuple(sorted(every, key=_order))
    )


def _left_out(finding: Finding, file: ChangedFile | None, kept: Kept, floor: Severity) -> str:
    """Which count of `Hidden` it belongs to; empty where it is shown."""
    names = (finding.fingerprint, *alternatives(finding, file.old_path if file else ""))
    if kept.answers.holds(names, kept.today):
        return "n_answered"
    if kept.baseline.holds(names):
        return "n_baseline"
    return "n_below" if finding.severity.rank < floor.rank else ""


def _order(finding: Finding) -> tuple[int, str, int, int, str]:
    return -finding.severity.rank, finding.path, finding.line, finding.column, finding.rule
