"""agentx/session/get: one conversation, message by message."""

from agentxd_protocol.session import GetSessionResult, SessionRef

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.sessions import chain_item, session_of


async def handle(connection: Connection, params: SessionRef) -> GetSessionResult:
    """One session with its transcript. Raises NotFoundError."""
    last_seq = connection.application.journal.last_seq
    links = await connection.application.transfers.links(params.session_id)
    return GetSessionResult(
        session=session_of(connection, params.session_id),
        transcript=[chain_item(link) for link in links],
        last_seq=last_seq,
    )
