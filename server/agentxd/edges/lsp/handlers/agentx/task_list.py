"""agentx/task/list: what is worked on, and what was."""

from agentxd_protocol.base import Empty
from agentxd_protocol.task import ListTasksResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import task_of


async def handle(connection: Connection, params: Empty) -> ListTasksResult:
    """All tasks."""
    del params
    tasks = connection.application.journal.state.tasks.tasks.values()
    return ListTasksResult(tasks=[task_of(connection, state) for state in tasks])
