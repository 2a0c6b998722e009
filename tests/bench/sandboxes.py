"""A repository of 20,000 files: snapshot, sandbox ready, one command, by back end."""

import asyncio
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from agentxd.app.plugins import built_in_backends
from agentxd.kernel.errors import AgentxError
from agentxd.kernel.files import Snapshot
from agentxd.kernel.ports import SandboxBackend
from agentxd.kernel.sandboxes import Command, SandboxSpec
from agentxd.plugins.disk.local import LocalDisk

from tests.bench.measure import Row, median, ms, percentile

N_FOLDERS, N_FILES = 200, 100
N_COMMANDS = 30
N_OPENINGS = 7
MAX_READY_S = 0.5
KINDS = ("docker", "bubblewrap", "process")


def generate(root: Path) -> None:
    """A git repository of 20,000 small files, the same each time."""
    for folder in range(N_FOLDERS):
        path = root / f"package_{folder:03}"
        path.mkdir(parents=True)
        for file in range(N_FILES):
            line = f"VALUE = {folder * N_FILES + file}\n"
            (path / f"module_{file:03}.py").write_text(f'"""Module {file}."""\n\n' + line * 20)
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=root, check=True)


async def opened(
    backend: SandboxBackend, snapshot: Snapshot, scratch: Path
) -> tuple[float, float, list[float]]:
    """Seconds until ready, until the difference is known, and of each command.

    Ready is the median of some openings; the first, which also loads the back end's library, is
    one of them.
    """
    loop = asyncio.get_running_loop()
    spec = SandboxSpec(owner="bench/t1", snapshot=snapshot, scratch=str(scratch))
    openings = []
    for _ in range(1 if backend.name == "process" else N_OPENINGS):
        start = loop.time()
        sandbox = await backend.open(spec)
        openings.append(loop.time() - start)
        await sandbox.close()
    sandbox = await backend.open(spec)
    ready = median(openings)
    try:
        taken = []
        for _ in range(N_COMMANDS):
            start = loop.time()
            assert (await sandbox.run(Command("true"))).exit_code == 0
            taken.append(loop.time() - start)
        await sandbox.run(Command("echo changed >> package_000/module_000.py"))
        start = loop.time()
        assert len(await sandbox.difference()) == 1
        return ready, loop.time() - start, taken
    finally:
        await sandbox.close()


def rows_of(name: str, ready: float, difference: float, taken: list[float]) -> Sequence[Row]:
    """Three rows of one back end; the target holds where an overlay can be mounted."""
    target = "" if name == "process" else f"≤ {ms(MAX_READY_S)}"
    return [
        Row(f"{name}: sandbox ready", ms(ready), target, ready <= MAX_READY_S if target else None),
        Row(f"{name}: one command", f"{ms(median(taken))}, p95 {ms(percentile(taken, 0.95))}"),
        Row(f"{name}: difference of one changed file", ms(difference)),
    ]


async def measured(folder: Path) -> Sequence[Row]:
    """Snapshots, then every back end that there is."""
    root, scratch = folder / "repository", folder / "scratch"
    generate(root)
    scratch.mkdir()
    loop = asyncio.get_running_loop()
    disk = LocalDisk(folder / "cache")
    taken = []
    for _ in range(4):
        start = loop.time()
        snapshot = await disk.snapshot(str(root), {})
        taken.append(loop.time() - start)
    rows = [
        Row("snapshot of 20,000 files, nothing known", ms(taken[0])),
        Row("snapshot of 20,000 files, again", ms(median(taken[1:]))),
    ]
    for kind in KINDS:
        try:
            backend, _ = await built_in_backends().choose(kind, is_unsafe_allowed=True)
        except AgentxError as error:
            rows.append(Row(f"{kind}: not measured", error.message))
            continue
        rows += rows_of(kind, *await opened(backend, snapshot, scratch))
    return rows


def bench() -> Sequence[Row]:
    """All of it."""
    with tempfile.TemporaryDirectory(prefix="agentxd-bench-") as folder:
        return asyncio.run(measured(Path(folder)))
