"""agentx/proposal/get: one proposal with all its texts."""

from agentxd_protocol.proposal import GetProposalResult, ProposalRef

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: ProposalRef) -> GetProposalResult:
    """One proposal."""
    application = connection.application
    view = await application.proposal(params.proposal_id, connection.id)
    return GetProposalResult(proposal=mapping.proposal(view, application.house.root))
