"""agentx/daemon/diagnose: the daemon's part of the doctor."""

from agentxd_protocol.base import Empty
from agentxd_protocol.daemon import CheckItem, DiagnoseResult

from agentxd.edges.lsp.connection import Connection
from agentxd.sessions.index_check import index_check


async def handle(connection: Connection, params: Empty) -> DiagnoseResult:
    """Look at every part."""
    del params
    application = connection.application
    found = [*await application.house.checks(), index_check(application.searching.status())]
    checks = [
        CheckItem(name=c.name, state=c.state, detail=c.detail, next_step=c.next_step) for c in found
    ]
    return DiagnoseResult(checks=checks)
