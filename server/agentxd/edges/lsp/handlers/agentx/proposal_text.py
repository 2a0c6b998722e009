"""agentx/proposal/text: what an editor shows beside the user's own file."""

from agentxd_protocol.proposal import GetTextParams, GetTextResult

from agentxd.edges.lsp.connection import Connection
from agentxd.workspace.lines import decode


async def handle(connection: Connection, params: GetTextParams) -> GetTextResult:
    """One side of a proposed file. Raises NotFoundError."""
    views = connection.application.views
    content = await views.text(params.proposal_id, params.path, params.side, connection.id)
    text, encoding = decode(content or b"")
    return GetTextResult(text=text, exists=content is not None, encoding=encoding)
