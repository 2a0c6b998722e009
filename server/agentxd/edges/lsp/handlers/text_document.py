"""textDocument/did*: what each editor has open, saved or not."""

from typing import Any

from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.edges.lsp.edits import apply_change
from agentxd.edges.lsp.publishing import publish_soon

Json = dict[str, Any]


async def did_open(connection: Connection, params: Json) -> None:
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


async def did_change(connection: Connection, params: Json) -> None:
    """Its text changed. Without the open before, there is nothing to change."""
    document = params["textDocument"]
    path = connection.facts.document(document["uri"])
    documents = connection.application.documents
    mine = [d for d in documents.of(path or "") if d.connection == connection.id]
    if path is None or not mine:
        return
    text = mine[0].text
    for change in params["contentChanges"]:
        text = apply_change(text, change, connection.facts.encoding)
    version = document.get("version")
    documents.changed(
        connection.id, path, mine[0].version + 1 if version is None else int(version), text
    )
    publish_soon(connection, path)


async def did_save(connection: Connection, params: Json) -> None:
    """What it has is on disk now."""
    path = connection.facts.document(params["textDocument"]["uri"])
    if path is not None:
        connection.application.documents.saved(connection.id, path)


async def did_close(connection: Connection, params: Json) -> None:
    """It is closed; its unsaved text is not ours to keep."""
    path = connection.facts.closed(params["textDocument"]["uri"])
    if path is not None:
        await connection.application.closed(connection.id, path)


HANDLERS: dict[str, Handler] = {
    "textDocument/didOpen": did_open,
    "textDocument/didChange": did_change,
    "textDocument/didSave": did_save,
    "textDocument/didClose": did_close,
}
