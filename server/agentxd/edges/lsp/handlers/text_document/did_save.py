"""textDocument/didSave: editor and disk agree."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Json) -> None:
    """What it has is on disk now."""
    path = connection.facts.document(params["textDocument"]["uri"])
    if path is not None:
        connection.application.saved(connection.id, path)
