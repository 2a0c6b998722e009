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
    language = str(document.get("languageId") or "")
    path = connection.facts.opened(connection.application.house.root, document["uri"], language)
    if path is None:
        return
    typed = connection.application.documents.unsaved().get(path)  # in another editor
    connection.application.searching.opened(path, text if typed is None else typed.text)
    await connection.application.sight.opened(
        connection.id, path, int(document.get("version") or 0), text
    )
    connection.application.typed(path)
    if connection.facts.has_diagnostics:
        connection.application.inspecting.watch(connection.id)
    publish_soon(connection, path)
