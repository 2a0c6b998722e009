"""textDocument/codeLens: the review above the lines, in any LSP editor."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.commands_table import COMMANDS
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.guards import open_hunks_of
from agentxd.edges.lsp.publishing import lines_of, range_of

_LENSES = ("agentx.accept", "agentx.reject", "agentx.why", "agentx.evidence")


async def handle(connection: Connection, params: Json) -> list[Json]:
    """Accept, Reject, Why and Evidence above each open hunk; all of a file on its first line."""
    path, views = await open_hunks_of(connection, params)
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


def _lens(spot: Json, command: str, title: str, arguments: list[str]) -> Json:
    return {
        "range": spot,
        "command": {"title": title, "command": command, "arguments": arguments},
    }
