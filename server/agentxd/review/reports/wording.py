"""What every report says in the same words: incomplete, hidden, how many."""

from agentxd.kernel.review import Finding, Hidden, Review, Severity

_REASONS = (
    ("n_answered", "answered"),
    ("n_ignored", "ignored by a remark in the code"),
    ("n_baseline", "in the baseline"),
    ("n_below", "below the severity floor"),
    ("n_outside", "outside of the change"),
)
INCOMPLETE = "This review is not complete"


def counted(n: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def summary(review: Review) -> str:
    """How many findings of which severity in how large a change, in one line."""
    if not review.n_files and not review.findings and review.is_complete:
        return "nothing to review"
    size = f"{counted(review.n_files, 'file')}, {counted(review.n_lines, 'added line')}"
    kinds = [(s, sum(f.severity is s for f in review.findings)) for s in Severity]
    told = ", ".join(counted(n, severity.value) for severity, n in kinds if n)
    if not told:
        told = "no findings" if review.is_complete else "no findings in what was reviewed"
    return f"{told} in {size}"


def hidden_words(hidden: Hidden) -> str:
    """How many findings are not shown, and why; empty where all are."""
    told = [f"{n} {words}" for name, words in _REASONS if (n := getattr(hidden, name))]
    return f"not shown: {', '.join(told)}" if told else ""


def troubles(review: Review) -> tuple[str, ...]:
    """Why the review is not complete: one sentence for each failure and each gap."""
    failures = [
        f"{failure.rule} failed: {failure.reason}"
        + (f" ({failure.next_step})" if failure.next_step else "")
        for failure in review.failures
    ]
    gaps = [f"not reviewed: {gap.path or 'the rest'}: {gap.reason}" for gap in review.unreviewed]
    return (*failures, *gaps)


def sentence(finding: Finding) -> str:
    """What is wrong, and what to do about it."""
    return f"{finding.message}; {finding.advice}" if finding.advice else finding.message
