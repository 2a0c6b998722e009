"""workspace/symbol: definitions of the whole workspace by name."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.code_places import kind_of, location_of
from agentxd.edges.lsp.connection import Connection

_MOST = 200


async def handle(connection: Connection, params: Json) -> list[Json]:
    """Best first; nothing for an empty question, which would mean everything."""
    query = params["query"]
    if not isinstance(query, str):
        raise TypeError("query must be a string")
    application = connection.application
    places = await application.searching.named_like(query.strip(), _MOST)
    return [
        {
            "name": place.symbol.name,
            "kind": kind_of(place.symbol.kind),
            "containerName": place.symbol.container or place.path,
            "location": location_of(connection.facts, application.house.root, place),
        }
        for place in places
    ]
