"""The link to the daemon: when it begins, what is said when it cannot, how it comes back."""

import json
import stat
import sys
from hashlib import sha256

import pytest
from daemons import is_alive
from editors.neovim.driving import AGENTXD, PLUGIN, Neovim, replacing

FAKE = f"""#!{sys.executable}
import json, sys
def read():
    size = 0
    while (line := sys.stdin.buffer.readline().strip()):
        if line.lower().startswith(b"content-length:"):
            size = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(size))
message = read()
body = json.dumps({{"jsonrpc": "2.0", "id": message["id"], "result": %s}}).encode()
sys.stdout.buffer.write(b"Content-Length: %%d\\r\\n\\r\\n" %% len(body) + body)
sys.stdout.buffer.flush()
sys.stdin.buffer.read()
"""


@pytest.fixture
def a_program(tmp_path):
    """A program in the place of agentxd."""

    def write(text):
        path = tmp_path / "fake-agentxd"
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return write


def test_nothing_happens_before_setup(open_neovim, file):
    editor = open_neovim(file("x\n"), setup="")
    loaded = editor.lua("""
      local before = vim.deepcopy(vim.api.nvim_get_autocmds({}))
      local maps = #vim.api.nvim_get_keymap('n')
      for _, name in ipairs({ 'init', 'client', 'state', 'config', 'commands' }) do
        require('agentxd' .. (name == 'init' and '' or '.' .. name))
      end
      return #vim.api.nvim_get_autocmds({}) == #before
        and #vim.api.nvim_get_keymap('n') == maps
        and #vim.lsp.get_clients() == 0""")
    assert loaded
    assert editor.value("vim.fn.exists(':AgentX')") == 2


def test_every_module_can_be_required_alone(open_neovim):
    names = [
        str(path.relative_to(PLUGIN / "lua").with_suffix("")).replace("/", ".")
        for path in sorted((PLUGIN / "lua").rglob("*.lua"))
    ]
    assert "agentxd.hunks.marks" in names
    editor = open_neovim(setup="")
    problems = editor.lua(
        """local problems, maps = {}, #vim.api.nvim_get_autocmds({})
           for _, name in ipairs(...) do
             for loaded in pairs(package.loaded) do
               if loaded:match('^agentxd') then package.loaded[loaded] = nil end
             end
             local is_fine, problem = pcall(require, name)
             if not is_fine then table.insert(problems, problem) end
           end
           if #vim.api.nvim_get_autocmds({}) ~= maps then table.insert(problems, 'autocommands') end
           return problems""",
        names,
    )
    assert problems == []


def test_setup_twice_does_nothing_twice(editor, file):
    editor.edit(file("x\n"))
    count = (
        "{ #vim.api.nvim_get_autocmds({}), #vim.lsp.get_clients(), #vim.api.nvim_get_keymap('n') }"
    )
    before = editor.value(count)
    editor.lua("require('agentxd').setup({}) require('agentxd').setup({})")
    assert editor.value(count) == before
    editor.lua("require('agentxd').setup({ keys = { next = ']x' } })")
    assert editor.mapped("]h") == ""
    assert "next" in editor.mapped("]x")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("{ kys = {} }", "kys: there is no such option"),
        ("{ keys = { acept = 'x' } }", "keys.acept: there is no such option"),
        ("{ debounce_ms = 'soon' }", "debounce_ms: expected number, got string"),
        ("{ hunks = { shown = 1 } }", "hunks.shown: expected boolean, got number"),
        ("{ keys = true }", "keys: expected table or false, got true"),
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_taken_over(editor, options, problem):
    found = editor.lua(
        f"local ok, said = pcall(require('agentxd').setup, {options}) return {{ ok, said }}"
    )
    assert found[0] is False
    assert problem in found[1]
    assert editor.value("require('agentxd.config').get().debounce_ms") == 20


def test_files_outside_of_a_work_tree_start_nothing(editor, tmp_path):
    (tmp_path / "alone.txt").write_text("x\n")
    editor.nvim.command(f"edit {tmp_path}/alone.txt")
    assert editor.lua("vim.wait(300) return #vim.lsp.get_clients()") == 0


def test_autostart_can_be_switched_off(open_neovim, file):
    editor = open_neovim(file("x\n"), setup="{ autostart = false }")
    assert editor.lua("vim.wait(300) return #vim.lsp.get_clients()") == 0
    editor.lua("require('agentxd.client').start()")
    editor.until_lua("require('agentxd.client').state() == 'running'")


def test_a_missing_program_is_said_with_the_next_step(open_neovim, file):
    editor = open_neovim(file("x\n"), env={"PATH": "/usr/bin:/bin", "VIRTUAL_ENV": ""})
    assert "Install it" in editor.was_told("neither in a virtual environment")
    assert editor.value("require('agentxd.client').state()") == "missing"


def test_an_option_that_names_no_program_is_said_so(open_neovim, file):
    editor = open_neovim(file("x\n"), setup="{ cmd = { 'no-such-agentxd' } }")
    assert "no-such-agentxd" in editor.was_told("which is no program")


def test_the_virtual_environment_of_the_workspace_is_used_once_it_is_trusted(
    open_neovim, file, workspace
):
    folder = workspace.root / ".venv/bin"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agentxd").symlink_to(AGENTXD)
    listed = workspace.home / "neovim/nvim/trust"
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_text(f"{sha256(AGENTXD.read_bytes()).hexdigest()} {AGENTXD.resolve()}\n")
    editor = open_neovim(file("x\n"), env={"PATH": "/usr/bin:/bin", "VIRTUAL_ENV": ""})
    editor.until_lua("require('agentxd.client').state() == 'running'")
    (folder / "agentxd").unlink()


def test_a_program_that_a_repository_brings_is_not_run(open_neovim, file, workspace):
    program = workspace.root / ".venv/bin/agentxd"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\ntouch '{workspace.root}/it-ran'\n")
    program.chmod(0o755)
    editor = open_neovim(file("x\n"), env={"PATH": "/usr/bin:/bin", "VIRTUAL_ENV": ""})
    editor.was_told("is not trusted")
    assert editor.value("require('agentxd.client').state()") == "missing"
    assert not (workspace.root / "it-ran").exists()
    program.unlink()


def test_a_program_that_fails_is_asked_why(open_neovim, file, a_program):
    path = a_program("#!/bin/sh\necho 'agentxd: the house is on fire' >&2\nexit 1\n")
    editor = open_neovim(file("x\n"), setup=f"{{ cmd = '{path}' }}")
    assert ":AgentX restart" in editor.was_told("the house is on fire")
    assert editor.value("require('agentxd.client').state()") == "failed"


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (
            {
                "capabilities": {"experimental": {"agentx": {"protocolVersion": "9.0"}}},
                "serverInfo": {"name": "agentxd", "version": "9.1"},
            },
            "9.1 speaks protocol 9.0",
        ),
        ({"capabilities": {}}, "no AgentX daemon"),
    ],
)
def test_another_protocol_is_said_and_not_spoken(open_neovim, file, a_program, result, said):
    path = a_program(FAKE % json.dumps(result).replace("%", "%%"))
    editor = open_neovim(file("x\n"), setup=f"{{ cmd = '{path}' }}")
    assert "agentxd stop" in editor.was_told(said)
    assert editor.value("require('agentxd.client').state()") == "mismatched"
    editor.until_lua("#vim.lsp.get_clients() == 0")


def test_a_killed_daemon_is_started_again_and_the_state_is_the_same(editor, file, workspace):
    path = file("one\ntwo\nthree\n")
    editor.edit(path)
    proposal = editor.propose(*replacing(path, [("two\n", "second\n")]), goal="survive")
    hunk = proposal["hunks"][0]["id"]
    editor.until_marks({hunk: [1, 2]})
    editor.type("ggOunsaved<Esc>")
    editor.until_marks({hunk: [2, 3]})
    pid = workspace.pid()
    workspace.kill()
    assert not is_alive(pid)
    editor.until_lua("require('agentxd.client').get().version ~= '' and ... ", True)
    editor.until(lambda: workspace.pid() not in (0, pid), "no new daemon")
    editor.until_lua("require('agentxd.client').state() == 'running'")
    editor.until_marks({hunk: [2, 3]})
    editor.agentx(f"accept {hunk}")
    editor.until_state(hunk, "applied")
    assert editor.lines() == ["unsaved", "one", "second", "three"]
    warnings = [one["text"] for one in editor.told() if "quit with exit code" in one["text"]]
    assert warnings == []


def test_the_daemon_stays_when_an_editor_leaves(open_neovim: "type[Neovim]", file, workspace):
    one = open_neovim(file("x\n"))
    one.until_lua("require('agentxd.client').state() == 'running'")
    pid = workspace.pid()
    one.agentx("restart")
    one.until_lua("require('agentxd.client').state() ~= 'running'")
    one.until_lua("require('agentxd.client').state() == 'running'")
    assert workspace.pid() == pid
