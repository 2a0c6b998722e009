"""Editors that know nothing of AgentX but LSP, set up as the documentation says."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conversations import call, run_script
from daemons import DaemonHouse, daemon_house
from editors.others.emacs import Emacs, emacs_program
from editors.others.helix import Helix, helix_program
from needs import need

sys.path.insert(0, str(Path(__file__).parents[2] / "e2e" / "lsp"))  # the plain client

PROGRAM = Path(sys.executable).parent / "agentxd"
EDITS = (
    (
        "import os\nimport sys\nfrom typing import Dict, Optional\n",
        "from typing import Optional\n",
    ),
    ("    if not zone in RATES:\n", "    if zone not in RATES:\n"),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[DaemonHouse]:
    """A sample workspace with a proposal of two hunks; `agentxd` is on PATH as installed."""
    with daemon_house(tmp_path) as house:
        programs = house.home / ".local/bin"
        programs.mkdir(parents=True)
        (programs / "agentxd").symlink_to(PROGRAM)
        house.env["PATH"] = f"{programs}:{house.env['PATH']}"
        house.cli("config", "set", "idle_exit_seconds", "60")
        edits = [call("edit", path="parcel/rates.py", old=old, new=new) for old, new in EDITS]
        run_script(house, *edits, goal="modernise")
        yield house


@pytest.fixture
def emacs(workspace: DaemonHouse) -> Iterator[Emacs]:
    """Emacs on a terminal, with a file open."""
    need(emacs_program(), "Emacs (.ci/install-editors)")
    editor = Emacs(workspace, "parcel/rates.py")
    yield editor
    editor.close()


@pytest.fixture
def helix(workspace: DaemonHouse) -> Iterator[Helix]:
    """Helix on a terminal, with a file open."""
    need(helix_program(), "Helix (.ci/install-editors)")
    editor = Helix(workspace, "parcel/rates.py")
    yield editor
    editor.close()
