"""agentx/task/get: one task and what its agent did."""

from agentxd_protocol.task import GetTaskResult, TaskRef

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import task_of


async def handle(connection: Connection, params: TaskRef) -> GetTaskResult:
    """One task with its transcript."""
    state = connection.application.goals.get(params.task_id)
    journal = connection.application.journal
    # What is on its way to the log comes as an event yet: nothing is told twice.
    logged = journal.durable.tasks.tasks.get(params.task_id, state)
    return GetTaskResult(
        task=task_of(connection, state),
        transcript=mapping.transcript(logged.transcript),
        last_seq=journal.last_seq,
    )
