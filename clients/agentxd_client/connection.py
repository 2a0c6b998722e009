"""A synchronous connection to the daemon: requests by id, notifications in order."""

import json
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from agentxd_protocol.version import PROTOCOL_VERSION

Json = dict[str, Any]
_PIECE = 1 << 16


class ClientError(Exception):
    """The daemon answered with an error: its name, a sentence, and what to do."""

    def __init__(self, code: str, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step


class Connection:
    """One link, initialized as a client that shows nothing and applies no edits."""

    def __init__(self, link: socket.socket, root: str, name: str = "agentxd-cli") -> None:
        self._link = link
        self._buffer = bytearray()
        self._notes: deque[Json] = deque()
        self._answers: dict[int, Json] = {}
        self._next_id = 0
        found = self.request(
            "initialize",
            {
                "processId": None,
                "clientInfo": {"name": name},
                "rootUri": None,
                "capabilities": {"general": {"positionEncodings": ["utf-32"]}},
            },
        )
        self._check_version(found, root)
        self._send({"jsonrpc": "2.0", "method": "initialized", "params": {}})

    def request(self, method: str, params: Json | None = None, timeout_s: float = 3600.0) -> Any:
        """Ask and wait. Raises ClientError; TimeoutError; ConnectionError where the daemon left."""
        identity = self.start(method, params)
        self.wait(lambda: identity in self._answers, timeout_s)
        return self.answer(identity)

    def start(self, method: str, params: Json | None = None) -> int:
        """Ask without waiting; the id for `has_answer` and `answer`."""
        self._next_id += 1
        call = {"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params or {}}
        self._send(call)
        return self._next_id

    def has_answer(self, identity: int) -> bool:
        """Whether the request was answered."""
        return identity in self._answers

    def answer(self, identity: int) -> Any:
        """The result of an answered request. Raises ClientError."""
        message = self._answers.pop(identity)
        if "error" in message:
            error = message["error"]
            data = error.get("data") or {}
            raise ClientError(
                data.get("code", "internal"), error["message"], data.get("nextStep", "")
            )
        return message.get("result")

    def notes(self) -> list[Json]:
        """Notifications that arrived, oldest first; each is handed out once."""
        found = list(self._notes)
        self._notes.clear()
        return found

    def wait(self, is_done: Callable[[], bool], timeout_s: float) -> bool:
        """Read until `is_done` says so. Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while not is_done():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the daemon did not answer in time")
            self.poll(min(left, 1.0))
        return True

    def poll(self, timeout_s: float) -> None:
        """Take in what arrives within the time. Raises ConnectionError."""
        ready, _, _ = select.select([self._link], [], [], timeout_s)
        if not ready:
            return
        data = self._link.recv(_PIECE)
        if not data:
            raise ConnectionError("the daemon closed the connection")
        self._buffer += data
        while (body := self._next_body()) is not None:
            self._take(json.loads(body))

    def fileno(self) -> int:
        """For `select`: readable where something arrived."""
        return self._link.fileno()

    def close(self) -> None:
        """Leave."""
        self._link.close()

    def _take(self, message: Json) -> None:
        if "method" not in message:
            if message.get("id") is not None:
                self._answers[message["id"]] = message
        elif "id" in message:
            refusal = {"code": -32601, "message": "not a client that can"}
            self._send({"jsonrpc": "2.0", "id": message["id"], "error": refusal})
        else:
            self._notes.append(message)

    def _send(self, message: Json) -> None:
        body = json.dumps(message).encode()
        self._link.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _next_body(self) -> bytes | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        header = bytes(self._buffer[:end]).lower()
        length = int(header.partition(b"content-length:")[2].split(b"\r\n")[0])
        start = end + 4
        if len(self._buffer) < start + length:
            return None
        body = bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return body

    def _check_version(self, found: Json, root: str) -> None:
        spoken = found["capabilities"]["experimental"]["agentx"]["protocolVersion"]
        if spoken.partition(".")[0] != PROTOCOL_VERSION.partition(".")[0]:
            raise ClientError(
                "wrong_state",
                f"the daemon of {root} speaks protocol {spoken}, this client {PROTOCOL_VERSION}",
                "Stop it with the agentxd that started it, and try again.",
            )
