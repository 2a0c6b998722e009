"""agentx/hunk/reject: the decision that changes no text."""

from agentxd_protocol.proposal import DecideHunksParams, DecideHunksResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: DecideHunksParams) -> DecideHunksResult:
    """Refuse hunks."""
    application = connection.application
    statuses = await application.reviewing.reject(params.ids, connection.facts.name, params.reason)
    views = await application.views.hunks(statuses, connection.id)
    return DecideHunksResult(hunks=mapping.hunks(views, application.journal), evidence=[])
