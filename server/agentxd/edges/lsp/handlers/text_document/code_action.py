"""textDocument/codeAction: what can be done about hunks and findings at the cursor."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.finding_actions import finding_actions, is_wanted
from agentxd.edges.lsp.handlers.shared.guards import open_hunks_of


async def handle(connection: Connection, params: Json) -> list[Json]:
    """For the findings that the selection touches, and its hunks: hunk, file and proposal."""
    path, views = await open_hunks_of(connection, params)
    first, last = (int(params["range"][side]["line"]) for side in ("start", "end"))
    only = (params.get("context") or {}).get("only")
    verbs = [verb for verb in ("accept", "reject") if is_wanted(f"agentx.{verb}", only)]
    touched = [view for view in views if view.start_line <= last and first <= view.end_line]
    names = {view.status.hunk.id: f"hunk {view.status.hunk.id}" for view in touched}
    for proposal in dict.fromkeys(view.status.proposal for view in touched):
        names[f"{proposal}:{path}"] = f"{proposal} in this file"
        names[proposal] = proposal
    found = await finding_actions(connection, path, (first, last), only) if path else []
    return found + [
        _action(f"AgentX: {verb} {name}", f"agentx.{verb}", target)
        for target, name in names.items()
        for verb in verbs
    ]


def _action(title: str, command: str, target: str) -> Json:
    return {
        "title": title,
        "kind": command,
        "command": {"title": title, "command": command, "arguments": [target]},
    }
