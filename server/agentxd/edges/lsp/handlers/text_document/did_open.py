"""textDocument/didOpen: from here on the editor's text counts, not the disk's."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.publishing import publish_soon


async def handle(connection: Connection, params: Json) -> None:
    """An editor opened a file."""
    document = params["textDocument"]
    text = document["text"]
    if not isinstance(text, str):
        raise TypeError("text must be a string")
    path = connection.facts.opened(connection.application.house.root, document["uri"])
    if path is None:
        return
    await connection.application.sight.opened(
        connection.id, path, int(document.get("version") or 0), text
    )
    publish_soon(connection, path)
