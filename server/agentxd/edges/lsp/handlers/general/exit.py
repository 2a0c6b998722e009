"""exit: the last word of a client."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Json) -> None:
    """The client leaves; the daemon stays for the others."""
    del params
    connection.leave()
