"""A sandbox whose opening or use is cancelled at any moment leaves nothing on the host."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))

from conftest import BACKENDS, backend_named, spec_of  # noqa: I001

from agentxd.kernel.errors import SandboxError
from agentxd.kernel.sandboxes import Command

MOMENTS_S = (0, 0.001, 0.003, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3)
SETTLED_S = 0.5
"""A thread that nobody waited for has made its mounts by then."""

pytestmark = [pytest.mark.real, pytest.mark.parametrize("name", list(BACKENDS))]


def left_overs(scratch: Path, key: str) -> list[str]:
    """Folders, mounts, control groups and containers that carry this workspace key."""
    found = [str(place) for place in scratch.glob("*")]
    found += [
        line for line in Path("/proc/mounts").read_text().splitlines() if str(scratch) in line
    ]
    for pattern in (f"*/agentx/{key}-*", f"agentx/{key}-*"):
        found += [str(place) for place in Path("/sys/fs/cgroup").glob(pattern)]
    return found + (containers(key) if "-docker-" in key else [])


def containers(key: str) -> list[str]:
    """Containers of this workspace key, the dead ones too."""
    import docker

    client = docker.DockerClient(base_url=os.environ.get("DOCKER_HOST"))
    try:
        found = client.containers.list(all=True, filters={"label": f"agentx.workspace={key}"})
        return [container.name for container in found]
    finally:
        client.close()


async def cancelled_after(moment_s: float, work) -> None:
    """Begin the work and cancel it after a while."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(moment_s)
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled() and task.exception() is None and task.result() is not None:
        await task.result().close()


async def test_an_opening_that_is_cancelled_leaves_nothing(name, workspace):
    backend = await asyncio.to_thread(backend_named, name)
    key = f"cancel-{name}-{os.getpid()}"
    for number, moment_s in enumerate(MOMENTS_S):
        spec = await spec_of(workspace, owner=f"{key}/t{number}")
        await cancelled_after(moment_s, backend.open(spec))
    await asyncio.sleep(SETTLED_S)
    assert left_overs(workspace.parent / "scratch", key) == []


async def test_an_opening_that_fails_leaves_nothing_cancelled_or_not(name, workspace):
    backend = await asyncio.to_thread(backend_named, name)
    key = f"fail-{name}-{os.getpid()}"
    for number, moment_s in enumerate((*MOMENTS_S, 5)):
        spec = await spec_of(workspace, owner=f"{key}/t{number}")
        bad = replace(spec, image="agentx/no-such-image")
        if name != "docker":
            bad = replace(spec, snapshot=replace(spec.snapshot, root="/nowhere"))
        await cancelled_after(moment_s, backend.open(bad))
    with pytest.raises(SandboxError):
        await backend.open(bad)
    await asyncio.sleep(SETTLED_S)
    assert left_overs(workspace.parent / "scratch", key) == []


async def test_a_sandbox_closed_right_after_a_cancelled_command_leaves_nothing(name, workspace):
    backend = await asyncio.to_thread(backend_named, name)
    key = f"busy-{name}-{os.getpid()}"

    async def used(number: int) -> None:
        sandbox = await backend.open(await spec_of(workspace, owner=f"{key}/t{number}"))
        try:
            await sandbox.run(Command("for i in $(seq 40); do sleep 60 & done; wait"))
        finally:
            await sandbox.close()

    for number, moment_s in enumerate((0.2, 0.3, 0.5)):
        await cancelled_after(moment_s, used(number))
    await asyncio.sleep(SETTLED_S)
    assert left_overs(workspace.parent / "scratch", key) == []
