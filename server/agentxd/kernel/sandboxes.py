"""Values around the sandbox port: what is asked of a sandbox and what it answers."""

from msgspec import Struct

from agentxd.kernel.files import Snapshot


class Limits(Struct, frozen=True):
    """Ceilings of a sandbox."""

    memory_bytes: int = 2 << 30
    n_pids: int = 512
    cpus: float = 2.0
    disk_bytes: int = 2 << 30
    has_network: bool = False


class SandboxSpec(Struct, frozen=True):
    """What a sandbox is opened on."""

    owner: str
    """Daemon instance and task, as `<workspace key>/<task id>`: written into every label."""
    snapshot: Snapshot
    scratch: str
    """Absolute host folder of the daemon for upper layers and copies, on a real disk."""
    dependencies: tuple[str, ...] = ()
    """Ignored folders (`.venv`, `node_modules`), relative paths, to be seen read-only."""
    tools: tuple[str, ...] = ()
    """Absolute host paths of self-contained executables (ruff from its wheel) that every back end
    shows read-only in one folder, which is last on PATH."""
    image: str = ""
    """Container image; empty for the built-in one."""
    limits: Limits = Limits()


class Command(Struct, frozen=True):
    """One command line to run with `/bin/sh -c` in the sandbox's copy of the workspace."""

    line: str
    cwd: str = ""
    """Relative to the workspace root."""
    env: dict[str, str] = {}
    timeout_s: float = 600.0
    max_output_bytes: int = 1 << 20
    """The head and the tail are kept; the middle is dropped and counted."""


class RunResult(Struct, frozen=True):
    """How a command ended. Standard output and error are one stream."""

    exit_code: int
    """128 + signal where a signal ended it; 124 on time-out."""
    output: bytes
    n_output_bytes: int
    duration_s: float
    is_timed_out: bool = False
    is_truncated: bool = False


class Probe(Struct, frozen=True):
    """Whether a back end can be used here, and what it holds."""

    is_available: bool
    reason: str = ""
    """Why not, with what to do; or a short description where it is available."""
    is_unsafe: bool = False
    """True where the back end isolates nothing: used only when the user allows it."""
    notes: tuple[str, ...] = ()
    """Limits that the engine silently ignores, and the like."""


class FileWrite(Struct, frozen=True):
    """One file to put into the sandbox; `content` None deletes it."""

    path: str
    content: bytes | None
    mode: int = 0o100644
