"""What each command of workspace/executeCommand does."""

from collections.abc import Awaitable, Callable
from typing import Any

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.explaining import evidence_text, why_text
from agentxd.edges.lsp.handlers.shared.review_commands import REVIEW_RUNS
from agentxd.edges.lsp.handlers.shared.showing import shown
from agentxd.edges.lsp.progress import report_progress
from agentxd.kernel.errors import InvalidRequestError
from agentxd.sessions.goals import Goal

Run = Callable[[Connection, list[Any], Any], Awaitable[Any]]
_ANSWER = 2
"""An approval and what is decided."""


async def _accept(connection: Connection, arguments: list[Any], token: Any) -> Json:
    del token
    application = connection.application
    views, _ = await application.accept(
        _names(arguments), connection.facts.name, connection.id, is_verified=False
    )
    return {"hunks": {view.status.hunk.id: view.status.state.value for view in views}}


async def _reject(connection: Connection, arguments: list[Any], token: Any) -> Json:
    del token
    statuses = await connection.application.reviewing.reject(
        _names(arguments), connection.facts.name
    )
    return {"hunks": {status.hunk.id: status.state.value for status in statuses}}


async def _undo(connection: Connection, arguments: list[Any], token: Any) -> Json:
    del token
    views = await connection.application.undo(
        _names(arguments), connection.facts.name, connection.id
    )
    return {"hunks": {view.status.hunk.id: view.status.state.value for view in views}}


async def _why(connection: Connection, arguments: list[Any], token: Any) -> str:
    del token
    name = _names(arguments)[0]
    return await shown(connection, f"why/{name}.md", await why_text(connection, name))


async def _evidence(connection: Connection, arguments: list[Any], token: Any) -> str:
    del token
    name = _names(arguments)[0]
    return await shown(connection, f"evidence/{name}.md", await evidence_text(connection, name))


async def _show(connection: Connection, arguments: list[Any], token: Any) -> Json:
    del token
    view = await connection.application.proposal(_names(arguments)[0], connection.id)
    return {
        "id": view.proposal.id,
        "state": view.state,
        "hunks": [hunk.status.hunk.id for hunk in view.hunks],
    }


async def _run(connection: Connection, arguments: list[Any], token: Any) -> Json:
    goal = _names(arguments)[0]
    session, task = await connection.application.goals.run(Goal(text=goal), connection.facts.name)
    report_progress(connection, task, goal, token)
    return {"sessionId": session, "taskId": task}


async def _cancel(connection: Connection, arguments: list[Any], token: Any) -> Json:
    del token
    state = await connection.application.goals.cancel(_names(arguments)[0])
    return {"state": state.status}


async def _approve(connection: Connection, arguments: list[Any], token: Any) -> Json:
    del token
    names = _names(arguments)
    if len(names) < _ANSWER:
        raise InvalidRequestError("the command needs the id of an approval and a decision")
    approval, decision = names[:_ANSWER]
    decided = await connection.application.approvals.decide(
        approval, decision, connection.facts.name
    )
    return {"decision": decided.decision}


def _names(arguments: list[Any]) -> list[str]:
    names = [name for name in arguments if isinstance(name, str)]
    if not names:
        raise InvalidRequestError("the command needs the id of a hunk, proposal or task")
    return names


RUNS: dict[str, Run] = {
    "agentx.accept": _accept,
    "agentx.reject": _reject,
    "agentx.undo": _undo,
    "agentx.why": _why,
    "agentx.evidence": _evidence,
    "agentx.run": _run,
    "agentx.cancel": _cancel,
    "agentx.approve": _approve,
    "agentx.show": _show,
    **REVIEW_RUNS,
}
"""Command to what runs it, given its arguments and its progress token."""
