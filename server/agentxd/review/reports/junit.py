"""The report as JUnit XML, for CI systems that know nothing else."""

from collections.abc import Iterator, Mapping
from html import escape

from agentxd.kernel.review import Finding, Review, Severity
from agentxd.review.reports import wording
from agentxd.review.reports.cleaning import clean
from agentxd.review.reports.text import place

_SUITE = "agentxd review"


def render(review: Review, sources: Mapping[str, bytes | None]) -> str:
    """Errors and warnings are failures, notes pass; what was not reviewed is an error."""
    del sources
    cases = [*_errors(review), *map(_case, review.findings)] or [
        _element("testcase", {"classname": _SUITE, "name": wording.summary(review)})
    ]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(f.severity is not Severity.NOTE for f in review.findings)),
        "errors": str(len(wording.troubles(review))),
        "time": f"{review.duration_ms / 1000:.3f}",
    }
    told = (wording.summary(review), wording.hidden_words(review.hidden), *review.notices)
    output = "\n".join(clean(line) for line in told if line)
    suite = _element(
        "testsuite", {"name": _SUITE, **counts}, *cases, _element("system-out", {}, escape(output))
    )
    body = _element("testsuites", {"name": _SUITE, **counts}, suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _errors(review: Review) -> Iterator[str]:
    for trouble in wording.troubles(review):
        error = _element("error", {"message": trouble, "type": "incomplete"})
        yield _element("testcase", {"classname": "review-incomplete", "name": trouble}, error)


def _case(finding: Finding) -> str:
    words = escape(clean(wording.sentence(finding)))
    kind = finding.severity.value
    if finding.severity is Severity.NOTE:
        inner = _element("system-out", {}, f"{kind}: {words}")
    else:
        inner = _element("failure", {"message": finding.message, "type": kind}, words)
    where = {"classname": finding.rule, "name": f"{place(finding)} {finding.fingerprint}".rstrip()}
    return _element("testcase", where, inner)


def _element(name: str, values: Mapping[str, str], *inner: str) -> str:
    told = "".join(f' {key}="{escape(clean(value))}"' for key, value in values.items())
    return f"<{name}{told}>{''.join(inner)}</{name}>" if inner else f"<{name}{told}/>"
