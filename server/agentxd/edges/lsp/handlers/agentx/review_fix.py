"""agentx/review/fix: fixes of findings as a proposal."""

from agentxd_protocol.inspection import FixFindingsParams, FixFindingsResult

from agentxd.edges.lsp import inspection_mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: FixFindingsParams) -> FixFindingsResult:
    """Mend in a sandbox, with the checks before and after."""
    mending = connection.application.mending
    given = [inspection_mapping.finding_from(found) for found in params.findings]
    texts = {one.path: one.text for one in params.texts}
    if params.fingerprints or not given:
        given += mending.findings(params.fingerprints)
    mended = await mending.mend(given, texts, connection.facts.name)
    if params.is_awaited:
        mended = await mending.ended(mended)
    return inspection_mapping.mended_of(mended)
