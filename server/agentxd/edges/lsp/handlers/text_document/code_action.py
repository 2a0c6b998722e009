"""textDocument/codeAction: the review at the cursor, in any LSP editor."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.guards import open_hunks_of


async def handle(connection: Connection, params: Json) -> list[Json]:
    """For the hunks that the selection touches: hunk, file and proposal."""
    path, views = await open_hunks_of(connection, params)
    first, last = (int(params["range"][side]["line"]) for side in ("start", "end"))
    only = (params.get("context") or {}).get("only")
    verbs = [verb for verb in ("accept", "reject") if _is_wanted(f"agentx.{verb}", only)]
    touched = [view for view in views if view.start_line <= last and first <= view.end_line]
    names = {view.status.hunk.id: f"hunk {view.status.hunk.id}" for view in touched}
    for proposal in dict.fromkeys(view.status.proposal for view in touched):
        names[f"{proposal}:{path}"] = f"{proposal} in this file"
        names[proposal] = proposal
    return [
        _action(f"AgentX: {verb} {name}", f"agentx.{verb}", target)
        for target, name in names.items()
        for verb in verbs
    ]


def _is_wanted(kind: str, only: list[str] | None) -> bool:
    """Kinds are a tree: `agentx` asks for `agentx.accept` too; without a list all are wanted."""
    return only is None or any(f"{kind}.".startswith(f"{wanted}.") for wanted in only)


def _action(title: str, command: str, target: str) -> Json:
    return {
        "title": title,
        "kind": command,
        "command": {"title": title, "command": command, "arguments": [target]},
    }
