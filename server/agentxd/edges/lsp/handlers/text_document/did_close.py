"""textDocument/didClose: from here on the disk's text counts again."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Json) -> None:
    """It is closed; its unsaved text is not ours to keep."""
    path = connection.facts.closed(params["textDocument"]["uri"])
    if path is not None:
        await connection.application.closed(connection.id, path)
