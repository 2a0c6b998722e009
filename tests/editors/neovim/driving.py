"""A real Neovim with the plugin, driven over its own RPC."""

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pynvim
from conversations import call
from daemons import DaemonHouse, Json

PLUGIN = Path(__file__).parents[3] / "neovim-plugin"
AGENTXD = Path(__file__).parents[3] / ".venv" / "bin" / "agentxd"
SUITES = ("trixie", "forky")
LIMIT_S = 30.0
_INIT = """
vim.opt.runtimepath:prepend(%(plugin)r)
vim.cmd("filetype plugin on")
_G.told, _G.asked = {}, {}
vim.notify = function(text, level) table.insert(_G.told, { text = text, level = level }) end
vim.ui.select = function(items, options, done)
  table.insert(_G.asked, { items = items, prompt = options.prompt })
  done(items[_G.answer], _G.answer)
end
%(before)s
%(setup)s
"""


def program(suite: str) -> Path:
    """Where .ci/install-neovim puts the Neovim of a Debian suite."""
    tools = Path(os.environ.get("AGENTX_TOOLS") or "~/.cache/agentx-tools").expanduser()
    return tools / f"neovim-{suite}" / "bin" / "nvim"


class Neovim:
    """One editor; it is gone after `close`."""

    def __init__(
        self,
        program: Path,
        house: DaemonHouse,
        *arguments: str,
        setup: str = "{}",
        before: str = "",
        env: dict[str, str] | None = None,
    ) -> None:
        self.house = house
        self.root = house.root
        own = house.home / "neovim"
        own.mkdir(exist_ok=True)
        init = own / f"init-{time.monotonic_ns()}.lua"
        start = f'require("agentxd").setup({setup})' if setup else ""
        init.write_text(_INIT % {"plugin": str(PLUGIN), "before": before, "setup": start})
        words = {
            **{key: house.env[key] for key in ("AGENTXD_STATE_DIR", "AGENTXD_RUNTIME_DIR", "HOME")},
            **{f"XDG_{name}_HOME": str(own) for name in ("CONFIG", "DATA", "STATE", "CACHE")},
            "PYTHONPATH": "",
            "PATH": f"{AGENTXD.parent}:{os.environ['PATH']}",
            **(env or {}),
        }
        self.nvim = pynvim.attach(
            "child",
            argv=[
                *("env", f"--chdir={house.root}", *(f"{k}={v}" for k, v in words.items())),
                *(str(program), "--embed", "--headless", "-n", "-i", "NONE", "-u", str(init)),
                *arguments,
            ],
        )
        self.nvim.command("set lines=40 columns=120 hidden")

    def close(self) -> None:
        """Leave without saving."""
        with suppress(OSError, EOFError):  # it is gone as soon as it has read that
            self.nvim.command("qall!")
        self.nvim.close()

    # --- Asking -------------------------------------------------------------------------------

    def lua(self, code: str, *arguments: Any) -> Any:
        """Run Lua in the editor; `...` are the arguments."""
        return self.nvim.exec_lua(code, *arguments)

    def value(self, expression: str, *arguments: Any) -> Any:
        """The value of a Lua expression."""
        return self.lua(f"return {expression}", *arguments)

    def until(self, is_so: Callable[[], Any], what: str | Callable[[], str]) -> Any:
        """The first answer that is true. Fails with `what` after a generous while."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            if found := is_so():
                return found
            time.sleep(0.01)
        what = what if isinstance(what, str) else what()
        raise AssertionError(f"{what}; it was told: {[one['text'] for one in self.told()]}")

    def until_lua(self, expression: str, *arguments: Any) -> Any:
        """The same for a Lua expression."""
        return self.until(lambda: self.value(expression, *arguments), f"never: {expression}")

    # --- Doing --------------------------------------------------------------------------------

    def edit(self, path: str) -> None:
        """Open a file of the workspace and wait until the daemon knows of it."""
        self.nvim.command(f"edit {path}")
        self.until_lua("require('agentxd.client').state() == 'running'")
        self.until_lua("require('agentxd.state').house().is_known")
        self.until_lua("#vim.lsp.get_clients({ bufnr = 0, name = 'agentxd' }) == 1")

    def agentx(self, words: str) -> None:
        """`:AgentX …` as it is typed."""
        self.nvim.command(f"AgentX {words}")

    def type(self, keys: str) -> None:
        """Keys as a person types them."""
        self.nvim.input(keys)

    def request(self, method: str, params: Json) -> Any:
        """A request over the editor's own connection. Fails where it fails."""
        done = self.lua(
            "local result, problem = require('agentxd.client').request_sync(...)"
            " return { result = result, problem = problem }",
            *(method, params, int(LIMIT_S * 1000)),
        )
        assert not done.get("problem"), done
        return done["result"]

    def propose(self, *steps: Json, goal: str = "a scripted change") -> Json:
        """Play a conversation and wait until its proposal is shown here."""
        script = write_script(self.house, *steps)
        params = {"goal": goal, "provider": "scripted", "script": script}
        task = self.request("agentx/goal/run", params)["taskId"]
        found = self.until(lambda: self._proposal_of(task), f"{task} proposes nothing")
        return dict(found)

    def _proposal_of(self, task: str) -> Any:
        return self.lua(
            """for _, proposal in ipairs(require('agentxd.state').proposals()) do
                 if proposal.taskId == ... then return proposal end
               end""",
            task,
        )

    # --- Seeing -------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """The text of the current buffer."""
        return list(self.nvim.current.buffer[:])

    def told(self) -> list[Json]:
        """Messages to the person so far."""
        return list(self.value("_G.told"))

    def was_told(self, piece: str) -> str:
        """The message with this piece, as soon as there is one."""
        return str(
            self.until(
                lambda: next((m["text"] for m in self.told() if piece in m["text"]), None),
                f"nobody said {piece!r}",
            )
        )

    def hunk(self, name: str) -> Json | None:
        """A hunk as the editor knows it."""
        found = self.value("require('agentxd.state').hunk(...)", name)
        return dict(found) if found else None

    def until_state(self, name: str, state: str) -> Json:
        """The hunk, as soon as it is in this state here."""
        return dict(
            self.until(
                lambda: (found := self.hunk(name)) and found["state"] == state and found,
                lambda: f"{name} is not {state} but {self.hunk(name)}",
            )
        )

    def marks(self) -> dict[str, list[int]]:
        """Open hunk to first line and the line after its last one, by what is drawn here."""
        return dict(
            self.lua(
                """local marks, found = require('agentxd.hunks.marks'), vim.empty_dict()
                   local state = require('agentxd.state')
                   for id in pairs(marks.of(vim.api.nvim_get_current_buf())) do
                     if state.OPEN[state.hunk(id).state] then
                       found[id] = { marks.place(vim.api.nvim_get_current_buf(), id) }
                     end
                   end
                   return found"""
            )
        )

    def until_marks(self, wanted: dict[str, list[int]]) -> None:
        """Exactly these hunks are drawn, at these lines."""
        self.until(
            lambda: self.marks() == wanted, lambda: f"marks are {self.marks()}, not {wanted}"
        )

    def virtual(self) -> list[str]:
        """All virtual lines of the current buffer as text, from the top."""
        return list(
            self.lua(
                """local found = {}
                   local space = require('agentxd.hunks.marks').namespace
                   local marks = vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })
                   local function place(mark)
                     return mark[2] * 2 + (mark[4].virt_lines_above and 0 or 1)
                   end
                   table.sort(marks, function(a, b) return place(a) < place(b) end)
                   for _, mark in ipairs(marks) do
                     for _, line in ipairs(mark[4].virt_lines or {}) do
                       local text = ''
                       for _, chunk in ipairs(line) do text = text .. chunk[1] end
                       table.insert(found, (text:gsub('%s+$', '')))
                     end
                   end
                   return found"""
            )
        )

    def mapped(self, keys: str, mode: str = "n") -> str:
        """What these keys are mapped to in the current buffer; empty for nothing."""
        return str(self.value("vim.fn.maparg(...)", keys, mode))


def write_script(house: DaemonHouse, *steps: Json) -> str:
    """A conversation as a file of its own."""
    path = house.root.parent / f"conversation-{time.monotonic_ns()}.json"
    path.write_text(json.dumps({"steps": [*steps, {"text": "done"}]}))
    return str(path)


def replacing(path: str, pairs: Sequence[tuple[str, str]]) -> list[Json]:
    """Steps that replace texts of a file."""
    return [call("edit", path=path, old=old, new=new) for old, new in pairs]
