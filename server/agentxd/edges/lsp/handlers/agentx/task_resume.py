"""agentx/task/resume: a person says what becomes of a task that a crash ended."""

from agentxd_protocol.task import CancelTaskResult, ResumeTaskParams

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import task_of


async def handle(connection: Connection, params: ResumeTaskParams) -> CancelTaskResult:
    """Answer for an interrupted task."""
    state = await connection.application.goals.resume(params.task_id, is_resumed=params.is_resumed)
    return CancelTaskResult(task=task_of(connection, state))
