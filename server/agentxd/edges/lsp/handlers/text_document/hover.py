"""textDocument/hover: how the name under the cursor is declared, and its documentation."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.code import pointed_at
from agentxd.edges.lsp.markdown import harmless
from agentxd.kernel.index import SymbolPlace

_FENCE = "```"


async def handle(connection: Connection, params: Json) -> Json | None:
    """Of the likeliest definition; nothing where the name is none that is known."""
    found = await pointed_at(connection, params)
    if found is None or not found.places:
        return None
    place, n_more = found.places[0], len(found.places) - 1
    is_rich = connection.facts.has_markdown
    value = _words(place, n_more, found.text.path, is_rich=is_rich)
    return {
        "contents": {"kind": "markdown" if is_rich else "plaintext", "value": value},
        "range": found.range(connection.facts.encoding),
    }


def _words(place: SymbolPlace, n_more: int, path: str, *, is_rich: bool) -> str:
    symbol = place.symbol
    declared = symbol.signature or f"{symbol.kind.value} {symbol.name}"
    if is_rich:
        declared = f"{_FENCE}{place.language}\n{declared.replace(_FENCE, '')}\n{_FENCE}"
    parts = [declared]
    if symbol.doc:
        parts.append(harmless(symbol.doc) if is_rich else symbol.doc)
    more = f", and {n_more} more by this name" if n_more else ""
    if place.path != path or more:
        where = f"{place.path}:{symbol.line + 1}{more}"
        parts.append(f"*{where}*" if is_rich and "*" not in where else where)
    return "\n\n".join(parts)
