"""agentx/task/pause: a person halts a task."""

from agentxd_protocol.task import TaskRef, TaskResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import task_of


async def handle(connection: Connection, params: TaskRef) -> TaskResult:
    """Halt it at its next edge; answers at once. Raises NotFoundError, StateError."""
    holding = connection.application.conversations.holding
    state = await holding.pause(params.task_id, connection.facts.name)
    return TaskResult(task=task_of(connection, state))
