"""agentx/event/replay: the log is the truth, shown once more."""

from agentxd_protocol.event import ReplayParams, ReplayResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.guards import check_events


async def handle(connection: Connection, params: ReplayParams) -> ReplayResult:
    """Rebuild from the log and compare."""
    check_events(connection, (), params.task_id)
    found = await connection.application.house.replay(params.task_id)
    return ReplayResult(
        n_records=found.n_records,
        n_seals=found.n_seals,
        is_same=found.is_same,
        state_hash=found.state_hash,
        differences=list(found.differences),
        transcript=list(found.transcript),
    )
