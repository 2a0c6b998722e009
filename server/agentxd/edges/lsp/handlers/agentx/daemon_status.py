"""agentx/daemon/status: the daemon at a glance."""

import os
import time

from agentxd_protocol import PROTOCOL_VERSION
from agentxd_protocol.base import Empty
from agentxd_protocol.daemon import StatusResult

from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: Empty) -> StatusResult:
    """How the daemon is."""
    del params
    application = connection.application
    state = application.journal.state
    ledger = state.ledger
    return StatusResult(
        version=application.house.version,
        protocol_version=PROTOCOL_VERSION,
        pid=os.getpid(),
        root=application.house.root,
        uptime_ms=time.time_ns() // 1_000_000 - application.house.started_ms,
        n_connections=len(application.connections),
        n_running_tasks=application.goals.n_running,
        n_open_proposals=sum(
            ledger.proposal_state(name) in ("open", "conflicted") for name in ledger.proposals
        ),
        n_waiting_approvals=len(state.tasks.waiting()),
        last_seq=application.journal.last_seq,
        state_dir=application.house.state_dir,
        warnings=application.house.warnings(),
    )
