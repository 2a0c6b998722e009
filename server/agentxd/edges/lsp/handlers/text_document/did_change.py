"""textDocument/didChange: what was typed, saved or not."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.edits import apply_change
from agentxd.edges.lsp.publishing import publish_soon


async def handle(connection: Connection, params: Json) -> None:
    """Its text changed. Without the open before, there is nothing to change."""
    document = params["textDocument"]
    path = connection.facts.document(document["uri"])
    documents = connection.application.documents
    mine = [d for d in documents.of(path or "") if d.connection == connection.id]
    if path is None or not mine:
        return
    text, version = mine[0].text, document.get("version")
    version = mine[0].version + 1 if version is None else int(version)
    for change in params["contentChanges"]:
        # Each step counts: an edit of ours and what was typed after it may come in one message.
        text = apply_change(text, change, connection.facts.encoding)
        documents.changed(connection.id, path, version, text)
    connection.application.typed(path)
    publish_soon(connection, path)
