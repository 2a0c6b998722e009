"""Keys, completion, diffs, explanations and lists of hunks in a real Neovim."""

import pytest
from editors.neovim.driving import replacing
from editors.neovim.samples import CHANGES, TEXT, changed

# --- Mapped ---------------------------------------------------------------------------------------


def test_keys_are_mapped_only_where_hunks_are(two_hunks):
    editor, _, one, two = two_hunks
    assert "accept" in editor.mapped("\\aa")
    assert editor.mapped("\\au") == ""
    editor.agentx(f"accept {one}")
    editor.until(lambda: "undo" in editor.mapped("\\au"), "undo is not mapped")
    editor.agentx(f"reject {two}")
    editor.until(lambda: editor.mapped("\\aa") == "", "accept stays mapped")
    editor.nvim.command("enew")
    assert editor.mapped("\\au") == ""


def test_mappings_of_the_user_stay_and_are_not_hidden(open_neovim, file):
    editor = open_neovim(
        before="vim.keymap.set('n', '<Leader>aa', 'ggdG') vim.keymap.set('n', ']h', 'G')"
    )
    path = file(TEXT)
    editor.edit(path)
    editor.propose(*replacing(path, CHANGES))
    editor.until(lambda: "reject" in editor.mapped("\\ar"), "nothing is mapped")
    assert editor.mapped("\\aa") == "ggdG"
    assert editor.mapped("]h") == "G"
    assert not any("\\aa" in line for line in editor.virtual())
    skipped = editor.value("require('agentxd.keys').skipped()")
    assert skipped == {"<Leader>aa": "accept", "]h": "next"}


def test_keys_can_be_changed_and_left_out(open_neovim, file):
    editor = open_neovim(setup="{ keys = { accept = 'gA', reject = false } }")
    path = file(TEXT)
    editor.edit(path)
    editor.propose(*replacing(path, CHANGES))
    editor.until(lambda: "accept" in editor.mapped("gA"), "not mapped")
    assert editor.mapped("\\ar") == ""
    assert "gA accept" in editor.virtual()[0]
    assert "reject" not in editor.virtual()[0]


def test_without_keys_the_header_names_the_command(open_neovim, file):
    editor = open_neovim(setup="{ keys = false }")
    path = file(TEXT)
    editor.edit(path)
    editor.propose(*replacing(path, CHANGES))
    editor.until(lambda: len(editor.virtual()) > 2, "not drawn")
    assert ":AgentX accept" in editor.virtual()[0]
    assert editor.mapped("]h") == ""


# --- Looked at ------------------------------------------------------------------------------------


def test_completion_knows_the_names_of_what_is_open(two_hunks):
    editor, path, one, two = two_hunks
    proposal = one.partition(".")[0]
    complete = "vim.fn.getcompletion(..., 'cmdline')"
    found = editor.value(complete, "AgentX accept ")
    assert found[0] == "file"
    assert {proposal, f"{proposal}:{path}", one, two} <= set(found)
    assert editor.value(complete, f"AgentX accept {two}") == [two]
    assert two not in editor.value(complete, "AgentX undo ")
    assert "accept" in editor.value(complete, "AgentX acc")


def test_an_unknown_subcommand_names_those_that_exist(editor):
    editor.agentx("acept")
    assert "accept" in editor.was_told("there is no :AgentX acept")


def test_a_diff_opens_in_a_tab_of_two_buffers(two_hunks):
    editor, path, *_ = two_hunks
    editor.type("3G\\ad")
    editor.until_lua("vim.fn.tabpagenr('$') == 2 and #vim.api.nvim_tabpage_list_wins(0) == 2")
    seen = editor.lua("""
      local found = {}
      for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
        local bufnr = vim.api.nvim_win_get_buf(window)
        table.insert(found, {
          vim.wo[window].diff,
          vim.bo[bufnr].modifiable,
          vim.api.nvim_buf_get_lines(bufnr, 0, -1, true),
        })
      end
      return found""")
    assert seen == [[True, False, changed()], [True, False, changed(0, 1)]]
    editor.type("q")
    editor.until_lua("vim.fn.tabpagenr('$') == 1")
    assert editor.value("vim.fn.expand('%')") == path
    assert editor.value("vim.wo.diff") is False


@pytest.mark.parametrize(
    ("keys", "words"), [("\\aw", "Goal: renumber"), ("\\av", "No command ran.")]
)
def test_why_and_evidence_are_shown_beside_the_cursor(two_hunks, keys, words):
    editor, *_ = two_hunks
    editor.type("3G" + keys)
    text = editor.until_lua("""(function()
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(window).relative ~= '' then
          local bufnr = vim.api.nvim_win_get_buf(window)
          return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true), '\\n')
        end
      end
    end)()""")
    assert words in text


def test_open_hunks_are_a_quickfix_list(two_hunks):
    editor, path, one, _ = two_hunks
    editor.agentx("hunks")
    items = editor.value(
        "vim.tbl_map(function(i) return { vim.fn.bufname(i.bufnr), i.lnum, i.text } end,"
        " vim.fn.getqflist())"
    )
    mine = [item for item in items if item[0] == path]
    assert [item[1] for item in mine] == [3, 9]
    assert mine[0][2].startswith(f"{one} proposed −1 +1 · renumber")
    assert editor.value("vim.fn.getqflist({ title = 1 }).title") == "AgentX: hunks"


def test_findings_are_a_quickfix_list(editor, file):
    path = file("<<<<<<< mine\na\n=======\nb\n>>>>>>> theirs\n", "finding.py")
    editor.edit(path)
    editor.request("agentx/review/run", {"isShown": True})
    editor.until_lua("#require('agentxd.quickfix').finding_items() > 0")
    editor.agentx("findings")
    assert editor.value("vim.fn.getqflist({ title = 1 }).title") == "AgentX: findings"
    assert editor.value("vim.fn.bufname(vim.fn.getqflist()[1].bufnr)") == path
    (editor.root / path).unlink()
