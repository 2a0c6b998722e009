"""window/workDoneProgress/cancel: the way of a plain LSP editor to cancel a task."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Json) -> None:
    """The person pressed cancel on a progress."""
    task = connection.progress.get(str(params["token"]))
    if task is not None:
        await connection.application.goals.cancel(task)
