"""Several editors on one daemon: two Neovims of different versions, and a client of plain LSP."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemons import DaemonHouse
from editors.neovim.driving import SUITES, Neovim, program
from needs import need

sys.path.insert(0, str(Path(__file__).parents[2] / "e2e" / "lsp"))

from shim_client import ShimClient  # the path above is what finds it

EDITS = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}


@pytest.fixture
def neovims(house: DaemonHouse) -> Iterator[tuple[Neovim, Neovim]]:
    """The older and the newer Neovim with the plugin, on one workspace."""
    for suite in SUITES:
        need(program(suite).exists(), f"Neovim of Debian {suite} (.ci/install-neovim)")
    house.cli("config", "set", "idle_exit_seconds", "60")
    one, two = (Neovim(program(suite), house) for suite in SUITES)
    yield one, two
    for editor in (one, two):
        editor.close()


@pytest.fixture
def plain(house: DaemonHouse) -> Iterator[ShimClient]:
    """An editor without a plugin."""
    client = ShimClient(house, EDITS, "plain")
    yield client
    client.process.kill()
    client.process.wait()
    client.close()
