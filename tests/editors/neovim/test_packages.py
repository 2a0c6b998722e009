"""The plugin as people install it: by Neovim's own packages, and loaded when it is first used."""

import os
import subprocess
from pathlib import Path

import pytest
from editors.neovim.driving import PLUGIN


@pytest.fixture
def home(tmp_path):
    pack = tmp_path / "data" / "nvim" / "site" / "pack" / "agentx"
    for kind in ("start", "opt"):
        (pack / kind).mkdir(parents=True)
    return tmp_path


def said(neovim: Path, home: Path, *words: str) -> str:
    """What a headless editor with this home prints."""
    environment = {
        **os.environ,
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE")},
        "XDG_DATA_HOME": str(home / "data"),
    }
    done = subprocess.run(
        [str(neovim), "--headless", "-n", "-i", "NONE", *words, "+qall!"],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout + done.stderr


LOADED = (
    "+lua local n = 0; for name in pairs(package.loaded) do n = n + (name:match('^agentxd') and 1 or 0) end;"
    " io.stdout:write('modules ', n, ' command ', vim.fn.exists(':AgentX'), '\\n')"
)


def test_a_package_at_start_defines_the_command_and_loads_nothing(neovim, home):
    (home / "data/nvim/site/pack/agentx/start/agentx").symlink_to(PLUGIN)
    assert "modules 0 command 2" in said(neovim, home, LOADED)


def test_an_optional_package_comes_with_packadd_and_its_setup(neovim, home):
    (home / "data/nvim/site/pack/agentx/opt/agentx").symlink_to(PLUGIN)
    (home / "config" / "nvim").mkdir(parents=True)
    (home / "config" / "nvim" / "init.lua").write_text(
        'vim.cmd.packadd("agentx")\nrequire("agentxd").setup({ autostart = false })\n'
    )
    state = "+lua io.stdout:write(require('agentxd.client').state(), '\\n')"
    found = said(neovim, home, LOADED, state)
    assert "command 2" in found
    assert "idle" in found
