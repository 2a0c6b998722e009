"""window/workDoneProgress for a running goal, with cancel."""

from collections.abc import Sequence
from typing import Any

from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.events import Record, TaskEnded
from agentxd.sessions.replaying import told

_MAX_CHARS = 120


def report_progress(connection: Connection, task: str, title: str, token: str | int | None) -> None:
    """Begin now, report what happens, end with the task. Nothing where the client cannot."""
    if token is None and not connection.facts.has_progress:
        return
    mine = token if token is not None else f"agentx-{task}"
    if token is None:
        connection.ask_soon("window/workDoneProgress/create", {"token": mine})
    connection.progress[str(mine)] = task
    begin = {"kind": "begin", "title": f"AgentX: {title[:_MAX_CHARS]}", "cancellable": True}
    connection.send("$/progress", {"token": mine, "value": begin})

    def hear(records: Sequence[Record]) -> None:
        for record in records:
            if getattr(record.event, "task", "") == task:
                _report(connection, mine, record)
            if isinstance(record.event, TaskEnded) and record.event.task == task:
                connection.progress.pop(str(mine), None)
                stop()

    stop = connection.application.journal.subscribe(hear)
    connection.at_end(stop)


def _report(connection: Connection, token: Any, record: Record) -> None:
    event = record.event
    if isinstance(event, TaskEnded):
        value = {"kind": "end", "message": f"{event.task} {event.outcome}"}
    else:
        words = [line[:_MAX_CHARS] for line in told(event)]
        if not words:
            return
        value = {"kind": "report", "message": words[-1]}
    connection.send("$/progress", {"token": token, "value": value})
