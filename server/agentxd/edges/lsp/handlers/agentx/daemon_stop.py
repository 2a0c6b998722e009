"""agentx/daemon/stop: a client asks the daemon to leave."""

from agentxd_protocol.daemon import StopDaemonParams, StopDaemonResult

from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: StopDaemonParams) -> StopDaemonResult:
    """Leave, unless tasks run and nobody insists."""
    application = connection.application
    if application.goals.n_running and not params.is_forced:
        return StopDaemonResult(
            is_stopping=False, reason=f"{application.goals.n_running} tasks run"
        )
    application.house.stop(params.reason or f"asked by {connection.facts.name}")
    return StopDaemonResult(is_stopping=True)
