"""agentx/proposal/* and agentx/evidence/*."""

from agentxd_protocol.proposal import (
    EvidenceRef,
    GetEvidenceResult,
    GetProposalResult,
    GetTextParams,
    GetTextResult,
    ListProposalsParams,
    ListProposalsResult,
    ProposalRef,
)

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.workspace.lines import decode


async def list_proposals(
    connection: Connection, params: ListProposalsParams
) -> ListProposalsResult:
    """Proposals with hunks and evidence."""
    application = connection.application
    views = await application.proposals(connection.id, is_open_only=params.is_open_only)
    root = application.house.root
    return ListProposalsResult(proposals=[mapping.proposal(view, root) for view in views])


async def get_proposal(connection: Connection, params: ProposalRef) -> GetProposalResult:
    """One proposal."""
    application = connection.application
    view = await application.proposal(params.proposal_id, connection.id)
    return GetProposalResult(proposal=mapping.proposal(view, application.house.root))


async def text_proposal(connection: Connection, params: GetTextParams) -> GetTextResult:
    """One side of a proposed file. Raises NotFoundError."""
    views = connection.application.views
    content = await views.text(params.proposal_id, params.path, params.side)
    text, encoding = decode(content or b"")
    return GetTextResult(text=text, exists=content is not None, encoding=encoding)


async def get_evidence(connection: Connection, params: EvidenceRef) -> GetEvidenceResult:
    """Evidence with its whole output."""
    found, output = await connection.application.evidence(params.evidence_id)
    return GetEvidenceResult(evidence=mapping.evidence(found), output=output)


HANDLERS: dict[str, Handler] = {
    "agentx/proposal/list": list_proposals,
    "agentx/proposal/get": get_proposal,
    "agentx/proposal/text": text_proposal,
    "agentx/evidence/get": get_evidence,
}
