"""The report as JSON: every field of a review, as docs/review-reports.md has it."""

import json
from collections.abc import Mapping
from typing import Any

from agentxd.kernel.review import Finding, Fix, Review
from agentxd.review.reports import wording
from agentxd.review.reports.cleaning import data, is_plain_fix
from agentxd.review.reports.ranges import column_range

VERSION = 1
"""Grows when a field changes its meaning or goes; new fields do not count."""


def render(review: Review, sources: Mapping[str, bytes | None]) -> str:
    """One object.

    Lines and columns count from 1, columns in code points; the last line is part of the finding,
    the end column is not.
    """
    del sources
    plain = {
        "version": VERSION,
        "title": data(review.title),
        "base": data(review.base),
        "head": data(review.head),
        "is_complete": review.is_complete,
        "summary": wording.summary(review),
        "n_files": review.n_files,
        "n_lines": review.n_lines,
        "duration_ms": review.duration_ms,
        "findings": [_finding(finding) for finding in review.findings],
        "hidden": {name: getattr(review.hidden, name) for name in review.hidden.__struct_fields__},
        "failures": [
            {"rule": data(f.rule), "reason": data(f.reason), "next_step": data(f.next_step)}
            for f in review.failures
        ],
        "unreviewed": [
            {"path": data(gap.path), "reason": data(gap.reason)} for gap in review.unreviewed
        ],
        "rules": [{"id": data(rule.id), "title": data(rule.title)} for rule in review.rules],
        "notices": [data(notice) for notice in review.notices],
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": data(finding.rule),
        "reviewer": data(finding.reviewer),
        "severity": finding.severity.value,
        "path": data(finding.path),
        **_place(finding),
        "is_about_file": finding.is_about_file,
        "is_about_removal": finding.is_about_removal,
        "message": data(finding.message),
        "advice": data(finding.advice),
        "fingerprint": data(finding.fingerprint),
        "fix": _fix(finding.fix),
        "related": [
            {"path": data(other.path), "line": other.line + 1, "message": data(other.message)}
            for other in finding.related
        ],
    }


def _place(finding: Finding) -> dict[str, int | None]:
    start, end = column_range(finding)
    return {
        "line": None if finding.is_about_file else finding.line + 1,
        "end_line": None if finding.is_about_file else max(finding.end_line, finding.line + 1),
        "column": start,
        "end_column": end,
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    """Replacements are of whole lines from `line` on, `n_lines` of them, possibly none."""
    if fix is None or not is_plain_fix(fix):
        return None
    return {
        "title": data(fix.title),
        "replacements": [
            {
                "line": change.start_line + 1,
                "n_lines": change.end_line - change.start_line,
                "text": change.text,
            }
            for change in fix.replacements
        ],
    }
