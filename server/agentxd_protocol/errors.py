"""Error codes: one table. `data.code` of an error is the name, `data.nextStep` what to do."""

from agentxd_protocol.base import Wire

ERROR_CODES: dict[str, int] = {
    "internal": -32603,
    "not_found": -33001,
    "invalid_request": -33002,
    "conflict": -33003,
    "wrong_state": -33004,
    "denied": -33005,
    "budget_exhausted": -33006,
    "checks_failed": -33007,
    "workspace_refused": -33008,
    "storage": -33009,
    "sandbox": -33010,
    "sandbox_unavailable": -33011,
    "provider": -33012,
    "goal_not_understood": -33013,
    "overloaded": -33014,
    "unauthorized": -33015,
}
"""Name to JSON-RPC error code."""


class ErrorData(Wire):
    """The `data` of every error response."""

    code: str
    next_step: str = ""
