"""Error codes: one table. `data.code` of an error is the name, `data.nextStep` what to do."""

from dataclasses import dataclass

from agentxd_protocol.base import Wire


@dataclass(frozen=True)
class ErrorRow:
    """One row of the table."""

    name: str
    code: int
    """JSON-RPC error code."""
    doc: str


ERRORS: tuple[ErrorRow, ...] = (
    ErrorRow("internal", -32603, "A handler broke; the daemon's log has the traceback."),
    ErrorRow("not_found", -33001, "The named thing does not exist."),
    ErrorRow("invalid_request", -33002, "The request makes no sense as it is."),
    ErrorRow(
        "conflict",
        -33003,
        "What was asked no longer fits what is there; nothing was changed.",
    ),
    ErrorRow("wrong_state", -33004, "The thing is in a state in which this cannot be done."),
    ErrorRow("denied", -33005, "A rule or a person said no."),
    ErrorRow("budget_exhausted", -33006, "A ceiling would be passed; the call was not made."),
    ErrorRow(
        "checks_failed",
        -33007,
        "The checks of exactly these hunks failed; nothing was changed.",
    ),
    ErrorRow(
        "workspace_refused",
        -33008,
        "AgentX does not work in this folder (the home folder, the root, a missing folder).",
    ),
    ErrorRow("storage", -33009, "The store could not keep what it was given."),
    ErrorRow("sandbox", -33010, "A sandbox broke while it was used."),
    ErrorRow(
        "sandbox_unavailable",
        -33011,
        "No sandbox of the wanted kind can be opened on this machine.",
    ),
    ErrorRow("provider", -33012, "A model provider failed or answered nonsense."),
    ErrorRow("goal_not_understood", -33013, "The rule-based provider has no rule for this goal."),
    ErrorRow("overloaded", -33014, "A bounded queue is full; try again later."),
    ErrorRow(
        "unauthorized",
        -33015,
        "The connection has not shown its token, or the peer is another user.",
    ),
    ErrorRow(
        "index_unavailable",
        -33016,
        "There is no index to ask: it is off, or it could not be started.",
    ),
    ErrorRow("embedder", -33017, "An embedder failed, is not installed or gave wrong vectors."),
    ErrorRow("review", -33018, "A review could not be made, or the process that makes it broke."),
)
"""Every error of AgentX's own."""

STANDARD_ERRORS: tuple[ErrorRow, ...] = (
    ErrorRow("ParseError", -32700, "The bytes were not a JSON-RPC message."),
    ErrorRow("InvalidRequest", -32600, "JSON, but no request; or a request after `shutdown`."),
    ErrorRow("MethodNotFound", -32601, "There is no such method."),
    ErrorRow("InvalidParams", -32602, "The params are not what the method takes."),
    ErrorRow("ServerNotInitialized", -32002, "A request came before `initialize`."),
    ErrorRow("RequestCancelled", -32800, "The client cancelled the request."),
)
"""Errors of JSON-RPC and LSP; they carry no `data`."""

ERROR_CODES: dict[str, int] = {row.name: row.code for row in ERRORS}
"""Name to JSON-RPC error code."""


class ErrorData(Wire):
    """The `data` of every error of AgentX's own."""

    code: str
    """Name of the error, stable."""
    next_step: str = ""
    """What a person can do about it."""
