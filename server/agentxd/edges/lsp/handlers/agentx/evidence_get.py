"""agentx/evidence/get: what a proposal points to, in full."""

from agentxd_protocol.proposal import EvidenceRef, GetEvidenceResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: EvidenceRef) -> GetEvidenceResult:
    """Evidence with its whole output."""
    found, output = await connection.application.evidence(params.evidence_id)
    return GetEvidenceResult(evidence=mapping.evidence(found), output=output)
