"""The loopback model server: one port, four wires, answers from a queue, in a thread of its own."""

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from loopback.answers import Answer, answer
from loopback.catalogue import MODELS, Model, told
from loopback.faults import FAULTS, Elsewhere, Fault, Refused
from loopback.http import MAX_HEAD_BYTES, Link, Request
from loopback.playing import Player, Step, nothing_left
from loopback.wires import WIRES, Wire
from loopback.wires.base import Trouble, dumps

Scripted = Step | str | Callable[[Request], Step | str]
"""What can be played: an answer, a fault, plain text, or a function of the request."""
START_TIMEOUT_S = 10.0


class ModelServer:
    """What a test holds of a running server. Its methods may be called from any thread."""

    def __init__(self, models: tuple[Model, ...] = MODELS) -> None:
        self.models = models
        """What the lists of models tell; answers are given for any model."""
        self.requests: list[Request] = []
        """Requests for answers, in the order of their arrival; refused ones too."""
        self.questions: list[Request] = []
        """Requests about models."""
        self.otherwise: Scripted | None = None
        """Played whenever the queue is empty; None answers with an error."""
        self.failures: list[Exception] = []
        """What went wrong within the server or a played function; raised when the server closes."""
        self.n_connections = 0
        """Connections that were opened so far."""
        self.port = 0
        self._queue: deque[Scripted] = deque()
        self._serial = 0
        self._dropped = Held()

    @property
    def url(self) -> str:
        """Base URL; OpenAI's clients want `/v1` behind it, see `openai_url`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """Base URL as OpenAI's clients take it."""
        return f"{self.url}/v1"

    def play(self, *steps: Scripted) -> None:
        """Queue answers and faults, one for each request to come, whatever its wire."""
        self._queue.extend(steps)

    def stage(self, name: str) -> str:
        """Make a fault of the table happen to the next client: queue it, or tell where it lives.

        The base URL for that client. Raises KeyError.
        """
        fault = FAULTS[name]
        if isinstance(fault.ill, Elsewhere):
            return self.url_of(fault.ill.kind)
        self.play(fault)
        return self.url

    def url_of(self, kind: str) -> str:
        """A URL behind which something else than this server is."""
        return {
            "refused": f"http://127.0.0.1:{self._dropped.unheard_port()}",
            "dns": "http://no-such-host.invalid",
            "tls": f"https://127.0.0.1:{self.port}",
            "dropped": f"http://127.0.0.1:{self.port}/dropped",
        }[kind]

    @property
    def n_left(self) -> int:
        """Steps that nobody has asked for yet."""
        return len(self._queue)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        self.n_connections += 1
        link = Link(reader, writer)
        try:
            while request := await link.receive():
                if request.path.startswith("/dropped"):
                    return
                await self._answer(link, request)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the client is gone or speaks no HTTP; its request knows whether it was answered
        except Exception as error:  # noqa: BLE001  # the test's thread raises it
            self.failures.append(error)
        finally:
            link.close()

    def close(self) -> None:
        """Let go of what is held besides the server."""
        self._dropped.close()

    async def _answer(self, link: Link, request: Request) -> None:
        wire = next((wire for wire in WIRES if wire.path == request.path), None)
        if wire is None or request.method != "POST":
            await self._inform(link, request)
            return
        self.requests.append(request)
        self._serial += 1
        player = Player(link, wire, request, self._serial)
        try:
            await self._play(player, wire, request)
        except ConnectionResetError:
            request.abandoned.set()
            raise
        request.answered.set()

    async def _play(self, player: Player, wire: Wire, request: Request) -> None:
        trouble = objection(wire, request)
        if trouble:
            await player.refuse(Refused(trouble))
            return
        step = self._next(request)
        await (player.refuse(step) if isinstance(step, Refused) else player.play(step))

    def _next(self, request: Request) -> Step | Refused:
        scripted = self._queue.popleft() if self._queue else self.otherwise
        if callable(scripted):
            scripted = scripted(request)
        if scripted is None:
            return nothing_left(request)
        return answer(scripted) if isinstance(scripted, str) else scripted

    async def _inform(self, link: Link, request: Request) -> None:
        self.questions.append(request)
        if request.path == "/":
            await link.send(200, {"content-type": "text/plain"}, b"Ollama is running")
            return
        status, body = told(request, self.models) or (404, {"error": {"message": "not found"}})
        await link.send(status, {"content-type": "application/json"}, dumps(body))


class Held:
    """A port that is taken, and on which nobody listens."""

    def __init__(self) -> None:
        self._link: socket.socket | None = None

    def unheard_port(self) -> int:
        """The port; taken, so that nobody else comes to listen there."""
        if self._link is None:
            self._link = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._link.bind(("127.0.0.1", 0))
        port: int = self._link.getsockname()[1]
        return port

    def close(self) -> None:
        """Give the port back."""
        if self._link is not None:
            self._link.close()


def objection(wire: Wire, request: Request) -> Trouble | None:
    """What the vendor would not accept."""
    try:
        body = request.body
    except ValueError:
        return Trouble(400, "The request body is not valid JSON.")
    return wire.objection(body, request.headers)


async def run(server: ModelServer, ready: Callable[[], None], stop: asyncio.Event) -> None:
    """Serve until told to stop; connections end with it."""
    connections: set[asyncio.Task[None]] = set()
    async with asyncio.TaskGroup() as group:

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = group.create_task(server.serve(reader, writer))
            connections.add(connection)
            connection.add_done_callback(connections.discard)

        listening = await asyncio.start_server(
            connected, "127.0.0.1", server.port, limit=MAX_HEAD_BYTES, backlog=1024
        )
        server.port = listening.sockets[0].getsockname()[1]
        ready()
        await stop.wait()
        listening.close()
        for connection in connections:
            connection.cancel()


@contextmanager
def model_server(**options: Any) -> Iterator[ModelServer]:
    """A running server in its own thread, gone at the end; raises then what failed within it."""
    server = ModelServer(**options)
    ready = threading.Event()
    stops: list[Callable[[], None]] = []

    async def main() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        stops.append(lambda: loop.call_soon_threadsafe(stop.set))
        await run(server, ready.set, stop)

    thread = threading.Thread(target=lambda: asyncio.run(main()), name="loopback", daemon=True)
    thread.start()
    try:
        if not ready.wait(START_TIMEOUT_S):
            raise TimeoutError("the loopback server did not start")
        yield server
    finally:
        for stop in stops:
            stop()
        thread.join(START_TIMEOUT_S)
        server.close()
    if server.failures:
        raise server.failures[0]


__all__ = ["Answer", "Fault", "ModelServer", "Scripted", "model_server", "run"]
