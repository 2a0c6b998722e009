"""The list of proposals in a real Neovim: files, hunks, evidence, and decisions by keys."""

import pytest
from conversations import call
from editors.neovim.driving import replacing
from editors.neovim.lists import go_to, lines_of, under_cursor, until_gone, until_shown

pytestmark = pytest.mark.real
TEXT = "".join(f"line {n}\n" for n in range(1, 13))
CHANGES = [("line 3\n", "third\n"), ("line 9\n", "ninth\nand more\n")]


def names(proposal):
    return [hunk["id"] for hunk in proposal["hunks"]]


def test_a_proposal_shows_its_files_hunks_and_evidence(editor, file):
    path = file(TEXT)
    editor.edit(path)
    check = call("run", command="grep -q third " + path)
    proposal = editor.propose(check, *replacing(path, CHANGES), check, goal="count in words")
    one, two = names(proposal)
    editor.agentx("proposals")
    head = until_shown(editor, "proposals", "▾ ", "count in words")
    assert "○ open" in head
    assert "2 hunks" in head
    assert "✓ 1 check passed" in head
    assert "modified" in until_shown(editor, "proposals", path)
    assert "+1 -1" in until_shown(editor, "proposals", f" {one} ", "third")
    assert "+2 -1" in until_shown(editor, "proposals", f" {two} ", "ninth")
    assert "exit 1" in until_shown(editor, "proposals", "✗ before", "grep -q third")
    assert "exit 0" in until_shown(editor, "proposals", "✓ after", "grep -q third")
    go_to(editor, "proposals", "✓ after", "grep -q third")
    editor.type("<CR>")
    editor.until_lua("vim.api.nvim_win_get_config(0).relative ~= ''")
    assert "grep -q third" in "\n".join(editor.lines())


def test_accept_reject_and_take_back_with_one_key_each(editor, file):
    path = file(TEXT)
    editor.edit(path)
    one, two = names(editor.propose(*replacing(path, CHANGES)))
    editor.agentx("proposals")
    go_to(editor, "proposals", f" {one} ")
    editor.type("a")
    until_shown(editor, "proposals", "✓ applied", f" {one} ")
    assert f" {one} " in under_cursor(editor)
    go_to(editor, "proposals", f" {two} ")
    editor.type("r")
    until_shown(editor, "proposals", "✗ rejected", f" {two} ")
    go_to(editor, "proposals", f" {one} ")
    editor.type("u")
    until_shown(editor, "proposals", "← taken back", f" {one} ")
    editor.nvim.command(f"wincmd p | buffer {path}")
    assert editor.lines() == TEXT.splitlines()


def test_a_rejection_can_say_why(editor, file):
    path = file(TEXT)
    editor.edit(path)
    one, _ = names(editor.propose(*replacing(path, CHANGES)))
    editor.lua("vim.ui.input = function(_, done) done('not in words') end")
    editor.agentx("proposals")
    go_to(editor, "proposals", f" {one} ")
    editor.type("R")
    until_shown(editor, "proposals", "✗ rejected", f" {one} ", "not in words")


def test_a_whole_file_and_selected_rows_are_decided_at_once(editor, file):
    path = file(TEXT)
    editor.edit(path)
    first = names(editor.propose(*replacing(path, CHANGES)))
    editor.agentx("proposals")
    go_to(editor, "proposals", f" {first[0]} ")
    editor.type("Vjr")
    for name in first:
        until_shown(editor, "proposals", "✗ rejected", f" {name} ")
    second = names(editor.propose(*replacing(path, CHANGES), goal="once more"))
    go_to(editor, "proposals", "once more")
    editor.type("ja")
    for name in second:
        until_shown(editor, "proposals", "✓ applied", f" {name} ")


def test_accepting_after_the_checks_on_exactly_this_hunk(editor, file, workspace):
    path = file(TEXT)
    workspace.cli("config", "set", "check_commands", f'["grep -q third {path}"]')
    editor.edit(path)
    one, two = names(editor.propose(*replacing(path, CHANGES)))
    editor.agentx("proposals")
    go_to(editor, "proposals", f" {one} ")
    editor.type("A")
    until_shown(editor, "proposals", "✓ applied", f" {one} ")
    assert "with " + one in until_shown(editor, "proposals", "✓ subset", "grep -q third")
    assert editor.hunk(two)["state"] == "proposed"
    workspace.cli("config", "set", "check_commands", "[]")


def test_going_to_a_hunk_opens_its_file_in_a_window_for_files(editor, file):
    path = file(TEXT)
    editor.edit(path)
    _, two = names(editor.propose(*replacing(path, CHANGES)))
    editor.nvim.command("enew")
    editor.agentx("proposals")
    go_to(editor, "proposals", f" {two} ")
    editor.type("<CR>")
    editor.until_lua(f"vim.fn.expand('%:t') == '{path}'")
    assert editor.value("vim.fn.line('.')") == 9
    assert editor.value("#vim.api.nvim_tabpage_list_wins(0)") == 2


def test_what_is_decided_elsewhere_is_seen_at_once(editor, file, workspace):
    path = file(TEXT)
    editor.edit(path)
    one, _ = names(editor.propose(*replacing(path, CHANGES)))
    editor.agentx("proposals")
    until_shown(editor, "proposals", "○ open", f" {one} ")
    workspace.cli("reject", one)
    until_shown(editor, "proposals", "✗ rejected", f" {one} ")


def test_only_what_waits_or_everything(editor, file):
    path = file(TEXT)
    editor.edit(path)
    proposal = editor.propose(*replacing(path, CHANGES), goal="to be settled")
    editor.agentx("proposals")
    go_to(editor, "proposals", "to be settled")
    editor.type("ro")
    until_gone(editor, "proposals", "to be settled")
    editor.type("o")
    until_shown(editor, "proposals", proposal["id"], "to be settled")


def test_a_list_of_a_thousand_hunks_is_drawn_and_scrolled_smoothly(editor, file):
    before = "".join(f"value_{n} = {n}\n# {n}\n" for n in range(1000))
    after = before.replace(" = ", " = 1 + ")
    path = file(before)
    editor.edit(path)
    proposal = editor.propose(call("write", path=path, content=after), goal="a thousand")
    assert len(proposal["hunks"]) == 1000
    editor.agentx("proposals")
    until_shown(editor, "proposals", proposal["hunks"][-1]["id"] + " ")
    found = editor.lua(
        """local view = require('agentxd.ui.view').known('agentx://proposals' .. vim.b.agentx_root)
           local rows = require('agentxd.proposals.rows')
           local state = require('agentxd.state')
           local root = vim.b.agentx_root
           local begin = vim.uv.hrtime()
           view:render(rows.draw(root, state.proposals(root), {}, true))
           local drawn = vim.uv.hrtime()
           for _ = 1, 40 do
             vim.cmd('normal! \\6')
             vim.cmd.redraw()
           end
           return { draw = (drawn - begin) / 1e6, page = (vim.uv.hrtime() - drawn) / 40e6 }"""
    )
    print(f"1,000 hunks: drawn in {found['draw']:.1f} ms, a page in {found['page']:.2f} ms")
    assert len(lines_of(editor, "proposals")) > 1000
