"""agentx/session/list: every conversation, briefly."""

from agentxd_protocol.base import Empty
from agentxd_protocol.session import ListSessionsResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.sessions import session_of


async def handle(connection: Connection, params: Empty) -> ListSessionsResult:
    """All sessions, newest last."""
    del params
    names = connection.application.journal.state.sessions
    return ListSessionsResult(sessions=[session_of(connection, name) for name in names])
