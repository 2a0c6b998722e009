"""workspace/didChangeWatchedFiles: the daemon looks at the disk itself."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Json) -> None:
    """Known and of no consequence."""
    del connection, params
