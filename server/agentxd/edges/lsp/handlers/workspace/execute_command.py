"""workspace/executeCommand: everything that a plain LSP editor can do."""

from typing import Any

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.commands import RUNS
from agentxd.kernel.errors import AgentxError, InvalidRequestError

_ERROR = 1


async def handle(connection: Connection, params: Json) -> Any:
    """Run one; trouble is shown to the person and answered as an error."""
    name, arguments = params["command"], params.get("arguments") or []
    run = RUNS.get(name)
    if run is None:
        raise InvalidRequestError(f"there is no command {name!r}")
    try:
        return await run(connection, arguments, params.get("workDoneToken"))
    except AgentxError as error:
        text = " ".join(part for part in (error.message + ".", error.next_step) if part)
        connection.send("window/showMessage", {"type": _ERROR, "message": f"AgentX: {text}"})
        raise
