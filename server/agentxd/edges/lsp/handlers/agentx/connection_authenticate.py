"""agentx/connection/authenticate: what must come first on a TCP connection."""

from agentxd_protocol.base import Empty
from agentxd_protocol.daemon import AuthenticateParams

from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import UnauthorizedError


async def handle(connection: Connection, params: AuthenticateParams) -> Empty:
    """Show the token. Raises UnauthorizedError."""
    if not connection.check_token(params.token):
        raise UnauthorizedError("this is not the token", "Read it from the daemon's token file.")
    return Empty()
