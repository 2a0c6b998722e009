"""workspace/didChangeConfiguration: settings come from files and agentx/setting/set."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Json) -> None:
    """Known and of no consequence."""
    del connection, params
