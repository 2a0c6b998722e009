"""Asks the daemon of the workspace: about uses of names where it runs, for models and fixes."""

from collections.abc import Callable, Sequence
from typing import Any

from agentxd.kernel.errors import ReviewError
from agentxd.kernel.index import Use

Json = dict[str, Any]
_PATIENCE_S = 1.0
"""For an answer about uses; the files themselves can be searched instead."""


class Daemon:
    """One connection, opened with the first question."""

    def __init__(self, root: str, *, may_start: bool) -> None:
        self._root = root
        self._may_start = may_start
        self._connection: Any = None
        self._is_gone = False
        """It could not be asked, or not in time."""

    def uses(self, name: str, near: str, limit: int) -> Sequence[Use] | None:
        """Of a running daemon's index; None where there is none, or it does not know all."""
        if self._is_gone:
            return None
        params = {"name": name, "near": near, "limit": limit}
        try:
            found = self.ask("agentx/index/references", params, _PATIENCE_S)
        except ReviewError:  # the files themselves can be searched
            self._is_gone = True
            return None
        if found["coverage"]["state"] != "ready":
            return None
        return [Use(*(one[key] for key in _USE)) for one in found["references"]]

    def ask(self, method: str, params: Json, timeout_s: float = 3600.0) -> Any:
        """Raises ReviewError."""
        from agentxd_client.connection import ClientError  # noqa: PLC0415  # seldom needed
        from agentxd_client.launch import LaunchError  # noqa: PLC0415

        try:
            return self._connected().request(method, params, timeout_s)
        except (ClientError, LaunchError) as error:
            raise ReviewError(error.message, error.next_step) from error
        except OSError as error:  # it went away, or does not answer
            raise ReviewError(f"the daemon: {error}", "See: agentxd status") from error

    def close(self) -> None:
        """Leave it."""
        if self._connection is not None:
            self._connection.close()

    def _connected(self) -> Any:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> Any:
        from agentxd_client.connection import Connection  # noqa: PLC0415  # seldom needed
        from agentxd_client.launch import connect, open_link  # noqa: PLC0415

        if self._may_start:
            return Connection(open_link(self._root), self._root)
        link = connect(self._root)
        if link is None:
            raise ConnectionError("no daemon runs")
        import socket  # noqa: PLC0415

        return Connection(socket.socket(fileno=link.detach()), self._root)


_USE = ("path", "line", "column", "text", "inside")
Ask = Callable[[str, str, int], Sequence[Use] | None]
