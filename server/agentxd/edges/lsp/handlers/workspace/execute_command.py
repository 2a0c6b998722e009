"""workspace/executeCommand: everything that a plain LSP editor can do."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.commands import RUNS
from agentxd.kernel.errors import AgentxError, InvalidRequestError

_ERROR = 1


async def handle(connection: Connection, params: Json) -> Any:
    """Run one; trouble is shown to the person and answered as an error.

    The answer is null where the work waits for an edit of this very editor, which may show its
    text only after the answer: the work goes on, and what comes of it is shown.
    """
    name, arguments = params["command"], params.get("arguments") or []
    run = RUNS.get(name)
    if run is None:
        raise InvalidRequestError(f"there is no command {name!r}")
    running = run(connection, arguments, params.get("workDoneToken"))
    work = connection.run_soon(_told(connection, running))
    try:
        if await connection.edits.is_held_up(work):
            return None
    except asyncio.CancelledError:
        work.cancel()
        raise
    result, error = await work
    if error is not None:
        raise error
    return result


async def _told(connection: Connection, running: Awaitable[Any]) -> tuple[Any, Exception | None]:
    """The result, or the error, which the person sees."""
    try:
        return await running, None
    except AgentxError as error:
        text = " ".join(part for part in (error.message + ".", error.next_step) if part)
        connection.send("window/showMessage", {"type": _ERROR, "message": f"AgentX: {text}"})
        return None, error
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        return None, error  # arguments of another shape: for the border to tell
