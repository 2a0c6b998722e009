"""One client: its protocol, its outbox, its documents, its subscription."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

from agentxd_protocol.base import Wire
from agentxd_protocol.event import PublishedNotification
from agentxd_protocol.methods import BY_NAME

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.client import ClientFacts
from agentxd.edges.lsp.coalescing import Coalescing
from agentxd.edges.lsp.contents import Contents
from agentxd.edges.lsp.edits import text_edits
from agentxd.edges.lsp.framing import FrameReader
from agentxd.edges.lsp.outbox import Outbox
from agentxd.edges.lsp.protocol import (
    INVALID_REQUEST,
    NOT_INITIALIZED,
    BadParamsError,
    JsonRpcProtocol,
    notification,
)
from agentxd.edges.lsp.subscription import Subscription
from agentxd.edges.lsp.under_way import UnderWay
from agentxd.kernel.errors import ConflictError
from agentxd.sessions.application import Application

_READ = 1 << 16
_EDIT_TIMEOUT_S = 30 * 60.0
"""A person may be looking at a preview of the edit."""
_BEFORE_INITIALIZE = frozenset(
    {"initialize", "exit", "agentx/daemon/status", "agentx/connection/authenticate"}
)
Handler = Callable[["Connection", Any], Awaitable[Any]]
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Connection:
    """Serves one transport link until either side ends it."""

    def __init__(
        self,
        identity: str,
        application: Application,
        handlers: Mapping[str, Handler],
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        token: str = "",
    ) -> None:
        self.id = identity
        self.application = application
        self.facts = ClientFacts()
        self.subscription: Subscription | None = None
        self.is_agentx = False
        self.published: set[str] = set()
        self.offered: set[str] = set()
        self.contents = Contents()
        self.edits = UnderWay()
        self.progress: dict[str, str] = {}
        self._closers: list[Callable[[], None]] = []
        self._handlers = handlers
        self._reader, self._writer = streams
        self._token = token
        self._is_shut_down = False
        self._is_over = False
        self._outbox = Outbox(self._writer, notification)
        self.protocol = JsonRpcProtocol(self, self._outbox)
        self._newest = Coalescing(self.run_soon)

    async def serve(self) -> None:
        """Read, answer and write until the end; leaves nothing of itself behind."""
        application = self.application
        application.connections.add(self.id)
        pump = asyncio.get_running_loop().create_task(self._outbox.pump(self._more))
        pump.add_done_callback(self._pump_ended)
        try:
            await self._read()
        except (ConnectionError, OSError) as error:
            _log.info("connection %s broke: %s", self.id, error)
        finally:
            open_paths = application.left(self.id)
            if self.subscription is not None:
                self.subscription.close()
            for closer in self._closers:
                closer()
            await self.protocol.close()
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            self._writer.close()
            await application.settle(self.id, open_paths)

    def _pump_ended(self, pump: asyncio.Task[None]) -> None:
        """Nothing can be sent any more: the client must see that, not wait."""
        if pump.cancelled():
            return
        error = pump.exception()
        if self._outbox.is_overrun:
            _log.warning("connection %s is too slow and was closed", self.id)
        elif isinstance(error, ConnectionError):
            _log.info("connection %s broke: %s", self.id, error)
        else:
            _log.error("what connection %s is sent broke; it is closed", self.id, exc_info=error)
        self._outbox.cut()

    # --- Dispatch -----------------------------------------------------------------------------

    def handler(self, method: str) -> Callable[[Any], Awaitable[Any]] | None:
        """The handler with its params read as the method's own type."""
        found = self._handlers.get(method)
        if found is None:
            return None
        row = BY_NAME.get(method)

        async def handle(params: Any) -> Any:
            if row is not None:
                self.is_agentx = True
                return await found(self, row.params.model_validate(params))
            try:
                return await found(self, params)
            except (KeyError, TypeError, IndexError, AttributeError) as error:
                raise BadParamsError(f"{type(error).__name__}: {error}") from error

        return handle

    def refusal(self, method: str) -> tuple[int, str] | None:
        """What cannot be asked now."""
        if self._token and method != "agentx/connection/authenticate":
            return INVALID_REQUEST, "authenticate first"
        if self._is_shut_down and method != "exit":
            return INVALID_REQUEST, "the connection is shut down"
        if not self.facts.is_initialized and method not in _BEFORE_INITIALIZE:
            return NOT_INITIALIZED, "initialize first"
        if self.facts.is_initialized and method == "initialize":
            return INVALID_REQUEST, "initialize comes only once"
        return None

    # --- for handlers -------------------------------------------------------------------------

    def check_token(self, token: str) -> bool:
        """Whether this is the token of the daemon; once it was shown, all is open."""
        from hmac import compare_digest  # noqa: PLC0415  # only TCP needs it

        if self._token and not compare_digest(self._token.encode(), token.encode()):
            return False
        self._token = ""
        return True

    def shut_down(self) -> None:
        """After this only `exit` is taken."""
        self._is_shut_down = True

    def leave(self) -> None:
        """End the connection; the daemon stays."""
        self._is_over = True
        self._reader.feed_eof()

    def send(self, method: str, params: Wire | dict[str, Any]) -> None:
        """A notification to this client."""
        self.protocol.send(method, params)

    def ask_soon(self, method: str, params: dict[str, Any]) -> None:
        """A request to this client whose answer does not matter."""
        self.protocol.ask_soon(method, params)

    def run_soon(self, step: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Work for this client that ends with it."""
        return self.protocol.run_soon(step)

    def run_newest(self, key: str, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Work of which only the newest of its key matters; one at a time."""
        self._newest.want(key, step)

    def at_end(self, closer: Callable[[], None]) -> None:
        """Call this when the connection ends."""
        self._closers.append(closer)

    def stream(self, task: str, kind: str, text: str) -> None:
        """A piece of text for a client that subscribed to parts."""
        self._outbox.stream(task, kind, text)

    def wake(self) -> None:
        """There are new events."""
        self._outbox.wake()

    # --- Editor (port) ------------------------------------------------------------------------

    async def apply(self, path: str, version: int, before: str, after: str, label: str) -> bool:
        """Ask the editor for the change; False also where it is gone meanwhile.

        Raises ConflictError for an editor without versioned edits: what is typed while such an
        edit is on its way would be overwritten, and nobody could tell.
        """
        if not self.facts.has_versioned_edits:
            raise ConflictError(
                f"{path} is open in {self.facts.name}, which cannot check that its text is still"
                " what an edit was made for",
                "Save and close the file there, then try again.",
            )
        document = {"uri": self.facts.uri_of(self.application.house.root, path), "version": version}
        edits = text_edits(before, after, self.facts.encoding)
        edit = {"documentChanges": [{"textDocument": document, "edits": edits}]}
        try:
            async with (
                self.edits.edit(is_after_answers=self.facts.is_single_minded),
                asyncio.timeout(_EDIT_TIMEOUT_S),
            ):
                answer = await self.protocol.ask(
                    "workspace/applyEdit", {"label": label, "edit": edit}
                )
        except (ConnectionError, TimeoutError) as error:
            _log.info("the edit of %s was not applied: %s", path, error)
            return False
        return isinstance(answer, dict) and answer.get("applied") is True

    # --- the transport ------------------------------------------------------------------------

    async def _read(self) -> None:
        frames = FrameReader()
        while not self._is_over and (data := await self._reader.read(_READ)):
            for found in frames.feed(data):
                self.protocol.take(found)
            await asyncio.sleep(0)

    async def _more(self) -> bool:
        """Events after the cursor, when everything else is sent; False where there are none."""
        subscription = self.subscription
        if subscription is None:
            return False
        records = await subscription.next_page()
        if subscription is not self.subscription:
            return True  # another took its place meanwhile: what was read is not wanted any more
        if records:
            wire = [mapping.record(record) for record in records]
            self.send("agentx/event/published", PublishedNotification(records=wire))
        return subscription.has_more
