"""agentx/hunk/undo: the decision that takes an accepted hunk back."""

from agentxd_protocol.proposal import DecideHunksParams, DecideHunksResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: DecideHunksParams) -> DecideHunksResult:
    """Take back exactly these hunks."""
    application = connection.application
    views = await application.undo(params.ids, connection.facts.name, connection.id)
    return DecideHunksResult(hunks=mapping.hunks(views, application.journal), evidence=[])
