"""Hunks and findings as diagnostics, sent again whenever text, decisions or findings change."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from agentxd_protocol.proposal import ChangedNotification
from agentxd_protocol.task import SettledNotification

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.findings import finding_diagnostics
from agentxd.edges.lsp.hunk_words import gist
from agentxd.edges.lsp.positions import split_text, to_units
from agentxd.kernel.hunks import HunkState
from agentxd.sessions.views import HunkView

Json = dict[str, Any]
_HINT, _WARNING = 4, 2
_UNKNOWN_LINES = [""] * 200_000
"""For a file that this client has not opened: every line number fits, no column is known."""
_OPEN = (HunkState.PROPOSED, HunkState.EDITED, HunkState.CONFLICTED)


async def open_hunks(connection: Connection, path: str) -> list[HunkView]:
    """The hunks of a file that wait for a decision, as this client sees them."""
    return await _hunks(connection, path, _OPEN)


async def taken_hunks(connection: Connection, path: str) -> list[HunkView]:
    """The hunks of a file that were accepted, of proposals that are still looked at."""
    ledger = connection.application.journal.state.ledger
    views = await _hunks(connection, path, (HunkState.APPLIED,))
    return [view for view in views if ledger.proposal_state(view.status.proposal) == "open"]


async def _hunks(
    connection: Connection, path: str, states: tuple[HunkState, ...]
) -> list[HunkView]:
    application = connection.application
    ledger = application.journal.state.ledger
    statuses = [
        status
        for name, proposal in ledger.proposals.items()
        if path in proposal.by_path
        for status in ledger.of_file(name, path)
        if status.state in states
    ]
    return await application.views.hunks(statuses, connection.id)


def publish_soon(connection: Connection, path: str) -> None:
    """Publish one file; fast typing does not queue up."""
    connection.run_newest(path, partial(_publish, connection, path))


async def _publish(connection: Connection, path: str) -> None:
    """The diagnostics of one file for one client, all of them at once."""
    version = _version_of(connection, path)
    views = await open_hunks(connection, path)
    found = await finding_diagnostics(connection, path)
    if not views and not found and path not in connection.published:
        return
    connection.published.discard(path)
    if views or found:
        connection.published.add(path)
    lines = lines_of(connection, path)
    root = connection.application.house.root
    diagnostics = [*(_diagnostic(connection, view, lines) for view in views), *found]
    told: Json = {"uri": connection.facts.uri_of(root, path), "diagnostics": diagnostics}
    if version is not None and connection.facts.has_of_diagnostics("versionSupport"):
        told["version"] = version
    connection.send("textDocument/publishDiagnostics", told)


def _version_of(connection: Connection, path: str) -> int | None:
    """Of the text that this client has open: it tells whether the places are still those."""
    for document in connection.application.documents.of(path):
        if document.connection == connection.id:
            return document.version
    return None


def publish_all(connection: Connection) -> None:
    """Every file with open hunks or findings, and those that had some."""
    application = connection.application
    paths = {*application.open_paths(), *application.inspecting.files, *connection.published}
    for path in sorted(paths):
        publish_soon(connection, path)


def tell_found(connection: Connection, paths: Iterable[str]) -> None:
    """Findings came or went: refresh what this client shows of them."""
    if connection.facts.is_initialized and connection.facts.has_diagnostics:
        for path in paths:
            publish_soon(connection, path)


async def tell_change(connection: Connection, proposals: list[str], paths: list[str]) -> None:
    """Decisions were made somewhere: refresh what this client shows."""
    if not connection.facts.is_initialized:
        return
    for path in paths:
        publish_soon(connection, path)
    if connection.facts.has_lens_refresh:
        connection.ask_soon("workspace/codeLens/refresh", {})
    if connection.facts.has_text_content:
        for uri in connection.contents.of(proposals):
            connection.ask_soon("workspace/textDocumentContent/refresh", {"uri": uri})
    if connection.is_agentx:
        seq = connection.application.journal.last_seq
        connection.send(
            "agentx/proposal/changed",
            ChangedNotification(proposal_ids=proposals, paths=paths, seq=seq),
        )


def tell_settled(connection: Connection, tasks: list[str]) -> None:
    """What the ends of these tasks bring is done: no record of the log tells."""
    if connection.facts.is_initialized and connection.is_agentx:
        seq = connection.application.journal.last_seq
        connection.send("agentx/task/settled", SettledNotification(task_ids=tasks, seq=seq))


def range_of(view: HunkView, lines: list[str], encoding: str) -> Json:
    """The lines of a hunk; an insertion is the place before its line."""
    last = len(lines) - 1
    start, end = min(view.start_line, last), min(view.end_line, last + 1)
    if end > last:
        units = to_units(lines[last], len(lines[last]), encoding)
        stop = {"line": last, "character": units}
    else:
        stop = {"line": max(start, end), "character": 0}
    return {"start": {"line": start, "character": 0}, "end": stop}


def lines_of(connection: Connection, path: str) -> list[str]:
    """The lines that this client has open, else lines without known length."""
    for document in connection.application.documents.of(path):
        if document.connection == connection.id:
            return split_text(document.text)
    return _UNKNOWN_LINES


def _diagnostic(connection: Connection, view: HunkView, lines: list[str]) -> Json:
    status = view.status
    is_conflict = status.state is HunkState.CONFLICTED
    proposal = connection.application.journal.state.ledger.proposals[status.proposal]
    message = f"{status.hunk.id} {proposal.title} ({gist(view)})"
    if is_conflict:
        message += f" (conflict: {status.reason})"
    return {
        "range": range_of(view, lines, connection.facts.encoding),
        "severity": _WARNING if is_conflict else _HINT,
        "source": "agentx",
        "code": status.state.value,
        "message": message,
        "data": {"hunkId": status.hunk.id, "proposalId": status.proposal},
    }
