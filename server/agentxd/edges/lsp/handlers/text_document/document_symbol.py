"""textDocument/documentSymbol: what a file defines, as a tree where the client shows one."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.code_places import flat, tree_of
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.code import text_of


async def handle(connection: Connection, params: Json) -> list[Json]:
    """From top to bottom, unsaved text included."""
    text = await text_of(connection, params)
    if text is None:
        return []
    facts = connection.facts
    symbols = await connection.application.searching.symbols_of(text.path, text.language)
    if facts.has_symbol_tree:
        return tree_of(symbols, text.lines, facts.encoding)
    return flat(symbols, text.lines, facts.encoding, params["textDocument"]["uri"])
