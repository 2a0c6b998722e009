"""Ports: what the inner rooms ask of the world. Plugins implement them, `app` hands them in."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from agentxd.kernel.events import Event, Record
from agentxd.kernel.files import FileChange, FileEntry, Snapshot
from agentxd.kernel.messages import Delta, ModelRequest, Observation, ToolSpec
from agentxd.kernel.models import Model
from agentxd.kernel.sandboxes import Command, FileWrite, Probe, RunResult, SandboxSpec


class Clock(Protocol):
    """Time, so that tests can turn it by hand."""

    def now_ms(self) -> int:
        """Wall time in milliseconds since 1970."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class EventLog(Protocol):
    """The append-only truth."""

    async def append(self, events: Sequence[Event]) -> list[Record]:
        """Keep the events in this order; durable when it returns. Raises StorageError."""
        ...

    async def read(self, after: int, limit: int) -> list[Record]:
        """Records with seq > after, oldest first, at most `limit`."""
        ...

    async def named_blobs(self, since_ms: int = 0) -> frozenset[str]:
        """Ids of the contents that events name, of those recorded at `since_ms` and later."""
        ...

    async def keep_state(self, kind: str, seq: int, content: bytes) -> None:
        """Keep the state that was folded up to record `seq`; a cache, never the truth.

        `kind` names the reducers and their version. Raises StorageError.
        """
        ...

    async def kept_state(self, kind: str) -> tuple[int, bytes] | None:
        """The newest kept state of this kind and its `seq`, None where there is none to trust."""
        ...

    async def close(self) -> None:
        """Flush and let go of the database."""
        ...


class BlobStore(Protocol):
    """Contents by their SHA-256."""

    async def put(self, content: bytes) -> str:
        """Keep the content, durable when it returns; its id. Raises StorageError (quota, disk)."""
        ...

    async def get(self, blob: str) -> bytes:
        """The content. Raises NotFoundError, or StorageError where it is damaged."""
        ...

    async def collect(self, keep: frozenset[str], grace_s: float = 0.0) -> int:
        """Drop every blob that is not in `keep` and was not put within the last `grace_s` seconds.

        The number of bytes set free.
        """
        ...

    async def size(self) -> int:
        """Bytes kept."""
        ...


class Disk(Protocol):
    """The user's tree: read freely, written only for accepted hunks."""

    async def snapshot(self, root: str, overlay: Mapping[str, bytes]) -> Snapshot:
        """Every file that is neither ignored nor secret, with unsaved text laid over it.

        Raises WorkspaceRefusedError for the home folder, `/` and what is no folder.
        """
        ...

    async def read(self, root: str, path: str) -> tuple[bytes, FileEntry] | None:
        """Content and entry of one file, None where there is none. Never follows a link out."""
        ...

    async def replace(
        self, root: str, path: str, before: bytes | None, after: bytes | None, mode: int
    ) -> None:
        """Compare and swap one file, atomically, permissions kept; None means absent.

        Raises ConflictError when the file is not `before` any more, StorageError on disk trouble.
        """
        ...


class Sandbox(Protocol):
    """A copy of the workspace in which commands run, isolated from the user's tree."""

    id: str
    backend: str

    async def run(
        self, command: Command, on_output: Callable[[bytes], None] | None = None
    ) -> RunResult:
        """Run to the end or the deadline, after which the whole process tree is dead."""
        ...

    async def read(self, path: str) -> bytes | None:
        """One file of the copy as data (a link is not followed), None where there is none."""
        ...

    async def write(self, files: Sequence[FileWrite]) -> None:
        """Put files into the copy."""
        ...

    async def difference(self) -> list[FileChange]:
        """How the copy differs from the snapshot, by path; build caches and ignored files out."""
        ...

    async def close(self) -> None:
        """Kill everything inside and remove every trace. May be called twice."""
        ...


@runtime_checkable
class TellsLeftOut(Protocol):
    """What a sandbox may tell besides its difference."""

    @property
    def left_out(self) -> Mapping[str, str]:
        """Path to the reason, for what the newest `difference` could not compare.

        Such a path may have changed all the same: the difference is silent about it, so a tree
        that is made of the difference is not the tree in which commands ran.
        """
        ...


class SandboxBackend(Protocol):
    """A kind of sandbox."""

    name: str

    async def probe(self) -> Probe:
        """Whether this kind works on this machine, tried for real."""
        ...

    async def open(self, spec: SandboxSpec) -> Sandbox:
        """A sandbox on a copy of the snapshot. Raises SandboxUnavailableError or SandboxError."""
        ...

    async def reap(self, workspace: str, live: frozenset[str]) -> list[str]:
        """Remove what dead daemons of this workspace key left, but for the owners in `live`."""
        ...


class Editor(Protocol):
    """An editor that has documents open; the edge implements it for each connection."""

    id: str

    async def apply(self, path: str, version: int, before: str, after: str, label: str) -> bool:
        """Ask the editor to turn the document's text at `version` from before into after.

        What it answers, False where it is gone; the caller checks the text that follows.
        """
        ...


class Provider(Protocol):
    """A talker to models."""

    name: str

    def stream(self, request: ModelRequest) -> AsyncIterator[Delta]:
        """Stream one step; the last delta is Finished. Raises ProviderError."""
        ...

    def models(self) -> Sequence[str]:
        """Names of the models that it knows, the default first."""
        ...


@runtime_checkable
class WarmsUp(Protocol):
    """What a provider of models may offer besides: to get ready before the first call."""

    async def warm(self) -> None:
        """Begin to get ready; returns before that is done. Raises ProviderError."""
        ...


@runtime_checkable
class DescribesModels(Protocol):
    """What a provider of models may offer besides: what is known of each."""

    def model(self, name: str) -> Model:
        """Window, abilities and price of a model; a cautious guess for one that is unknown."""
        ...


class ToolContext(Protocol):
    """What a tool may touch while it is called."""

    sandbox: Sandbox
    snapshot: Snapshot

    async def ask(self, question: str, options: Sequence[str]) -> str:
        """Put a question to the user and wait for the answer. Raises DeniedError on time-out."""
        ...

    def emit(self, text: str) -> None:
        """Show a piece of output while the tool runs."""
        ...


class Tool(Protocol):
    """Something that an agent can do."""

    spec: ToolSpec

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """Do it; trouble comes back as an observation with `is_error`."""
        ...


@runtime_checkable
class Hurries(Protocol):
    """What a provider of models may offer besides: to give up sooner."""

    def hurry(self, seconds: float) -> None:
        """Spend at most so long on pauses between attempts of one call."""
        ...


@runtime_checkable
class UnderstandsMore(Protocol):
    """What a tool may offer besides: to take arguments that do not fit its schema."""

    def understands(self, arguments: Mapping[str, Any]) -> bool:
        """Whether they mean one thing all the same, without doubt."""
        ...


Streamed = Callable[[str, str, str], None]
"""(task id, part kind: text, thinking, tool or output, text): pieces shown as they come."""

Publish = Callable[[Sequence[Record]], None]
"""Called after each durable append, in order."""
