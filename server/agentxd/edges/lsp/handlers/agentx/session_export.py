"""agentx/session/export: a transcript to take along."""

from agentxd_protocol.session import ExportSessionResult, SessionRef

from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: SessionRef) -> ExportSessionResult:
    """The transcript as JSON Lines. Raises NotFoundError."""
    lines = await connection.application.transfers.export(params.session_id)
    return ExportSessionResult(lines=lines)
