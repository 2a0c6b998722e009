"""The report as SARIF 2.1.0, for code scanning and editors."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from agentxd import __version__
from agentxd.kernel.review import Finding, Fix, Related, Replacement, Review, RuleInfo
from agentxd.review.reports import wording
from agentxd.review.reports.cleaning import clean, data, is_plain_fix
from agentxd.review.reports.ranges import ByteColumns, column_range, last_line

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "agentxd/v1"
"""Key of our fingerprint in `partialFingerprints`."""
_ROOT = "SRCROOT"


def render(review: Review, sources: Mapping[str, bytes | None]) -> str:
    """One log with one run."""
    rules = _rules(review)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    files = ByteColumns(sources)
    driver = {"name": "agentxd", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the repository"}}},
        "invocations": [_invocation(review)],
        "results": [_result(finding, index, files) for finding in review.findings],
        "properties": _properties(review),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def uri(path: str) -> str:
    """A path as a relative reference, byte for byte."""
    try:
        return quote(path.encode(errors="surrogateescape"), safe="/")
    except UnicodeEncodeError:
        return quote(path.encode(errors="backslashreplace"), safe="/")


def _rules(review: Review) -> list[dict[str, Any]]:
    """Those that ran, and those that only their findings tell of: linters' and models'."""
    known = {data(rule.id): _rule(rule) for rule in review.rules}
    for finding in review.findings:
        known.setdefault(data(finding.rule), {"id": data(finding.rule)})
    return list(known.values())


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": data(rule.id),
        "shortDescription": {"text": clean(rule.title) or "rule"},
        "fullDescription": {"text": data(rule.doc) or "rule"},
        "help": {"text": data(rule.doc) or "rule", "markdown": data(rule.doc) or "rule"},
        "defaultConfiguration": {"level": rule.severity.value, "enabled": rule.is_on},
    }


def _invocation(review: Review) -> dict[str, Any]:
    """`executionSuccessful` is false wherever anything was not looked at."""
    failures = [
        {
            "level": "error",
            "descriptor": {"id": "reviewer-failed"},
            "message": {"text": clean(trouble)},
        }
        for trouble in wording.troubles(review)[: len(review.failures)]
    ]
    gaps = [
        {
            "level": "error",
            "descriptor": {"id": "not-reviewed"},
            "message": {"text": clean(trouble)},
            **({"locations": [{"physicalLocation": _artifact(gap.path)}]} if gap.path else {}),
        }
        for trouble, gap in zip(
            wording.troubles(review)[len(review.failures) :], review.unreviewed, strict=True
        )
    ]
    notices = [
        {"level": "note", "message": {"text": clean(notice) or "notice"}}
        for notice in review.notices
    ]
    return {
        "executionSuccessful": review.is_complete,
        "toolExecutionNotifications": [*failures, *gaps, *notices],
    }


def _result(finding: Finding, index: Mapping[str, int], files: ByteColumns) -> dict[str, Any]:
    rule = data(finding.rule)
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": index[rule],
        "level": finding.severity.value,
        "message": {"text": clean(wording.sentence(finding)) or "finding"},
        "locations": [{"physicalLocation": _place(finding)}],
        "suppressions": [],
        "properties": {"reviewer": data(finding.reviewer), "path": data(finding.path)},
    }
    if finding.fingerprint:
        result["partialFingerprints"] = {FINGERPRINT: data(finding.fingerprint)}
    if finding.related:
        result["relatedLocations"] = [_related(i, r) for i, r in enumerate(finding.related)]
    if finding.fix and finding.fix.replacements and is_plain_fix(finding.fix):
        result["fixes"] = [_fix(finding.fix, finding.path, files)]
    return result


def _artifact(path: str) -> dict[str, Any]:
    return {"artifactLocation": {"uri": uri(path), "uriBaseId": _ROOT}}


def _place(finding: Finding) -> dict[str, Any]:
    if finding.is_about_file:
        return _artifact(finding.path)
    start, end = column_range(finding)
    region = {"startLine": finding.line + 1, "endLine": last_line(finding)}
    region |= {"startColumn": start} if start else {}
    region |= {"endColumn": end} if end else {}
    return {**_artifact(finding.path), "region": region}


def _related(number: int, related: Related) -> dict[str, Any]:
    return {
        "id": number,
        "message": {"text": clean(related.message) or "related"},
        "physicalLocation": {
            **_artifact(related.path),
            "region": {"startLine": related.line + 1},
        },
    }


def _fix(fix: Fix, path: str, files: ByteColumns) -> dict[str, Any]:
    replacements = [_replacement(change, files.n_lines(path)) for change in fix.replacements]
    return {
        "description": {"text": clean(fix.title) or "fix"},
        "artifactChanges": [{**_artifact(path), "replacements": replacements}],
    }


def _replacement(change: Replacement, n_lines: int | None) -> dict[str, Any]:
    """Whole lines with their ends; of a last line, behind which none is, up to its end."""
    region = {"startLine": change.start_line + 1, "startColumn": 1}
    is_last = n_lines is not None and change.end_line >= n_lines
    if is_last and change.end_line > change.start_line:
        region |= {"endLine": change.end_line}
        return {"deletedRegion": region, "insertedContent": {"text": change.text.rstrip("\n")}}
    region |= {"endLine": change.end_line + 1, "endColumn": 1}
    return {"deletedRegion": region, "insertedContent": {"text": change.text}}


def _properties(review: Review) -> dict[str, Any]:
    hidden = {name: getattr(review.hidden, name) for name in review.hidden.__struct_fields__}
    told: Sequence[tuple[str, Any]] = (
        ("title", data(review.title)),
        ("base", data(review.base)),
        ("head", data(review.head)),
        ("isComplete", review.is_complete),
        ("nFiles", review.n_files),
        ("nLines", review.n_lines),
        ("durationMs", review.duration_ms),
    )
    return {**dict(told), "hidden": hidden}
