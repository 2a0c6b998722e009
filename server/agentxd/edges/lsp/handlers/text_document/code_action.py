"""textDocument/codeAction: the review at the cursor, in any LSP editor."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.guards import open_hunks_of


async def handle(connection: Connection, params: Json) -> list[Json]:
    """For the hunks that the selection touches: hunk, file and proposal."""
    path, views = await open_hunks_of(connection, params)
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


def _action(title: str, command: str, target: str) -> Json:
    return {
        "title": title,
        "kind": command,
        "command": {"title": title, "command": command, "arguments": [target]},
    }
