"""agentx/index/status: how the index is."""

from agentxd_protocol.base import Empty
from agentxd_protocol.index import IndexResult

from agentxd.edges.lsp import code_mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Empty) -> IndexResult:
    """At this moment."""
    del params
    return code_mapping.status(connection.application.searching.status())
