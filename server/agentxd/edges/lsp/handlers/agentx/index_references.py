"""agentx/index/references: where a name is used."""

from agentxd_protocol.search import FindReferencesParams, FindReferencesResult

from agentxd.edges.lsp import code_mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import InvalidRequestError

_MOST = 2_000


async def handle(connection: Connection, params: FindReferencesParams) -> FindReferencesResult:
    """The likeliest first."""
    if not params.name.strip():
        raise InvalidRequestError("the name is empty", "Ask: agentxd references NAME")
    searching = connection.application.searching
    limit = max(1, min(params.limit, _MOST))
    found = await searching.references(params.name.strip(), params.near, limit)
    return FindReferencesResult(
        references=[code_mapping.reference(connection, use) for use in found],
        coverage=code_mapping.coverage(searching.coverage()),
    )
