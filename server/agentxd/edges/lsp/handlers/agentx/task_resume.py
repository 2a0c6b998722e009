"""agentx/task/resume: on with a task that is paused or that a crash ended; or an end to it."""

from agentxd_protocol.task import CancelTaskResult, ResumeTaskParams

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import task_of


async def handle(connection: Connection, params: ResumeTaskParams) -> CancelTaskResult:
    """Answer for a paused or interrupted task. Raises NotFoundError, StateError."""
    state = await connection.application.conversations.holding.resume(
        params.task_id, connection.facts.name, is_resumed=params.is_resumed
    )
    return CancelTaskResult(task=task_of(connection, state))
