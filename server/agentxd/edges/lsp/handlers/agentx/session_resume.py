"""agentx/session/resume: on with what waits or was interrupted."""

from agentxd_protocol.session import SessionRef, TurnResult

from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: SessionRef) -> TurnResult:
    """Start what is to be done. Raises NotFoundError, StateError."""
    task = await connection.application.conversations.resume(
        params.session_id, connection.facts.name
    )
    return TurnResult(task_id=task)
