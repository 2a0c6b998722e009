"""textDocument/hover: the hunk at the cursor, and how the name there is declared."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.code import pointed_at
from agentxd.edges.lsp.handlers.shared.guards import open_hunks_of
from agentxd.edges.lsp.hunk_words import hunk_text
from agentxd.edges.lsp.markdown import harmless
from agentxd.kernel.index import SymbolPlace

_FENCE = "```"


async def handle(connection: Connection, params: Json) -> Json | None:
    """Hunks for an editor that shows them in no other way; then the likeliest definition."""
    is_rich = connection.facts.has_markdown
    parts = await _hunks(connection, params, is_rich=is_rich)
    found = None
    if connection.application.searching.is_on:
        found = await pointed_at(connection, params)
    if found is not None and found.places:
        place, n_more = found.places[0], len(found.places) - 1
        parts.append(_words(place, n_more, found.text.path, is_rich=is_rich))
    if not parts:
        return None
    kind = "markdown" if is_rich else "plaintext"
    hover: Json = {"contents": {"kind": kind, "value": "\n\n---\n\n".join(parts)}}
    if found is not None and found.places:
        hover["range"] = found.range(connection.facts.encoding)
    return hover


async def _hunks(connection: Connection, params: Json, *, is_rich: bool) -> list[str]:
    """A client with words of ours draws hunks itself."""
    line = int(params["position"]["line"])
    if connection.is_agentx:
        return []
    _, views = await open_hunks_of(connection, params)
    texts = []
    for view in views:
        if view.start_line <= line < max(view.end_line, view.start_line + 1):
            proposal = await connection.application.proposal(view.status.proposal, connection.id)
            texts.append(hunk_text(view, proposal, is_rich=is_rich))
    return texts


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
