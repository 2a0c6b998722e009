"""agentx/task/get: one task and what its agent did."""

from agentxd_protocol.task import GetTaskResult, TaskRef

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import task_of


async def handle(connection: Connection, params: TaskRef) -> GetTaskResult:
    """One task with its transcript."""
    state = connection.application.goals.get(params.task_id)
    return GetTaskResult(
        task=task_of(connection, state),
        transcript=mapping.transcript(state.transcript),
        last_seq=connection.application.journal.last_seq,
    )
