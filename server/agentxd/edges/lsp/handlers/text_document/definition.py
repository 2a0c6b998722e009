"""textDocument/definition: where the name under the cursor is defined."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.code_places import location_of
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.code import pointed_at

_MOST = 10


async def handle(connection: Connection, params: Json) -> list[Json] | None:
    """The likeliest first; nothing where the name is none that is known."""
    found = await pointed_at(connection, params)
    if found is None or not found.places:
        return None
    root = connection.application.house.root
    return [location_of(connection.facts, root, place) for place in found.places[:_MOST]]
