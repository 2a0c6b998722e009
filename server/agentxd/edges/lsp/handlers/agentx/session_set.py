"""agentx/session/set: how the coming turns work."""

from agentxd_protocol.session import SessionResult, SetSessionParams

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.sessions import session_of
from agentxd.kernel.events import SessionChanged


async def handle(connection: Connection, params: SetSessionParams) -> SessionResult:
    """Set what is not null. Raises InvalidRequestError, NotFoundError."""
    change = SessionChanged(
        params.session_id,
        connection.facts.name,
        params.queue_mode,
        params.collect_ms,
        params.provider,
        params.model,
    )
    await connection.application.conversations.change(change)
    return SessionResult(session=session_of(connection, params.session_id))
