"""As much HTTP/1.1 as a model server needs, on asyncio streams."""

import asyncio
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

MAX_HEAD_BYTES = 1 << 20
TLS_HELLO = b"\x16"
"""How a client begins that takes this for a TLS port; it gets an answer that is no TLS."""


@dataclass
class Request:
    """What a client sent."""

    method: str
    path: str
    """Without the query."""
    query: str
    headers: dict[str, str]
    """Names in lower case."""
    content: bytes
    arrived_s: float = field(default_factory=time.monotonic)
    """When its last byte was read, on `time.monotonic()`."""
    abandoned: threading.Event = field(default_factory=threading.Event)
    """Set when the client goes before its answer is over."""
    answered: threading.Event = field(default_factory=threading.Event)
    """Set when the answer went out to its last byte."""

    @property
    def body(self) -> Any:
        """The content as JSON, None where there is none. Raises ValueError."""
        return json.loads(self.content) if self.content else None


class Link:
    """One connection of a client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        link: socket.socket = writer.get_extra_info("socket")
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def receive(self) -> Request | None:
        """The next request, None at the end.

        Raises ConnectionError where it is no HTTP, IncompleteReadError where it ends too early.
        """
        first_byte = await self._reader.read(1)
        if first_byte == TLS_HELLO:
            self._head(400, {"connection": "close"})
        if first_byte in (b"", TLS_HELLO):
            return None
        head = first_byte + await self._reader.readuntil(b"\r\n\r\n")
        try:
            return await self._request(head)
        except ValueError as error:
            raise ConnectionError("this is no HTTP") from error

    async def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """A whole answer."""
        self._head(status, {**headers, "content-length": str(len(body))})
        self._writer.write(body)
        await self._writer.drain()

    async def begin(self, status: int, headers: dict[str, str]) -> None:
        """The head of an answer whose body comes in chunks."""
        self._head(status, {**headers, "transfer-encoding": "chunked"})
        await self._writer.drain()

    async def chunk(self, data: bytes) -> None:
        """One chunk. Raises ConnectionResetError where the client is gone."""
        if self._reader.at_eof():
            raise ConnectionResetError("the client went away")
        self._writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        await self._writer.drain()

    async def end(self) -> None:
        """The last, empty chunk."""
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def gone(self) -> None:
        """Wait until the client closes its end."""
        while await self._reader.read(1 << 16):
            pass

    def reset(self) -> None:
        """Close with a TCP reset instead of an orderly end."""
        link: socket.socket = self._writer.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def close(self) -> None:
        """Close in order."""
        self._writer.close()

    def _head(self, status: int, headers: dict[str, str]) -> None:
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:  # 529 is nobody's standard
            phrase = "Overloaded"
        lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {headers[name]}" for name in headers)]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    async def _request(self, head: bytes) -> Request:
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ")
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if headers.get("expect", "").lower() == "100-continue":
            self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        path, _, query = target.partition("?")
        return Request(method, path, query, headers, await self._content(headers))

    async def _content(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return await self._chunks()
        return await self._reader.readexactly(int(headers.get("content-length", "0")))

    async def _chunks(self) -> bytes:
        content = b""
        while size := int((await self._reader.readline()).split(b";")[0], 16):
            content += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readuntil(b"\r\n")
        return content
