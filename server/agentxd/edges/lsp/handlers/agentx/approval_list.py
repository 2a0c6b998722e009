"""agentx/approval/list: one durable queue of questions for all clients."""

from agentxd_protocol.approval import ListApprovalsParams, ListApprovalsResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: ListApprovalsParams) -> ListApprovalsResult:
    """Questions to a person, oldest first."""
    journal = connection.application.journal
    place = connection.application.house.rules_place
    found = [
        approval
        for approval in journal.state.tasks.approvals.values()
        if approval.is_waiting or not params.is_waiting_only
    ]
    return ListApprovalsResult(approvals=[mapping.approval(one, journal, place) for one in found])
