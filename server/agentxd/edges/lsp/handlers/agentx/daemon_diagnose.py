"""agentx/daemon/diagnose: the daemon's part of the doctor."""

from agentxd_protocol.base import Empty
from agentxd_protocol.daemon import CheckItem, DiagnoseResult

from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Empty) -> DiagnoseResult:
    """Look at every part."""
    del params
    checks = [
        CheckItem(name=c.name, state=c.state, detail=c.detail, next_step=c.next_step)
        for c in await connection.application.house.checks()
    ]
    return DiagnoseResult(checks=checks)
