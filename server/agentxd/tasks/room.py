"""The sandbox of one task: it opens while the model already thinks, and is closed in all cases."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from agentxd.kernel.errors import StateError
from agentxd.kernel.events import SandboxClosed, SandboxOpened, SandboxRequested, SnapshotTaken
from agentxd.kernel.files import Snapshot
from agentxd.kernel.ports import Sandbox, SandboxBackend
from agentxd.kernel.sandboxes import SandboxSpec
from agentxd.tasks.evidence import Archive, Witness

_log = logging.getLogger(__name__)


class Room:
    """Where the tools of one task work; `ready` first, then `witness` and `snapshot`."""

    def __init__(
        self,
        prepare: Callable[[], Awaitable[SandboxSpec]],
        backend: SandboxBackend,
        archive: Archive,
        *,
        is_unsafe: bool,
    ) -> None:
        self._prepare = prepare
        self._backend = backend
        self._archive = archive
        self._is_unsafe = is_unsafe
        self._sandbox: Sandbox | None = None
        self._opened: tuple[Snapshot, Witness] | None = None
        self._is_ready = asyncio.Event()

    async def open(self) -> None:
        """Take the snapshot and open the sandbox on it. Raises what the ports raise."""
        task, record = self._archive.task, self._archive.record
        spec = await self._prepare()
        snapshot = spec.snapshot
        await record(
            SnapshotTaken(task, snapshot.id, len(snapshot.entries), len(snapshot.overlay)),
            SandboxRequested(task, self._backend.name),
        )
        self._sandbox = sandbox = await self._backend.open(spec)
        await record(SandboxOpened(task, sandbox.id, sandbox.backend, self._is_unsafe))
        self._opened = snapshot, Witness(sandbox, snapshot, self._archive)
        self._is_ready.set()

    async def ready(self) -> None:
        """Wait until it is open; whoever opens it hears why it does not."""
        await self._is_ready.wait()

    @property
    def snapshot(self) -> Snapshot:
        """What the sandbox was opened on. Raises StateError before it is ready."""
        return self._found()[0]

    @property
    def witness(self) -> Witness:
        """The sandbox, and what ran in it. Raises StateError before it is ready."""
        return self._found()[1]

    async def close(self) -> None:
        """A sandbox that cannot be closed is left to the reaper; the work in it still counts."""
        sandbox = self._sandbox
        if sandbox is None:
            return
        try:
            await sandbox.close()
        except Exception:  # noqa: BLE001  # a plugin call is a border
            _log.exception("sandbox %s was not closed", sandbox.id)
            return
        await self._archive.record(SandboxClosed(self._archive.task, sandbox.id))

    def _found(self) -> tuple[Snapshot, Witness]:
        if self._opened is None:
            raise StateError("the sandbox is not open yet")
        return self._opened
