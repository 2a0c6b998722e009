"""agentx/daemon/* and agentx/connection/*."""

import os
import time

from agentxd_protocol import PROTOCOL_VERSION
from agentxd_protocol.base import Empty
from agentxd_protocol.daemon import (
    AuthenticateParams,
    CheckItem,
    DiagnoseResult,
    StatusResult,
    StopDaemonParams,
    StopDaemonResult,
)

from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.kernel.errors import UnauthorizedError


async def status_daemon(connection: Connection, params: Empty) -> StatusResult:
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


async def stop_daemon(connection: Connection, params: StopDaemonParams) -> StopDaemonResult:
    """Leave, unless tasks run and nobody insists."""
    application = connection.application
    if application.goals.n_running and not params.is_forced:
        return StopDaemonResult(
            is_stopping=False, reason=f"{application.goals.n_running} tasks run"
        )
    application.house.stop(params.reason or f"asked by {connection.facts.name}")
    return StopDaemonResult(is_stopping=True)


async def diagnose_daemon(connection: Connection, params: Empty) -> DiagnoseResult:
    """Look at every part."""
    del params
    checks = [
        CheckItem(name=c.name, state=c.state, detail=c.detail, next_step=c.next_step)
        for c in await connection.application.house.checks()
    ]
    return DiagnoseResult(checks=checks)


async def authenticate_connection(connection: Connection, params: AuthenticateParams) -> Empty:
    """Show the token. Raises UnauthorizedError."""
    if not connection.check_token(params.token):
        raise UnauthorizedError("this is not the token", "Read it from the daemon's token file.")
    return Empty()


HANDLERS: dict[str, Handler] = {
    "agentx/daemon/status": status_daemon,
    "agentx/daemon/stop": stop_daemon,
    "agentx/daemon/diagnose": diagnose_daemon,
    "agentx/connection/authenticate": authenticate_connection,
}
