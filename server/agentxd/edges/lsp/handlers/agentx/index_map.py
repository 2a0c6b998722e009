"""agentx/index/map: the definitions that matter most, as text."""

from agentxd_protocol.index import MapIndexParams, MapIndexResult

from agentxd.edges.lsp import code_mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.index import MapQuery

_LEAST, _MOST = 64, 100_000


async def handle(connection: Connection, params: MapIndexParams) -> MapIndexResult:
    """Under the budget that was asked for."""
    budget = max(_LEAST, min(params.max_tokens, _MOST))
    query = MapQuery(params.task, tuple(params.paths), budget)
    found = await connection.application.searching.map(query)
    return MapIndexResult(
        text=found.text,
        n_tokens=found.n_tokens,
        n_files=found.n_files,
        coverage=code_mapping.coverage(found.coverage),
    )
