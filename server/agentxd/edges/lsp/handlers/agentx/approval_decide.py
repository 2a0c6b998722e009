"""agentx/approval/decide: a question is answered from any client."""

from agentxd_protocol.approval import DecideApprovalParams, DecideApprovalResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: DecideApprovalParams) -> DecideApprovalResult:
    """Answer one; the first answer wins."""
    application = connection.application
    decided = await application.approvals.decide(
        params.approval_id, params.decision, connection.facts.name
    )
    place = application.house.rules_place
    return DecideApprovalResult(approval=mapping.approval(decided, application.journal, place))
