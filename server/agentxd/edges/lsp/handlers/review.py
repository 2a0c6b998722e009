"""Code lenses, code actions and proposed texts: the review in any LSP editor."""

from typing import Any
from urllib.parse import unquote, urlsplit

from agentxd.edges.lsp.client import path_of
from agentxd.edges.lsp.commands_table import COMMANDS
from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.edges.lsp.handlers.commands import evidence_text, why_text
from agentxd.edges.lsp.publishing import lines_of, open_hunks, range_of
from agentxd.sessions.views import HunkView
from agentxd.workspace.lines import decode

Json = dict[str, Any]
_LENSES = ("agentx.accept", "agentx.reject", "agentx.why", "agentx.evidence")


async def code_lens(connection: Connection, params: Json) -> list[Json]:
    """Accept, Reject, Why and Evidence above each open hunk; all of a file on its first line."""
    path, views = await _hunks(connection, params)
    lines = lines_of(connection, path)
    lenses: list[Json] = []
    for view in views:
        place = range_of(view, lines, connection.facts.encoding)
        spot = {"start": place["start"], "end": place["start"]}
        name = view.status.hunk.id
        lenses += [
            _lens(spot, command, f"{COMMANDS[command]} {name}", [name]) for command in _LENSES
        ]
    if len(views) > 1:
        top = {"line": 0, "character": 0}
        for proposal in dict.fromkeys(view.status.proposal for view in views):
            whole = f"{proposal}:{path}"
            spot = {"start": top, "end": top}
            title = f"Accept all of {proposal} in this file"
            lenses.append(_lens(spot, "agentx.accept", title, [whole]))
            title = f"Reject all of {proposal} in this file"
            lenses.append(_lens(spot, "agentx.reject", title, [whole]))
    return lenses


async def code_action(connection: Connection, params: Json) -> list[Json]:
    """For the hunks that the selection touches: hunk, file and proposal."""
    path, views = await _hunks(connection, params)
    first, last = (int(params["range"][side]["line"]) for side in ("start", "end"))
    touched = [view for view in views if view.start_line <= last and first <= view.end_line]
    actions: list[Json] = []
    for view in touched:
        status = view.status
        targets = (status.hunk.id, f"{status.proposal}:{path}", status.proposal)
        names = (f"hunk {status.hunk.id}", f"{status.proposal} in this file", status.proposal)
        for target, name in zip(targets, names, strict=True):
            actions.append(_action(f"AgentX: accept {name}", "agentx.accept", target))
            actions.append(_action(f"AgentX: reject {name}", "agentx.reject", target))
    return actions


async def text_document_content(connection: Connection, params: Json) -> Json:
    """agentx-proposal:/p1/base|proposed/path, /why/p1.2, /evidence/p1.2. Raises NotFoundError."""
    parts = unquote(urlsplit(params["uri"]).path).lstrip("/").split("/")
    if parts[0] in ("why", "evidence"):
        name = parts[1].removesuffix(".md")
        text = await (why_text if parts[0] == "why" else evidence_text)(connection, name)
        return {"text": text}
    proposal, side, path = parts[0], parts[1], "/".join(parts[2:])
    content = await connection.application.views.text(proposal, path, side)
    return {"text": decode(content or b"")[0]}


async def _hunks(connection: Connection, params: Json) -> tuple[str, list[HunkView]]:
    path = path_of(connection.application.house.root, params["textDocument"]["uri"])
    return (path, await open_hunks(connection, path)) if path else ("", [])


def _lens(spot: Json, command: str, title: str, arguments: list[str]) -> Json:
    return {
        "range": spot,
        "command": {"title": title, "command": command, "arguments": arguments},
    }


def _action(title: str, command: str, target: str) -> Json:
    return {
        "title": title,
        "kind": command,
        "command": {"title": title, "command": command, "arguments": [target]},
    }


HANDLERS: dict[str, Handler] = {
    "textDocument/codeLens": code_lens,
    "textDocument/codeAction": code_action,
    "workspace/textDocumentContent": text_document_content,
}
