"""The report in reviewdog's format, with suggestions."""

import json
from collections.abc import Mapping
from typing import Any

from agentxd.kernel.review import Finding, Replacement, Review, Severity
from agentxd.review.reports import wording
from agentxd.review.reports.cleaning import clean, data, is_plain_fix
from agentxd.review.reports.ranges import ByteColumns, column_range, last_line

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
_SOURCE = {"name": "agentxd"}


def render(review: Review, sources: Mapping[str, bytes | None]) -> str:
    """One DiagnosticResult. What was not reviewed is a diagnostic of severity ERROR."""
    files = ByteColumns(sources)
    troubles = [_trouble(review, number) for number in range(len(wording.troubles(review)))]
    found = [_diagnostic(finding, files) for finding in review.findings]
    result = {"source": _SOURCE, "severity": "ERROR" if troubles else "WARNING"}
    plain = {**result, "diagnostics": [*troubles, *found]}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _trouble(review: Review, number: int) -> dict[str, Any]:
    gaps = ["" for _ in review.failures] + [gap.path for gap in review.unreviewed]
    return {
        "message": clean(f"{wording.INCOMPLETE}: {wording.troubles(review)[number]}"),
        "location": {"path": data(gaps[number])},
        "severity": "ERROR",
        "source": _SOURCE,
        "code": {"value": "review-incomplete"},
    }


def _diagnostic(finding: Finding, files: ByteColumns) -> dict[str, Any]:
    found: dict[str, Any] = {
        "message": clean(wording.sentence(finding)),
        "location": {"path": data(finding.path)},
        "severity": _SEVERITIES[finding.severity],
        "source": _SOURCE,
        "code": {"value": data(finding.rule)},
        "original_output": data(finding.fingerprint),
    }
    if not finding.is_about_file:
        found["location"]["range"] = _range(finding, files)
    if finding.fix and is_plain_fix(finding.fix):
        found["suggestions"] = [_suggestion(change) for change in finding.fix.replacements]
    if finding.related:
        found["related_locations"] = [
            {
                "message": clean(other.message),
                "location": {
                    "path": data(other.path),
                    "range": {"start": {"line": other.line + 1}},
                },
            }
            for other in finding.related
        ]
    return found


def _range(finding: Finding, files: ByteColumns) -> dict[str, Any]:
    """Columns count in bytes there; without the file's contents none are told."""
    start: dict[str, int] = {"line": finding.line + 1}
    end: dict[str, int] = {"line": last_line(finding)}
    first, last = column_range(finding)
    column = files.at(finding.path, start["line"], first) if first else None
    behind = files.at(finding.path, end["line"], last) if last else None
    if column:
        start["column"] = column
        if behind:
            end["column"] = behind
    return {"start": start, "end": end}


def _suggestion(change: Replacement) -> dict[str, Any]:
    """Whole lines without a column; what is put in between stands before a first column."""
    if change.end_line == change.start_line:
        here = {"line": change.start_line + 1, "column": 1}
        return {"range": {"start": here, "end": here}, "text": change.text}
    lines = {"start": {"line": change.start_line + 1}, "end": {"line": change.end_line}}
    return {"range": lines, "text": change.text.removesuffix("\n")}
