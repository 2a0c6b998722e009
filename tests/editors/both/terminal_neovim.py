"""Neovim with the plugin on a terminal, set up as docs/editors.md says; asked from outside."""

import json
import subprocess
import time
from typing import Any

from daemons import DaemonHouse
from editors.documented import write_documented
from editors.neovim.driving import AGENTXD, PLUGIN, SUITES, program
from editors.screens import Screen
from needs import need

_ASK = """
local hunks = {}
local marks, state = require("agentxd.hunks.marks"), require("agentxd.state")
for id in pairs(marks.of(vim.api.nvim_get_current_buf())) do
  local hunk = state.hunk(id)
  if hunk and state.OPEN[hunk.state] then
    table.insert(hunks, id)
  end
end
local tasks = vim.empty_dict()
for _, task in ipairs(state.tasks()) do
  tasks[task.id] = task.state
end
return {
  hunks = hunks,
  tasks = tasks,
  connection = require("agentxd.client").state(),
  lines = vim.api.nvim_buf_get_lines(0, 0, -1, false),
}
"""


class TerminalNeovim:
    """One editor; it is gone after `close`."""

    def __init__(self, house: DaemonHouse, path: str) -> None:
        program_ = program(SUITES[-1])
        need(program_.exists(), f"Neovim of Debian {SUITES[-1]} (.ci/install-neovim)")
        self._house, self._program = house, program_
        write_documented(house.home, ".config/nvim/init.lua")
        pack = house.home / ".local/share/nvim/site/pack/agentx/start"
        pack.mkdir(parents=True, exist_ok=True)
        if not (pack / "agentx").exists():
            (pack / "agentx").symlink_to(PLUGIN)
        folder = house.home / f"neovim-{time.monotonic_ns()}"
        folder.mkdir()
        self._door, self._question = folder / "door", folder / "ask.lua"
        self._question.write_text(_ASK)
        self._env = {name: text for name, text in house.env.items() if not name.startswith("XDG_")}
        self._env["PATH"] = f"{AGENTXD.parent}:{self._env['PATH']}"
        words = [str(program_), "-n", "-i", "NONE", "--listen", str(self._door), path]
        self.screen = Screen(folder, words, self._env, house.root, size=(120, 45))

    def seen(self) -> dict[str, Any]:
        """Open hunks of the buffer, tasks, the connection's state, the lines."""
        ask = f"luaeval('vim.json.encode(dofile(_A))', '{self._question}')"
        done = subprocess.run(
            [str(self._program), "--server", str(self._door), "--remote-expr", ask],
            env=self._env,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        # Before it listens, and while it starts, there is nothing to be seen.
        text = done.stdout.strip() or done.stderr.strip()
        found: dict[str, Any] = json.loads(text) if text.startswith("{") else {}
        return found or {"hunks": [], "tasks": {}, "connection": "", "lines": []}

    def hunks(self) -> set[str]:
        """The open ones that are drawn."""
        return set(self.seen()["hunks"])

    def command(self, words: str) -> None:
        """A command line, entered."""
        self.screen.press("Escape")
        time.sleep(0.1)  # a key right after Escape would be one with Alt
        self.screen.type(f":{words}")
        self.screen.press("Enter")

    def leave(self) -> int:
        """`:qall!`; the exit code."""
        self.command("qall!")
        return self.screen.wait()

    def close(self) -> None:
        """Leave nothing of it."""
        self.screen.close()
