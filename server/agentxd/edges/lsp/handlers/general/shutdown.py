"""shutdown: the client is about to leave."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Json) -> None:
    """Only `exit` comes after this."""
    del params
    connection.shut_down()
