"""Docker with an image that the user names: its programs, the same walls, the same copy."""

import asyncio
import io
import subprocess
import sys
import tarfile
from pathlib import Path

import docker
import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))

from conftest import backend_named, output_of, spec_of  # noqa: I001

from agentxd.kernel.errors import SandboxUnavailableError
from agentxd.kernel.sandboxes import Command

pytestmark = pytest.mark.real
NAME = "agentx-test-image:latest"
PROGRAMS = ("/bin/sh", "/bin/cat", "/bin/sleep", "/usr/bin/touch")


def libraries(program):
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return {word for line in said.splitlines() for word in line.split() if word.startswith("/")}


def small_image():
    """A few of the host's programs with their libraries, and a mark that the host does not have."""
    target = io.BytesIO()
    files = {*PROGRAMS, *(path for program in PROGRAMS for path in libraries(program))}
    with tarfile.open(fileobj=target, mode="w") as tar:
        for path in sorted(files):
            info = tar.gettarinfo(str(Path(path).resolve()), arcname=path[1:])
            with Path(path).open("rb") as file:
                tar.addfile(info, file)
        mark = tarfile.TarInfo("mark-of-the-image")
        mark.size = 3
        tar.addfile(mark, io.BytesIO(b"yes"))
    return target.getvalue()


@pytest.fixture(scope="module")
def image():
    """Imported into the engine, and removed again."""
    backend_named("docker")
    client = docker.from_env()
    repository, _, tag = NAME.partition(":")
    client.api.import_image_from_data(small_image(), repository=repository, tag=tag)
    yield NAME
    client.images.remove(NAME, force=True)
    client.close()


async def test_a_named_image_brings_its_own_programs_behind_the_same_walls(workspace, image):
    backend = await asyncio.to_thread(backend_named, "docker")
    sandbox = await backend.open(replace(await spec_of(workspace), image=image))
    try:
        assert await output_of(sandbox, "cat /mark-of-the-image a.txt") == (0, "yesone\ntwo\n")
        assert (await output_of(sandbox, "cat /usr/bin/env >/dev/null"))[0] != 0, "not the host's"
        assert (await output_of(sandbox, "touch /x"))[0] != 0, "the root is read-only"
        await sandbox.run(Command("echo three >> a.txt"))
        assert [change.path for change in await sandbox.difference()] == ["a.txt"]
    finally:
        await sandbox.close()


async def test_an_image_that_is_not_there_says_how_to_get_it(workspace):
    backend = await asyncio.to_thread(backend_named, "docker")
    spec = replace(await spec_of(workspace), image="agentx/no-such-image")
    with pytest.raises(SandboxUnavailableError) as refused:
        await backend.open(spec)
    assert "docker pull agentx/no-such-image" in refused.value.next_step
