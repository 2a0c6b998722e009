"""textDocument/references: where the name under the cursor is used."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.code_places import location_of, use_location
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.code import pointed_at

_MOST = 500


async def handle(connection: Connection, params: Json) -> list[Json] | None:
    """The likeliest first, behind the definitions where these are wanted too."""
    found = await pointed_at(connection, params)
    if found is None or not found.places:
        return None
    application = connection.application
    facts, root = connection.facts, application.house.root
    name = found.places[0].symbol.name
    uses = await application.searching.uses_of(
        found.places, found.text.path, found.text.language, _MOST
    )
    locations = [use_location(facts, root, use, name) for use in uses]
    if (params.get("context") or {}).get("includeDeclaration"):
        locations = [*(location_of(facts, root, place) for place in found.places), *locations]
    return _once(locations)


def _once(locations: list[Json]) -> list[Json]:
    """Each place once: a name that is defined in a place may count as used there."""
    seen: dict[tuple[str, int, int], Json] = {}
    for location in locations:
        start = location["range"]["start"]
        seen.setdefault((location["uri"], start["line"], start["character"]), location)
    return list(seen.values())
