"""The report as GitLab's code quality JSON."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from agentxd.kernel.review import Finding, Review, Severity
from agentxd.review.reports import wording
from agentxd.review.reports.cleaning import clean, data
from agentxd.review.reports.ranges import last_line

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


def render(review: Review, sources: Mapping[str, bytes | None]) -> str:
    """A list of issues; what was not reviewed is one of severity blocker."""
    del sources
    gaps = ["." for _ in review.failures] + [gap.path or "." for gap in review.unreviewed]
    troubles = [
        _trouble(trouble, path)
        for trouble, path in zip(wording.troubles(review), gaps, strict=True)
    ]
    issues = [*troubles, *map(_issue, review.findings)]
    return json.dumps(_distinct(issues), ensure_ascii=False, indent=1) + "\n"


def _issue(finding: Finding) -> dict[str, Any]:
    line = 1 if finding.is_about_file else finding.line + 1
    end = 1 if finding.is_about_file else last_line(finding)
    return {
        "description": clean(wording.sentence(finding)),
        "check_name": data(finding.rule),
        "fingerprint": data(finding.fingerprint) or _digest(finding.rule, finding.path, str(line)),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": data(finding.path), "lines": {"begin": line, "end": end}},
    }


def _trouble(trouble: str, path: str) -> dict[str, Any]:
    return {
        "description": clean(f"{wording.INCOMPLETE}: {trouble}"),
        "check_name": "review-incomplete",
        "fingerprint": _digest("review-incomplete", trouble),
        "severity": "blocker",
        "location": {"path": data(path), "lines": {"begin": 1, "end": 1}},
    }


def _distinct(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """GitLab drops issues of equal fingerprints: later ones get one of their own."""
    seen: dict[str, int] = {}
    for issue in issues:
        name = issue["fingerprint"]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            issue["fingerprint"] = _digest(name, str(seen[name]))
    return issues


def _digest(*parts: str) -> str:
    text = "\0".join(parts).encode(errors="surrogatepass")
    return blake2b(text, digest_size=8).hexdigest()
