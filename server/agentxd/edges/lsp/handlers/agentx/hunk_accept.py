"""agentx/hunk/accept: the decision that changes files."""

from agentxd_protocol.proposal import DecideHunksParams, DecideHunksResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: DecideHunksParams) -> DecideHunksResult:
    """Merge hunks into what the user sees now."""
    application = connection.application
    views, evidence = await application.accept(
        params.ids, connection.facts.name, connection.id, is_verified=params.is_verified
    )
    return DecideHunksResult(
        hunks=mapping.hunks(views, application.journal),
        evidence=[mapping.evidence(found) for found in evidence],
    )
