"""What the process that reviews is told, and what it answers: its report in JSON."""

import msgspec
from msgspec import Struct

from agentxd.kernel.errors import ReviewError
from agentxd.kernel.review import (
    Finding,
    Fix,
    Hidden,
    Related,
    Replacement,
    Review,
    ReviewRequest,
    RuleFailure,
    RuleInfo,
    Severity,
    Unreviewed,
)


class _Change(Struct, frozen=True):
    """Lines count from 1 here."""

    line: int
    n_lines: int
    text: str


class _Fix(Struct, frozen=True):
    title: str
    replacements: tuple[_Change, ...]


class _Finding(Struct, frozen=True):
    """Lines and columns count from 1 here, and the last line is part of it."""

    rule: str
    reviewer: str
    severity: Severity
    path: str
    line: int | None
    end_line: int | None
    column: int | None
    end_column: int | None
    is_about_file: bool
    is_about_removal: bool
    message: str
    advice: str
    fingerprint: str
    fix: _Fix | None
    related: tuple[Related, ...]


class _Rule(Struct, frozen=True):
    id: str
    title: str


class _Report(Struct, frozen=True):
    title: str
    base: str
    head: str
    n_files: int
    n_lines: int
    duration_ms: int
    findings: tuple[_Finding, ...]
    hidden: Hidden
    failures: tuple[RuleFailure, ...]
    unreviewed: tuple[Unreviewed, ...]
    rules: tuple[_Rule, ...]
    notices: tuple[str, ...]


def argument_of(request: ReviewRequest) -> str:
    """Its argument."""
    argument = {
        "root": request.root,
        "what": {"kind": request.kind, "value": request.value},
        "filterMode": request.filter_mode,
        "minSeverity": request.min_severity,
        "timeBudgetS": request.seconds,
        "hasLinters": request.has_linters,
        "format": "json",
        "failOn": "never",
    }
    return msgspec.json.encode(argument).decode()


def read_report(output: bytes) -> Review:
    """The review. Raises ReviewError where it makes no sense."""
    try:
        report = msgspec.json.decode(output, type=_Report)
    except msgspec.DecodeError as error:
        raise ReviewError(
            f"the process that reviews answered what cannot be read: {error}",
            "Check that AgentX is installed whole: agentxd doctor",
        ) from error
    return Review(
        title=report.title,
        findings=tuple(_finding(found) for found in report.findings),
        hidden=report.hidden,
        failures=report.failures,
        unreviewed=report.unreviewed,
        rules=tuple(_rule(rule) for rule in report.rules),
        n_files=report.n_files,
        n_lines=report.n_lines,
        base=report.base,
        head=report.head,
        duration_ms=report.duration_ms,
        notices=report.notices,
    )


def _finding(found: _Finding) -> Finding:
    return Finding(
        rule=found.rule,
        severity=found.severity,
        path=found.path,
        line=_less(found.line, 0),
        end_line=-1 if found.end_line is None else found.end_line,
        column=_less(found.column, -1),
        end_column=_less(found.end_column, -1),
        message=found.message,
        advice=found.advice,
        is_about_file=found.is_about_file,
        is_about_removal=found.is_about_removal,
        fingerprint=found.fingerprint,
        fix=None if found.fix is None else _fix(found.fix),
        related=tuple(Related(r.path, r.line - 1, r.message) for r in found.related),
        reviewer=found.reviewer,
    )


def _fix(found: _Fix) -> Fix:
    changes = [
        Replacement(one.line - 1, one.line - 1 + one.n_lines, one.text)
        for one in found.replacements
    ]
    return Fix(found.title, tuple(changes))


def _rule(found: _Rule) -> RuleInfo:
    """The report tells no more of it; `explain` does."""
    return RuleInfo(id=found.id, title=found.title, severity=Severity.NOTE, doc="", bad=(), good=())


def _less(number: int | None, none: int) -> int:
    """From 1 to from 0."""
    return none if number is None else number - 1
