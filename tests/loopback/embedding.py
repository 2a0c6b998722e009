"""An embedding server on the loopback: Ollama's `/api/embed` and OpenAI's `/v1/embeddings`."""

import json
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agentxd.index.words import WordSplitter

DIMENSIONS = 32
Rows = list[list[Any]]


@dataclass(frozen=True)
class Reply:
    """What is played instead of a healthy answer."""

    status: int = 200
    body: bytes | None = None
    """None for a healthy one."""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    rows: Callable[[Rows], Any] | None = None
    """What becomes of the rows of a healthy answer."""
    is_cut: bool = False
    """More bytes are promised than come."""
    is_dropped: bool = False
    stall_s: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A request."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def texts(self) -> list[str]:
        """What is to be embedded."""
        return list(self.body["input"])


class EmbeddingServer:
    """What a test holds of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[Asked] = []
        self.replies: deque[Reply] = deque()
        """Played one for each request; a healthy answer where there is none left."""
        self.longest = 0
        """Characters of a text that are refused where there are more; 0 for no limit."""
        self.keys: set[str] = set()
        """Keys that are let in; everybody where there are none."""

    @property
    def url(self) -> str:
        """As Ollama's clients take it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """As OpenAI's clients take it."""
        return f"{self.url}/v1"

    def reply(self, asked: Asked) -> Reply:
        """What this request gets."""
        self.asked.append(asked)
        if self.replies:
            return self.replies.popleft()
        key = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.keys and key not in self.keys:
            return refused(401, f"Incorrect API key provided: {key}.")
        if self.longest and any(len(text) > self.longest for text in asked.texts):
            return refused(400, "the input length exceeds the context length")
        return Reply()


def refused(status: int, words: str, **headers: str) -> Reply:
    """An error as both wires understand it."""
    body = {"error": {"message": words, "type": "error", "code": None}}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), names)


def vector(text: str) -> list[float]:
    """Texts with the same words are near each other."""
    found = [0.0] * DIMENSIONS
    for word in WordSplitter().words(text):
        for at, byte in enumerate(sha256(word.encode()).digest()[:DIMENSIONS]):
            found[at] += byte / 127.5 - 1.0
    return found


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    """A running one; gone at the end."""
    house = _House(("127.0.0.1", 0), _Handler)
    server = EmbeddingServer(house.server_address[1])
    house.embedding = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=house.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        house.shutdown()
        house.server_close()
        thread.join(10)


@contextmanager
def nobody() -> Iterator[str]:
    """An address where nobody listens, and nobody comes to."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


class _House(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not wait is no error of the server."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, json.loads(content))
        reply = self.server.embedding.reply(asked)  # type: ignore[attr-defined]
        time.sleep(reply.stall_s)
        if reply.is_dropped:
            self.close_connection = True
            return
        body = reply.body if reply.body is not None else self._healthy(asked, reply)
        self.send_response(reply.status)
        self.send_header("content-type", reply.content_type)
        self.send_header("content-length", str(len(body) + (100 if reply.is_cut else 0)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if reply.is_cut:
            self.close_connection = True

    def _healthy(self, asked: Asked, reply: Reply) -> bytes:
        rows: Any = [vector(text) for text in asked.texts]
        rows = reply.rows(rows) if reply.rows else rows
        if asked.path == "/api/embed":
            return json.dumps({"model": asked.body["model"], "embeddings": rows}).encode()
        if isinstance(rows, list):
            rows = [
                {"object": "embedding", "index": at, "embedding": row}
                for at, row in enumerate(rows)
            ]
            rows.reverse()  # the order is nowhere promised
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return json.dumps({"object": "list", "data": rows, "model": "m", "usage": usage}).encode()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing."""
