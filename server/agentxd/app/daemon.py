"""The daemon's life: take the lock, open the stores, wire, listen, leave."""

import asyncio
import contextlib
import gc
import logging
import os
import secrets
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from agentxd_protocol import places

from agentxd import __version__
from agentxd.app.house import LocalHouse
from agentxd.app.locking import DaemonLock
from agentxd.app.logs import set_up_logs
from agentxd.app.settings import SettingsBook
from agentxd.app.wiring import Stores, Wired, wire
from agentxd.edges.lsp.handlers import Handlers
from agentxd.edges.lsp.listener import Listener
from agentxd.edges.lsp.refreshing import Refresher
from agentxd.kernel.errors import StorageError
from agentxd.kernel.events import DaemonStarted, DaemonStopped
from agentxd.plugins.disk.local import LocalDisk, checked_root
from agentxd.plugins.providers.worker.host import WorkerHost
from agentxd.plugins.stores.blobs import DiskBlobStore
from agentxd.plugins.stores.event_log import SqliteEventLog
from agentxd.sessions.life import IdleWatch
from agentxd.sessions.recovering import recover

_TICK_S = 0.5
_MIB = 1 << 20
_FIRST_ROUND_S = 60.0
_ROUND_S = 3600.0
_log = logging.getLogger(__name__)


class Daemon:
    """Serves one workspace from start to end."""

    def __init__(
        self,
        root: str,
        *,
        is_foreground: bool,
        tcp_port: int = -1,
        worker: WorkerHost | None = None,
    ) -> None:
        self._worker = worker
        self._root = checked_root(root)
        self._state_dir = places.state_dir(self._root)
        self._tcp_port = tcp_port
        self._leaving = asyncio.Event()
        self._reason = "nothing needs it"
        _make_folder(self._state_dir, "AGENTXD_STATE_DIR")
        _make_folder(os.path.dirname(places.socket_path(self._root)), "AGENTXD_RUNTIME_DIR")  # noqa: PTH120
        set_up_logs(places.log_path(self._root), is_foreground=is_foreground)
        self._lock = DaemonLock(self._state_dir + "/daemon.lock")

    async def serve(self) -> None:
        """Run until nothing needs the daemon. Raises StateError, StorageError."""
        self._lock.take()
        try:
            await self._serve()
        finally:
            self._lock.release()

    def leave(self, reason: str) -> None:
        """Begin to leave."""
        self._reason = reason
        self._leaving.set()

    async def _serve(self) -> None:
        state = Path(self._state_dir)
        book = SettingsBook(self._root, str(Path.home()))
        log = await SqliteEventLog.open(state / "events.db")
        try:
            quota = book.effective()[0].store_quota_mb * _MIB
            stores = Stores(log, DiskBlobStore(state / "blobs", quota), LocalDisk(state / "cache"))
            house = LocalHouse(self._root, self._state_dir, __version__, book, self.leave)
            wired = wire(self._root, state / "sandboxes", stores, book, house, worker=self._worker)
            await self._run(wired, log)
        finally:
            await log.close()

    async def _run(self, wired: Wired, log: SqliteEventLog) -> None:
        journal, house = wired.application.journal, wired.house
        await journal.load()
        if (restored := log.restored) is not None:
            house.warn(f"the log was damaged ({restored.reason}); kept aside: {restored.aside}")
        for words in await recover(journal, wired.disk, self._root):
            house.warn(words)
        await wired.application.approvals.recover()
        await journal.record(DaemonStarted(__version__, os.getpid()))
        listener = Listener(wired.application, Handlers())
        refresher = Refresher(wired.application, listener)
        background = [
            asyncio.ensure_future(refresher.run()),
            asyncio.ensure_future(wired.application.inspecting.serve()),
            asyncio.ensure_future(self._reap(wired)),
            asyncio.ensure_future(self._tend(wired, log)),
        ]
        try:
            await self._listen(listener)
            gc.enable()
            gc.freeze()
            await self._wait(wired, listener)
        finally:
            await self._close(wired, listener, background)

    async def _listen(self, listener: Listener) -> None:
        socket = places.socket_path(self._root)
        await listener.listen_unix(socket)
        if self._tcp_port >= 0:
            token = secrets.token_urlsafe(32)
            port = await listener.listen_tcp(self._tcp_port, token)
            place = Path(self._state_dir) / "tcp.json"
            _write_private(place, f'["127.0.0.1",{port},"{token}"]')
            _log.info("listening on 127.0.0.1:%d; the token is in %s", port, place)
        _log.info("serving %s at %s, pid %d", self._root, socket, os.getpid())

    async def _wait(self, wired: Wired, listener: Listener) -> None:
        """Until a signal, a request to stop, or nobody needs us any more."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.leave, f"got {name.name}")
        watch = IdleWatch(lambda: wired.house.book.effective()[0].idle_exit_seconds)
        while not self._leaving.is_set():
            application = wired.application
            n_at_work = application.goals.n_running + application.conversations.n_pending
            is_needed = bool(listener.connections) or n_at_work > 0
            if watch.is_over(loop.time(), is_needed=is_needed):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), _TICK_S)

    async def _reap(self, wired: Wired) -> None:
        """Whatever a killed daemon left behind; off the path of the start."""
        for name in await wired.reap():
            _log.warning("removed a left-over: %s", name)

    async def _tend(self, wired: Wired, log: SqliteEventLog) -> None:
        """Rounds of the house: overdue questions, contents that nobody needs, the whole chain."""
        next_round = time.monotonic() + _FIRST_ROUND_S
        while True:
            await asyncio.sleep(_TICK_S)
            try:
                await wired.application.approvals.expire_overdue()
                if time.monotonic() < next_round:
                    continue
                next_round = time.monotonic() + _ROUND_S
                if not log.is_wholly_checked:
                    await log.verify()
                    log.is_wholly_checked = True
                await self._collect(wired)
            except StorageError as error:
                wired.house.warn(f"{error.message}. {error.next_step}")
                next_round = time.monotonic() + _ROUND_S

    async def _collect(self, wired: Wired) -> None:
        done = await wired.keeper.round(wired.house.book.effective()[0].store_quota_mb * _MIB)
        if done.n_bytes:
            _log.info("collected %d bytes that nothing needs", done.n_bytes)
        if done.is_nearly_full:
            wired.house.warn(
                "the store of contents is nearly full; decide on old proposals, or raise it:"
                " agentxd config set --scope user store_quota_mb MB"
            )

    async def _close(
        self, wired: Wired, listener: Listener, background: "Sequence[asyncio.Future[None]]"
    ) -> None:
        _unlink(places.socket_path(self._root))
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await wired.application.conversations.close()
        await wired.application.goals.close()
        wired.application.searching.close()
        wired.application.inspecting.close()
        await wired.index.close()
        await wired.application.journal.record(DaemonStopped(self._reason))
        await wired.keeper.keep_state()
        await listener.close()
        _log.info("left: %s", self._reason)


def _unlink(path: str) -> None:
    Path(path).unlink(missing_ok=True)


def _make_folder(folder: str, variable: str) -> None:
    try:
        places.make_private(folder)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be used: {error.strerror}",
            f"Set {variable} to a folder that you own and may write to.",
        ) from error


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
