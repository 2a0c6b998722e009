"""What the user saves while an agent works stays the user's: not seen as the agent's change."""

import asyncio
import sys
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from conftest import BACKENDS, backend_named, output_of, spec_of  # noqa: I001

from agentxd.kernel.sandboxes import FileWrite

pytestmark = pytest.mark.real
HAND = b"# by hand\n"
COMMITTED = b"one\ntwo\n"
DIRTY = b"one\ntwo\nthree, not committed\n"


@pytest_asyncio.fixture(params=[(n, c) for n in BACKENDS for c in (COMMITTED, DIRTY)], ids=str)
async def opened(request, workspace):
    """A sandbox on a file of this content, which the fixture's user then may save over."""
    name, content = request.param
    (workspace / "a.txt").write_bytes(content)
    backend = await asyncio.to_thread(backend_named, name)
    sandbox = await backend.open(await spec_of(workspace))
    await asyncio.sleep(0.3)  # the newest files are remembered beside the opening
    yield sandbox, workspace / "a.txt", content
    await sandbox.close()


async def edited(sandbox):
    """What an edit tool does: read, change, write; the base and the new content of the change."""
    before = await sandbox.read("a.txt")
    await sandbox.write([FileWrite("a.txt", before + b"agent\n")])
    (change,) = await sandbox.difference()
    assert change.is_base_known
    return before, change.base, change.new


async def test_a_file_that_is_saved_before_the_agent_looks_at_it(opened):
    sandbox, file, content = opened
    file.write_bytes(HAND + content)
    assert await edited(sandbox) == (content, content, content + b"agent\n")


async def test_a_file_that_is_saved_after_the_agent_changed_it(opened):
    sandbox, file, content = opened
    await edited(sandbox)
    file.write_bytes(HAND + content)
    (change,) = await sandbox.difference()
    assert change.is_base_known
    assert (change.base, change.new) == (content, content + b"agent\n")


async def test_a_file_that_only_the_user_saved_is_no_change(opened):
    sandbox, file, content = opened
    file.write_bytes(HAND + content)
    assert await sandbox.read("a.txt") == content
    assert await output_of(sandbox, "head -1 a.txt") == (0, "one\n")
    assert await sandbox.difference() == []


async def test_a_file_that_the_user_deleted_is_still_there_for_the_agent(opened):
    sandbox, file, content = opened
    file.unlink()
    assert await sandbox.read("a.txt") == content
