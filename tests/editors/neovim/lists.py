"""What stands in the plugin's own buffers, and keys pressed in them."""

from typing import Any

from editors.neovim.driving import Neovim


def lines_of(editor: Neovim, kind: str) -> list[str]:
    """The lines of the newest buffer with the file type `agentx-<kind>`; empty without one."""
    return list(
        editor.lua(
            """local newest = {}
               for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
                 if vim.bo[buffer].filetype == 'agentx-' .. ... then
                   newest = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
                 end
               end
               return newest""",
            kind,
        )
    )


def until_shown(editor: Neovim, kind: str, *pieces: str) -> str:
    """The line that has all these pieces, as soon as there is one."""

    def found() -> str | None:
        lines = lines_of(editor, kind)
        return next((line for line in lines if all(piece in line for piece in pieces)), None)

    return str(editor.until(found, lambda: f"{pieces} is not in {lines_of(editor, kind)}"))


def until_gone(editor: Neovim, kind: str, piece: str) -> None:
    """No line has this piece any more."""
    editor.until(
        lambda: all(piece not in line for line in lines_of(editor, kind)),
        lambda: f"{piece!r} stays in {lines_of(editor, kind)}",
    )


def go_to(editor: Neovim, kind: str, *pieces: str) -> None:
    """Put the cursor on the line that has these pieces."""
    line = until_shown(editor, kind, *pieces)
    number = lines_of(editor, kind).index(line) + 1
    editor.nvim.command("stopinsert")
    editor.until_lua("vim.api.nvim_get_mode().mode == 'n'")
    editor.lua(
        """for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
             local buffer = vim.api.nvim_win_get_buf(window)
             if vim.bo[buffer].filetype == 'agentx-' .. select(1, ...) then
               vim.api.nvim_set_current_win(window)
               vim.api.nvim_win_set_cursor(window, { select(2, ...), 0 })
             end
           end""",
        kind,
        number,
    )


def under_cursor(editor: Neovim) -> str:
    """The line of the current window that has the cursor."""
    return str(editor.value("vim.api.nvim_get_current_line()"))


def begin(editor: Neovim, script: str, goal: str = "a scripted change") -> str:
    """A goal as `:AgentX run` begins it, played from a file; the id of its task."""
    editor.lua(
        """_G.began = nil
           local params = { provider = 'scripted', script = select(1, ...) }
           local root = require('agentxd.ui.daemon').here()
           require('agentxd.goals').begin(root, select(2, ...), {
             params = params, done = function(result) _G.began = result.taskId end })""",
        script,
        goal,
    )
    return str(editor.until_lua("_G.began"))


def state_of(editor: Neovim, task: str) -> Any:
    """The state of a task as the editor knows it."""
    return editor.value("(require('agentxd.state').task(...) or {}).state", task)


def until_task(editor: Neovim, task: str, *states: str) -> None:
    """The task is in one of these states here."""
    editor.until(
        lambda: state_of(editor, task) in states, lambda: f"{task} stays {state_of(editor, task)}"
    )


def until_called(editor: Neovim, task: str, tool: str) -> None:
    """The task is in the middle of a call of this tool."""
    params = {"after": 0, "limit": 5000, "taskId": task, "types": ["ToolCallRequested"]}

    def is_called() -> bool:
        records = editor.request("agentx/event/read", params)["records"]
        return any(record["data"]["call"]["name"] == tool for record in records)

    editor.until(is_called, f"{task} never calls {tool}")
