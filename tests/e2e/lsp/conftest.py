"""Editors over the real shim, on a workspace with a real proposal."""

import sys
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from clients import start_editor  # the path above is what finds it


@pytest.fixture
def proposal(house):
    """A proposal of the mechanic with hunks in two files."""
    house.cli("config", "set", "idle_exit_seconds", "60")
    done = house.cli("run", "fix lint and modernise syntax")
    assert done.returncode == 0, done.stdout + done.stderr
    return house.json("proposals")[-1]


@pytest_asyncio.fixture
async def editors(house, proposal):
    """Two editors on one daemon, the second with Neovim's capabilities."""
    one = await start_editor(house)
    two = await start_editor(house, "neovim")
    yield one, two
    for editor in (one, two):
        await editor.leave()


@pytest_asyncio.fixture
async def editor(house, proposal):
    """One editor."""
    one = await start_editor(house)
    yield one
    await one.leave()
