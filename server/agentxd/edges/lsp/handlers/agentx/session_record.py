"""agentx/session/record: a run to be played again without its model."""

from agentxd_protocol.session import RecordRunParams, RecordRunResult

from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: RecordRunParams) -> RecordRunResult:
    """The conversation of a task or a session. Raises NotFoundError."""
    return RecordRunResult(conversation=await connection.application.transfers.record(params.id))
