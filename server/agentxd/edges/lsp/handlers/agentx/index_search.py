"""agentx/index/search: pieces of code for a question in words or code."""

from agentxd_protocol.search import SearchIndexParams, SearchIndexResult

from agentxd.edges.lsp import code_mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.index import SearchQuery

_MOST = 200
_LONGEST = 10_000


async def handle(connection: Connection, params: SearchIndexParams) -> SearchIndexResult:
    """Best first, with how much the answer could know of."""
    if not params.query.strip():
        raise InvalidRequestError("the question is empty", 'Ask: agentxd search "parse a date"')
    filters = code_mapping.filters(params.paths, params.languages, params.kinds)
    limit = max(1, min(params.limit, _MOST))
    query = SearchQuery(params.query[:_LONGEST], limit, filters)
    found = await connection.application.searching.search(query)
    return SearchIndexResult(
        hits=[code_mapping.hit(connection, hit) for hit in found.hits],
        coverage=code_mapping.coverage(found.coverage),
    )
