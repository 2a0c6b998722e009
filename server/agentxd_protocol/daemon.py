"""The daemon itself: how it is, how it is stopped."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import CheckState


class StatusResult(Wire):
    """How the daemon is."""

    version: str
    protocol_version: str
    pid: int
    root: str
    """Absolute path of the workspace."""
    uptime_ms: int
    n_connections: int
    n_running_tasks: int
    n_open_proposals: int
    n_waiting_approvals: int
    last_seq: int
    """Newest record of the event log."""
    state_dir: str
    warnings: list[str]
    """Things that a person should know: a restored log, a full disk, an interrupted task."""


class StopDaemonParams(Wire):
    """Ask the daemon to leave."""

    reason: str = ""
    is_forced: bool = False
    """Leave although tasks run; they are cancelled."""


class StopDaemonResult(Wire):
    """Whether it leaves."""

    is_stopping: bool
    reason: str = ""


class AuthenticateParams(Wire):
    """First message of a TCP connection."""

    token: str


class CheckItem(Wire):
    """One thing that was looked at."""

    name: str
    state: CheckState
    detail: str
    next_step: str = ""


class DiagnoseResult(Wire):
    """What `doctor` shows."""

    checks: list[CheckItem]
