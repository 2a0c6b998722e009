"""agentx/task/takeOver: a person goes on by hand."""

from agentxd_protocol.task import TaskRef, TaskResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import task_of


async def handle(connection: Connection, params: TaskRef) -> TaskResult:
    """End it at its next edge; answers at once. Raises NotFoundError, StateError."""
    holding = connection.application.conversations.holding
    state = await holding.take_over(params.task_id, connection.facts.name)
    return TaskResult(task=task_of(connection, state))
