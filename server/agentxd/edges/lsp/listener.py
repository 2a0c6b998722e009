"""The accept loop: an owner-only Unix socket, and loopback TCP with a token."""

import asyncio
import os
import socket
import struct
from collections.abc import Mapping
from pathlib import Path

from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.kernel.errors import StorageError
from agentxd.sessions.application import Application

_BACKLOG = 128


class Listener:
    """Owns the server sockets and every connection."""

    def __init__(self, application: Application, handlers: Mapping[str, Handler]) -> None:
        self._application = application
        self._handlers = handlers
        self._servers: list[asyncio.Server] = []
        self._connections: dict[str, Connection] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._n_seen = 0
        self._token = ""

    @property
    def connections(self) -> list[Connection]:
        """Clients that are there now."""
        return list(self._connections.values())

    async def listen_unix(self, path: str) -> None:
        """Listen on a socket that only its owner may open. Raises StorageError."""
        try:
            _remove(path)
            mask = os.umask(0o177)
            try:
                server = await asyncio.start_unix_server(
                    self._accept, path, backlog=_BACKLOG, limit=1 << 20
                )
            finally:
                os.umask(mask)
        except OSError as error:
            raise StorageError(
                f"the socket {path} cannot be made: {error.strerror}",
                "Set AGENTXD_RUNTIME_DIR to a short path that you may write to.",
            ) from error
        self._servers.append(server)

    async def listen_tcp(self, port: int, token: str) -> int:
        """Listen on 127.0.0.1; the port that it got."""
        self._token = token
        server = await asyncio.start_server(self._accept_tcp, "127.0.0.1", port, limit=1 << 20)
        self._servers.append(server)
        found: int = server.sockets[0].getsockname()[1]
        return found

    async def close(self) -> None:
        """Stop listening and end every connection."""
        for server in self._servers:
            server.close()
        for connection in self.connections:
            connection.leave()
        if self._serving:
            await asyncio.wait(self._serving, timeout=5)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if _peer_uid(writer) not in (os.geteuid(), 0):
            writer.close()
            return
        await self._serve(reader, writer, "")

    async def _accept_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve(reader, writer, self._token)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str
    ) -> None:
        self._n_seen += 1
        identity = f"c{self._n_seen}"
        connection = Connection(
            identity, self._application, self._handlers, (reader, writer), token
        )
        self._connections[identity] = connection
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            await connection.serve()
        finally:
            self._connections.pop(identity, None)


def _peer_uid(writer: asyncio.StreamWriter) -> int:
    """Who is at the other end, as the kernel knows it."""
    link = writer.get_extra_info("socket")
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack("3i", link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(uid)


def _remove(path: str) -> None:
    """What a dead daemon left; whoever holds the lock owns the path."""
    Path(path).unlink(missing_ok=True)
