"""initialized: from here on the daemon may speak first."""

from agentxd.edges.lsp.approving import offer
from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.index_progress import report_index
from agentxd.edges.lsp.publishing import publish_all


async def handle(connection: Connection, params: Json) -> None:
    """The client is ready: show what waits for it."""
    del params
    publish_all(connection)
    report_index(connection)
    for approval in connection.application.journal.state.tasks.waiting():
        offer(connection, approval.id)
