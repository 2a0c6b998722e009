"""Imports point down, and the contracts that say so can fail (invariants 1, 2, 3 and 9)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BAD_IMPORTS = {
    "layers: the kernel imports sessions": (
        "server/agentxd/kernel/ids.py",
        "import agentxd.sessions.application",
        "Arrows only point down",
    ),
    "layers: a room that no contract names": (
        "server/agentxd/cellar/__init__.py",
        "",
        "Arrows only point down",
    ),
    "layers: an edge imports a plugin": (
        "server/agentxd/edges/lsp/framing.py",
        "import agentxd.plugins.disk.local",
        "Arrows only point down",
    ),
    "independence: a store imports a tool": (
        "server/agentxd/plugins/stores/chain.py",
        "import agentxd.plugins.tools.read",
        "Plugins do not know each other",
    ),
    "forbidden: sessions imports pygls": (
        "server/agentxd/sessions/views.py",
        "import pygls.server",
        "Only edges/lsp knows LSP libraries",
    ),
    "forbidden: tasks imports apsw": (
        "server/agentxd/tasks/evidence.py",
        "import apsw",
        "Only plugins know docker, apsw and parsers",
    ),
    "forbidden: tasks imports the wire": (
        "server/agentxd/tasks/evidence.py",
        "import agentxd_protocol.task",
        "The wire is seen by edges, app and clients only",
    ),
    "forbidden: a pure room starts processes": (
        "server/agentxd/workspace/lines.py",
        "import subprocess",
        "The pure rooms touch no process, network, database or thread",
    ),
    "forbidden: the command line imports the daemon": (
        "clients/agentxd_cli/main.py",
        "import agentxd.kernel.ids",
        "Clients know the wire, never the daemon's rooms",
    ),
}


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of a checkout on the code of that checkout."""
    paths = os.pathsep.join([str(root / "server"), str(root / "clients")])
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", "sample")
    for name in ("server", "clients"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_invariant_1_2_3_contracts_are_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("case", BAD_IMPORTS.values(), ids=BAD_IMPORTS.keys())
def test_invariant_1_2_3_a_planted_bad_import_is_caught(
    copy: Path, case: tuple[str, str, str]
) -> None:
    path, line, contract = case
    file = copy / path
    file.parent.mkdir(exist_ok=True)
    text = file.read_text() if file.exists() else '"""A room."""\n'
    file.write_text(f"{text}\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = [line.partition(" (")[0] for line in done.stdout.splitlines()]
    broken = [name for name in lines if name.endswith("BROKEN")]
    assert f"{contract} BROKEN" in broken
