"""Findings of the review as diagnostics, where they stand in the text that a client has."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.positions import split_text, to_units
from agentxd.kernel.review import Finding, Related, Severity
from agentxd.review.placing import Placed, placed
from agentxd.workspace.lines import decode

Json = dict[str, Any]
SOURCE = "agentx review"
_SEVERITIES = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.NOTE: 3}
_UNNECESSARY = 1
_FADED = frozenset({"commented-out-code"})
"""Rules whose findings are text that could go."""
_PAGE = re.compile(r"https://[^\s)>\]]+")
"""Where a linter has its rule explained."""
_SHORT = 64 << 10
"""Up to so many bytes a text is compared on the event loop: less than a change of threads takes."""


@dataclass(frozen=True)
class FoundIn:
    """A file as a client has it, or as it was reviewed where it has not, with its findings."""

    path: str
    lines: list[str]
    found: Sequence[Placed]
    version: int | None = None
    """Of the client's document; None where it has none."""


async def findings_in(connection: Connection, path: str) -> FoundIn | None:
    """None where nothing is found, or this client shows no diagnostics."""
    file = connection.application.inspecting.files.get(path)
    if file is None or not connection.facts.has_diagnostics:
        return None
    was = decode(file.content or b"")[0].removeprefix("\ufeff")
    for document in connection.application.documents.of(path):
        if document.connection == connection.id:
            now, version = document.text, document.version
            break
    else:
        now, version = was, None
    before, after = (text.encode("utf-8", "surrogatepass") for text in (was, now))
    if before == after or len(before) + len(after) <= _SHORT:
        found = placed(file.findings, before, after)
    else:
        found = await asyncio.to_thread(placed, file.findings, before, after)
    return FoundIn(path, split_text(now), found, version)


async def finding_diagnostics(connection: Connection, path: str) -> list[Json]:
    """What is found in a file, as this client shows it."""
    where = await findings_in(connection, path)
    if where is None:
        return []
    return [diagnostic(connection, one, where.lines) for one in where.found]


def diagnostic(connection: Connection, one: Placed, lines: Sequence[str]) -> Json:
    """One finding."""
    finding, facts = one.finding, connection.facts
    advice = f"\n{finding.advice}" if finding.advice else ""
    found: Json = {
        "range": range_of(one, lines, facts.encoding),
        "severity": _SEVERITIES[finding.severity],
        "source": SOURCE,
        "code": finding.rule,
        "message": finding.message + advice,
        "data": {"fingerprint": finding.fingerprint, "rule": finding.rule},
    }
    page = _PAGE.search(finding.advice) if finding.reviewer == "linter" else None
    if page is not None and facts.has_of_diagnostics("codeDescriptionSupport"):
        found["codeDescription"] = {"href": page[0]}
    if finding.rule in _FADED and facts.has_of_diagnostics("tagSupport"):
        found["tags"] = [_UNNECESSARY]
    if finding.related and facts.has_of_diagnostics("relatedInformation"):
        found["relatedInformation"] = [_related(connection, place) for place in finding.related]
    return found


def range_of(one: Placed, lines: Sequence[str], encoding: str) -> Json:
    """The finding's columns, or its lines without the space around them."""
    finding = one.finding
    first = min(one.start, len(lines) - 1)
    last = max(first, min(one.end, len(lines)) - 1)
    text, end_text = _body(lines[first]), _body(lines[last])
    if finding.is_about_file or one.start == one.end:
        start, end = 0, len(text) if finding.is_about_file else 0
    else:
        start, end = _columns(finding, text, end_text)
    return {
        "start": {"line": first, "character": to_units(text, start, encoding)},
        "end": {"line": last, "character": to_units(end_text, end, encoding)},
    }


def _columns(finding: Finding, text: str, end_text: str) -> tuple[int, int]:
    indent = len(text) - len(text.lstrip())
    start = finding.column if finding.column >= 0 else indent
    end = finding.end_column if finding.end_column >= 0 else len(end_text.rstrip())
    return start, end


def _body(line: str) -> str:
    return line.rstrip("\r\n")


def _related(connection: Connection, place: Related) -> Json:
    start = {"line": place.line, "character": 0}
    root = connection.application.house.root
    location = {
        "uri": connection.facts.uri_of(root, place.path),
        "range": {"start": start, "end": start},
    }
    return {"location": location, "message": place.message}
