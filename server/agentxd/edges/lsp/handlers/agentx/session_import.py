"""agentx/session/import: a transcript from elsewhere."""

from agentxd_protocol.session import ImportSessionParams, NewSessionResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.sessions import session_of


async def handle(connection: Connection, params: ImportSessionParams) -> NewSessionResult:
    """A new session. Raises InvalidRequestError."""
    transfers = connection.application.transfers
    name, cut = await transfers.import_(params.text, connection.facts.name)
    return NewSessionResult(session=session_of(connection, name), cut=cut)
