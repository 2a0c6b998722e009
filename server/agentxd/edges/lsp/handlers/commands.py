"""workspace/executeCommand: everything that a plain LSP editor can do."""

from collections.abc import Awaitable, Callable
from typing import Any

from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.edges.lsp.progress import report_progress
from agentxd.kernel.errors import AgentxError, InvalidRequestError
from agentxd.sessions.goals import Goal

Json = dict[str, Any]
_INFO, _ERROR = 3, 1


async def execute_command(connection: Connection, params: Json) -> Any:
    """Run one; trouble is shown to the person and answered as an error."""
    name, arguments = params["command"], params.get("arguments") or []
    run = _COMMANDS.get(name)
    if run is None:
        raise InvalidRequestError(f"there is no command {name!r}")
    try:
        return await run(connection, arguments, params.get("workDoneToken"))
    except AgentxError as error:
        text = " ".join(part for part in (error.message + ".", error.next_step) if part)
        connection.send("window/showMessage", {"type": _ERROR, "message": f"AgentX: {text}"})
        raise


async def why_text(connection: Connection, name: str) -> str:
    """Where a hunk comes from, in Markdown."""
    application = connection.application
    proposal = await application.proposal(name.partition(".")[0], connection.id)
    task = application.goals.get(proposal.proposal.task)
    lines = [
        f"# {name}",
        "",
        f"Goal: {task.goal}",
        f"Author: {proposal.proposal.author}, task {task.id}, sandbox {task.backend}",
        "",
        task.reason,
    ]
    return "\n".join(lines).rstrip() + "\n"


async def evidence_text(connection: Connection, name: str) -> str:
    """What ran before and after, in Markdown."""
    proposal = await connection.application.proposal(name.partition(".")[0], connection.id)
    lines = [f"# Evidence for {proposal.proposal.id}", ""]
    if proposal.is_expired:
        lines += ["The files have moved on since: this evidence has expired.", ""]
    for ran in proposal.evidence:
        lines.append(
            f"- {ran.phase}: `{ran.command}` ended with {ran.exit_code}"
            f" in {ran.duration_ms} ms at tree {ran.tree[:12]}"
        )
        lines += ["", "```", ran.tail, "```", ""]
    if not proposal.evidence:
        lines.append("No command ran.")
    return "\n".join(lines).rstrip() + "\n"


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
    return await _shown(connection, f"why/{name}.md", await why_text(connection, name))


async def _evidence(connection: Connection, arguments: list[Any], token: Any) -> str:
    del token
    name = _names(arguments)[0]
    return await _shown(connection, f"evidence/{name}.md", await evidence_text(connection, name))


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
    approval, decision = _names(arguments)[:2]
    decided = await connection.application.approvals.decide(
        approval, decision, connection.facts.name
    )
    return {"decision": decided.decision}


async def _shown(connection: Connection, place: str, text: str) -> str:
    """As a document where the client can show one, else as a message; also the answer."""
    if connection.facts.has_text_content and connection.facts.has_show_document:
        connection.ask_soon("window/showDocument", {"uri": f"agentx-proposal:/{place}"})
    else:
        connection.send("window/showMessage", {"type": _INFO, "message": text})
    return text


def _names(arguments: list[Any]) -> list[str]:
    names = [name for name in arguments if isinstance(name, str)]
    if not names:
        raise InvalidRequestError("the command needs the id of a hunk, proposal or task")
    return names


_COMMANDS: dict[str, Callable[[Connection, list[Any], Any], Awaitable[Any]]] = {
    "agentx.accept": _accept,
    "agentx.reject": _reject,
    "agentx.undo": _undo,
    "agentx.why": _why,
    "agentx.evidence": _evidence,
    "agentx.run": _run,
    "agentx.cancel": _cancel,
    "agentx.approve": _approve,
    "agentx.show": _show,
}

HANDLERS: dict[str, Handler] = {"workspace/executeCommand": execute_command}
