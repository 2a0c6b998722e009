"""JSON-RPC of one connection: every request gets exactly one response, whatever it is."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

import msgspec
from agentxd_protocol.errors import ERROR_CODES, ErrorData
from pydantic import BaseModel, ValidationError

from agentxd.edges.lsp.framing import BadFrame, Frame, frame
from agentxd.kernel.errors import AgentxError

Json = dict[str, Any]
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND = -32700, -32600, -32601
INVALID_PARAMS, INTERNAL_ERROR = -32602, -32603
NOT_INITIALIZED, REQUEST_CANCELLED = -32002, -32800
_MAX_IN_FLIGHT = 512
_ASK_TIMEOUT_S = 60.0
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Dispatch(Protocol):
    """What a connection does with good messages."""

    def handler(self, method: str) -> "Callable[[Any], Awaitable[Any]] | None":
        """The handler of a request or notification, which takes the raw params."""
        ...

    def refusal(self, method: str) -> tuple[int, str] | None:
        """Why no such request is taken now: error code and sentence."""
        ...


class BadParamsError(Exception):
    """The params are not what the method takes."""


class Writer(Protocol):
    """Where frames go."""

    def has_room(self, n_bytes: int) -> bool:
        """Whether an answer of this size may be sent now."""
        ...

    def write(self, data: bytes) -> None:
        """Take a frame; never waits."""
        ...


class JsonRpcProtocol:
    """Decodes and dispatches what a client sends, and matches its answers to our requests.

    pygls is not below it: the parts of it that leave a malformed request unanswered, take a
    nested `jsonrpc` for a message and pin closed connections would all have to be replaced, and
    the rest, with lsprotocol, is half a cold start and a quarter of the idle memory. The tests
    drive the daemon with pygls as the client, which reads every message by lsprotocol's types.
    """

    def __init__(self, dispatch: Dispatch, writer: Writer) -> None:
        self._dispatch: Dispatch | None = dispatch
        self._writer = writer
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._in_flight: dict[str | int, asyncio.Task[None]] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._n_asked = 0

    # --- what comes in ------------------------------------------------------------------------

    def take(self, found: Frame | BadFrame) -> None:
        """Handle one frame; never raises."""
        if isinstance(found, BadFrame):
            self.answer_error(None, PARSE_ERROR, found.reason)
            return
        try:
            message = json.loads(found.body)
        except (ValueError, RecursionError) as error:
            self.answer_error(None, PARSE_ERROR, f"no JSON: {type(error).__name__}")
            return
        if not isinstance(message, dict):
            self.answer_error(None, INVALID_REQUEST, "a message must be one JSON object")
        elif isinstance(message.get("method"), str):
            self._take_call(message)
        elif "method" not in message and "id" in message:
            self._take_response(message)
        else:
            self.answer_error(_good_id(message), INVALID_REQUEST, "neither request nor response")

    def _take_call(self, message: Json) -> None:
        method, params = message["method"], message.get("params")
        if "id" not in message:
            self._take_notification(method, params)
            return
        identity = _good_id(message)
        if identity is None:
            self.answer_error(None, INVALID_REQUEST, "an id must be a string or a whole number")
        elif message.get("jsonrpc") != "2.0":
            self.answer_error(identity, INVALID_REQUEST, 'jsonrpc must be "2.0"')
        elif identity in self._in_flight:
            self.answer_error(identity, INVALID_REQUEST, f"id {identity!r} is still in use")
        else:
            self._take_request(identity, method, params)

    def _take_request(self, identity: str | int, method: str, params: Any) -> None:
        dispatch = self._dispatch
        if dispatch is None:
            self.answer_error(identity, INTERNAL_ERROR, "the connection is closing")
            return
        if (refusal := dispatch.refusal(method)) is not None:
            self.answer_error(identity, *refusal)
            return
        handler = dispatch.handler(method)
        if handler is None:
            self.answer_error(identity, METHOD_NOT_FOUND, f"there is no method {method[:200]}")
        elif params is not None and not isinstance(params, dict):
            self.answer_error(identity, INVALID_PARAMS, "params must be an object")
        elif len(self._in_flight) >= _MAX_IN_FLIGHT:
            self.answer_agentx_error(identity, "overloaded", "too many requests at once", "Wait.")
        else:
            task = asyncio.get_running_loop().create_task(
                self._respond(identity, handler, params or {})
            )
            self._in_flight[identity] = task
            task.add_done_callback(lambda done: self._request_ended(identity, done))

    def _request_ended(self, identity: str | int, task: asyncio.Task[None]) -> None:
        """A cancelled request is answered here: it may never have made its first step."""
        self._in_flight.pop(identity, None)
        if task.cancelled():
            self.answer_error(identity, REQUEST_CANCELLED, "cancelled")

    def _take_notification(self, method: str, params: Any) -> None:
        if method == "$/cancelRequest":
            identity = params.get("id") if isinstance(params, dict) else None
            task = self._in_flight.get(identity) if isinstance(identity, (str, int)) else None
            if task is not None:
                task.cancel()
            return
        dispatch = self._dispatch
        handler = dispatch.handler(method) if dispatch else None
        if handler is None or dispatch is None or dispatch.refusal(method):
            return
        if params is not None and not isinstance(params, dict):
            return
        self.run_soon(self._notified(method, handler, params or {}))

    def _take_response(self, message: Json) -> None:
        identity = message["id"]
        future = self._asked.pop(identity, None) if isinstance(identity, str) else None
        if future is None or future.done():
            return
        if message.get("error") is not None:
            future.set_exception(ConnectionError(str(message["error"])[:500]))
        else:
            future.set_result(message.get("result"))

    # --- handlers -----------------------------------------------------------------------------

    async def _respond(
        self, identity: str | int, handler: Callable[[Any], Awaitable[Any]], params: Json
    ) -> None:
        """Exactly one response, but for a cancelled request, which is answered at its end."""
        try:
            result = await handler(params)
            body = encode({"jsonrpc": "2.0", "id": identity, "result": plain(result)})
        except AgentxError as error:
            self.answer_agentx_error(identity, error.code, error.message, error.next_step)
        except (BadParamsError, ValidationError) as error:
            self.answer_error(identity, INVALID_PARAMS, _brief(error))
        except Exception as error:  # noqa: BLE001  # the border of handlers
            _log.exception("a handler broke")
            reason = f"{type(error).__name__}: {error}"
            self.answer_agentx_error(identity, "internal", reason, "See the daemon's log.")
        else:
            self._put_answer(identity, body)

    async def _notified(
        self, method: str, handler: Callable[[Any], Awaitable[Any]], params: Json
    ) -> None:
        try:
            await handler(params)
        except (AgentxError, BadParamsError, ValidationError) as error:
            _log.warning("notification %s was left out: %s", method, _brief(error))
        except Exception:  # noqa: BLE001  # the border of handlers
            _log.exception("the handler of %s broke", method)

    # --- what goes out ------------------------------------------------------------------------

    def answer_error(self, identity: str | int | None, code: int, message: str) -> None:
        """An error of JSON-RPC or LSP."""
        error = {"code": code, "message": message}
        self._put(encode({"jsonrpc": "2.0", "id": identity, "error": error}))

    def answer_agentx_error(
        self, identity: str | int, code: str, message: str, next_step: str
    ) -> None:
        """An error of the family, with its name and the next step."""
        data = plain(ErrorData(code=code, next_step=next_step))
        error = {"code": ERROR_CODES.get(code, INTERNAL_ERROR), "message": message, "data": data}
        self._put(encode({"jsonrpc": "2.0", "id": identity, "error": error}))

    def send(self, method: str, params: object) -> None:
        """A notification."""
        self._put(notification(method, params))

    def ask_soon(self, method: str, params: object) -> None:
        """A request to the client whose answer does not matter."""
        self.run_soon(self._ask_in_time(method, params))

    def run_soon(self, step: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Work for this client; cancelled and awaited when the connection ends."""
        task = asyncio.get_running_loop().create_task(step)
        self._background.add(task)
        task.add_done_callback(self._step_ended)
        return task

    def _step_ended(self, task: asyncio.Task[Any]) -> None:
        """A broken step is logged and ends nothing else."""
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a step for a client broke", exc_info=error)

    async def _ask_in_time(self, method: str, params: object) -> None:
        try:
            async with asyncio.timeout(_ASK_TIMEOUT_S):
                await self.ask(method, params)
        except (ConnectionError, TimeoutError) as error:
            _log.info("%s: %s", method, error)

    async def ask(self, method: str, params: object) -> Any:
        """A request to the client and its answer. Raises ConnectionError."""
        self._n_asked += 1
        identity = f"agentx-{self._n_asked}"
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[identity] = future
        call = {"jsonrpc": "2.0", "id": identity, "method": method, "params": plain(params)}
        self._put(encode(call))
        try:
            return await future
        finally:
            self._asked.pop(identity, None)

    async def close(self) -> None:
        """Cancel what runs for this connection and wait for it."""
        self._dispatch = None
        tasks = [*self._in_flight.values(), *self._background]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for future in list(self._asked.values()):
            if not future.done():
                future.set_exception(ConnectionError("the connection is closed"))

    def _put_answer(self, identity: str | int, body: bytes) -> None:
        """An answer where it fits, else the error that says so: a client never waits for ever."""
        if self._writer.has_room(len(body)):
            self._put(body)
            return
        reason = f"the answer of {len(body)} bytes does not fit into what may wait for a client"
        next_step = "Read the answers that are on their way, or ask for a smaller part."
        self.answer_agentx_error(identity, "overloaded", reason, next_step)

    def _put(self, body: bytes) -> None:
        self._writer.write(frame(body))


def notification(method: str, params: object) -> bytes:
    """The body of a notification."""
    return encode({"jsonrpc": "2.0", "method": method, "params": plain(params)})


def encode(message: Json) -> bytes:
    """JSON for the wire; lone surrogates of a broken editor text do not stop it."""
    try:
        return msgspec.json.encode(message)  # ten times as fast: a review has a thousand hunks
    except (ValueError, TypeError, OverflowError, RecursionError):  # a lone half of a character
        return json.dumps(message, separators=(",", ":"), ensure_ascii=True).encode()


def plain(value: object) -> Any:
    """Wire types as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return value


def _good_id(message: Json) -> str | int | None:
    identity = message.get("id")
    is_good = isinstance(identity, (str, int)) and not isinstance(identity, bool)
    return identity if is_good else None


def _brief(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}"
    return str(error)
