"""agentx/approval/*: one durable queue, answered from any client."""

from agentxd_protocol.approval import (
    DecideApprovalParams,
    DecideApprovalResult,
    ListApprovalsParams,
    ListApprovalsResult,
)

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection, Handler


async def list_approvals(
    connection: Connection, params: ListApprovalsParams
) -> ListApprovalsResult:
    """Questions to a person, oldest first."""
    journal = connection.application.journal
    found = [
        approval
        for approval in journal.state.tasks.approvals.values()
        if approval.is_waiting or not params.is_waiting_only
    ]
    return ListApprovalsResult(approvals=[mapping.approval(one, journal) for one in found])


async def decide_approval(
    connection: Connection, params: DecideApprovalParams
) -> DecideApprovalResult:
    """Answer one; the first answer wins."""
    application = connection.application
    decided = await application.approvals.decide(
        params.approval_id, params.decision, connection.facts.name
    )
    return DecideApprovalResult(approval=mapping.approval(decided, application.journal))


HANDLERS: dict[str, Handler] = {
    "agentx/approval/list": list_approvals,
    "agentx/approval/decide": decide_approval,
}
