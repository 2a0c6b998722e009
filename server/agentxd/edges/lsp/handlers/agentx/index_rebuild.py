"""agentx/index/rebuild: throw the index away and make it again."""

from agentxd_protocol.base import Empty
from agentxd_protocol.index import IndexResult

from agentxd.edges.lsp import code_mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Empty) -> IndexResult:
    """How it is afterwards."""
    del params
    return code_mapping.status(await connection.application.searching.control("rebuild"))
