"""agentx/task/cancel: a person ends a task early."""

from agentxd_protocol.task import CancelTaskResult, TaskRef

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import task_of


async def handle(connection: Connection, params: TaskRef) -> CancelTaskResult:
    """Stop a task; answers when every trace of it is gone."""
    state = await connection.application.goals.cancel(params.task_id)
    return CancelTaskResult(task=task_of(connection, state))
