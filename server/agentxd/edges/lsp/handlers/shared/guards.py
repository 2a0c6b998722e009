"""Guards that several methods put before their answer."""

from collections.abc import Sequence
from difflib import get_close_matches

from agentxd.edges.lsp.client import Json, path_of
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.publishing import open_hunks
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.events import Event
from agentxd.sessions.views import HunkView


def check_events(connection: Connection, types: Sequence[str], task: str) -> None:
    """Raises NotFoundError, InvalidRequestError: silence would look like "nothing happened"."""
    if task:
        connection.application.goals.get(task)
    known = {kind.__name__ for kind in Event.__subclasses__()}
    for name in types:
        if name not in known:
            near = ", ".join(get_close_matches(name, known)) or ", ".join(sorted(known))
            raise InvalidRequestError(f"there is no event {name!r}", f"Perhaps: {near}.")


async def open_hunks_of(connection: Connection, params: Json) -> tuple[str, list[HunkView]]:
    """Path and open hunks of the document asked about; none outside the workspace."""
    path = path_of(connection.application.house.root, params["textDocument"]["uri"])
    return (path, await open_hunks(connection, path)) if path else ("", [])
