"""agentx/index/symbols: definitions by name."""

from agentxd_protocol.search import FindSymbolsParams, FindSymbolsResult

from agentxd.edges.lsp import code_mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.index import SymbolQuery

_MOST = 1_000


async def handle(connection: Connection, params: FindSymbolsParams) -> FindSymbolsResult:
    """Best first."""
    if not params.name.strip():
        raise InvalidRequestError("the name is empty", "Ask: agentxd symbol NAME")
    searching = connection.application.searching
    query = SymbolQuery(
        name=params.name.strip(),
        limit=max(1, min(params.limit, _MOST)),
        is_exact=params.is_exact,
        near=params.near,
        filters=code_mapping.filters(params.paths, params.languages, params.kinds),
    )
    found = await searching.symbols(query)
    return FindSymbolsResult(
        symbols=[code_mapping.symbol(connection, place) for place in found],
        coverage=code_mapping.coverage(searching.coverage()),
    )
