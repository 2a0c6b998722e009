"""A person at a real terminal: a goal, its hunk on the screen, a key, and the file is changed."""

import os

import pytest
from editors.neovim.driving import AGENTXD, PLUGIN
from editors.screens import Screen

pytestmark = pytest.mark.real
BEFORE, AFTER = "if not zone in RATES:", "if zone not in RATES:"


@pytest.fixture
def screen(neovim, workspace, tmp_path):
    own = tmp_path / "neovim"
    own.mkdir()
    (own / "init.lua").write_text(
        f'vim.opt.runtimepath:prepend("{PLUGIN}")\nrequire("agentxd").setup({{}})\n'
        "vim.o.statusline = \"%f %m%=%{v:lua.require'agentxd.statusline'.text()}\"\n"
    )
    environment = {
        **workspace.env,
        **{f"XDG_{name}_HOME": str(own) for name in ("CONFIG", "DATA", "STATE", "CACHE")},
        "PATH": f"{AGENTXD.parent}:{os.environ['PATH']}",
    }
    words = [str(neovim), "-n", "-i", "NONE", "-u", str(own / "init.lua"), "parcel/rates.py"]
    found = Screen(tmp_path / "tmux", words, environment, workspace.root, size=(140, 40))
    yield found
    found.close()


def command(screen, words):
    screen.type(":" + words)
    screen.press("Enter")


def test_a_goal_is_run_seen_accepted_and_written(screen, workspace):
    file = workspace.root / "parcel" / "rates.py"
    screen.until("AgentX ●")
    command(screen, "AgentX run fix lint in parcel/rates.py")
    screen.until("› fix lint in parcel/rates.py")
    screen.until(r"✓ done +t\d")
    screen.until(r"→ p\d+ +\d+ hunks? in 1 file")
    screen.until(r"AgentX ● \d+ hunks?")
    command(screen, f"/{BEFORE}")
    screen.until(r"▎p\d+\.\d+ proposed")
    seen = screen.until(AFTER)
    assert BEFORE in seen
    assert BEFORE in file.read_text()
    screen.type("\\aa")
    screen.until("applied")
    screen.until_gone(BEFORE)
    assert BEFORE in file.read_text()
    command(screen, "w")
    screen.until("written")
    assert AFTER in file.read_text()
    assert BEFORE not in file.read_text()
    command(screen, "AgentX proposals")
    screen.until(r"▾ p\d+ +fix lint in parcel/rates.py")
    screen.until(r"✓ applied +p\d+\.\d+")
    screen.type("G")
    command(screen, "qall!")
    assert screen.wait() == 0
