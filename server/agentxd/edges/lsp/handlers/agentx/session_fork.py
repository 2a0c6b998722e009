"""agentx/session/fork: the same conversation from some point on, another way."""

from agentxd_protocol.session import ForkSessionParams, NewSessionResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.sessions import session_of
from agentxd.kernel.events import SessionChanged


async def handle(connection: Connection, params: ForkSessionParams) -> NewSessionResult:
    """A new session. Raises NotFoundError, InvalidRequestError."""
    change = SessionChanged(
        params.session_id, connection.facts.name, provider=params.provider, model=params.model
    )
    application = connection.application
    wanted = application.conversations.check(change)
    name, cut = await application.transfers.fork(wanted, params.at)
    return NewSessionResult(session=session_of(connection, name), cut=cut)
