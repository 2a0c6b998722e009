"""Real sandboxes on a real workspace; a missing part fails in CI and skips elsewhere."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import pytest_asyncio
from agentxd.kernel.sandboxes import Command, Limits, SandboxSpec
from agentxd.plugins.disk.local import LocalDisk
from agentxd.plugins.sandboxes.bubblewrap import BubblewrapBackend
from agentxd.plugins.sandboxes.docker_backend import DockerBackend
from agentxd.plugins.sandboxes.process import ProcessBackend

BACKENDS = {"docker": DockerBackend, "bubblewrap": BubblewrapBackend, "process": ProcessBackend}
OWNER = f"test{os.getpid()}/t1"  # sandboxes of tests that run beside this one are other ones
LIMITS = Limits(memory_bytes=256 << 20, n_pids=100, cpus=2.0, disk_bytes=64 << 20)


def backend_named(name):
    """The back end, or a skip with its reason; in CI a missing one is a failure."""
    backend = BACKENDS[name]()
    probe = asyncio.run(backend.probe())
    if not probe.is_available:
        if os.environ.get("CI"):
            pytest.fail(f"{name}: {probe.reason}")
        pytest.skip(f"{name}: {probe.reason}")
    return backend


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A git repository with a secret, an ignored file, a link, a script and a set-uid program."""
    root = tmp_path / "work space"
    root.mkdir()
    (root / "a.txt").write_text("one\ntwo\n")
    (root / "gone.txt").write_text("to be deleted\n")
    (root / "moved.txt").write_text("to be moved\n" * 3)
    (root / "run.sh").write_text("#!/bin/sh\necho ran\n")
    (root / "run.sh").chmod(0o755)
    shutil.copy("/bin/cat", root / "rootly")
    (root / "rootly").chmod(0o4755)
    (root / "link").symlink_to("a.txt")
    (root / "sub").mkdir()
    (root / "sub" / "b.bin").write_bytes(bytes(range(256)))
    (root / ".env").write_text("SECRET=hunter2-canary\n")
    (root / ".gitignore").write_text("*.log\nbuild/\n")
    (root / "old.log").write_text("ignored-canary\n")
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


async def spec_of(root: Path, overlay=None, limits=LIMITS, owner=OWNER) -> SandboxSpec:
    """A spec on the workspace as it is now."""
    snapshot = await LocalDisk().snapshot(str(root), overlay or {})
    return SandboxSpec(owner, snapshot, str(root.parent / "scratch"), limits=limits)


@pytest_asyncio.fixture
async def sandbox(request, workspace):
    """An open sandbox of the back end that the test names."""
    backend = await asyncio.to_thread(backend_named, request.param)
    found = await backend.open(await spec_of(workspace))
    yield found
    await found.close()


async def output_of(sandbox, line, timeout_s=20.0):
    """Exit code and text of a command."""
    result = await sandbox.run(Command(line, timeout_s=timeout_s))
    return result.exit_code, result.output.decode(errors="replace")
