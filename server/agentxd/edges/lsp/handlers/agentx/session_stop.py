"""agentx/session/stop: enough for now; what was done is kept."""

from agentxd_protocol.session import SessionRef, TurnResult

from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: SessionRef) -> TurnResult:
    """End the turn under way. Raises NotFoundError, StateError."""
    task = await connection.application.conversations.stop(params.session_id)
    return TurnResult(task_id=task)
