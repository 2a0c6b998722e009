"""Hunks in a real Neovim: how they are shown, and what each decision does."""

import pytest
from conversations import call
from editors.neovim.driving import replacing

TEXT = "".join(f"line {n}\n" for n in range(1, 13))
CHANGES = [("line 3\n", "third\n"), ("line 9\n", "ninth\nand more\n")]


@pytest.fixture
def two_hunks(editor, file):
    """An editor on a file with two open hunks, at lines 3 and 9."""
    path = file(TEXT)
    editor.edit(path)
    proposal = editor.propose(*replacing(path, CHANGES), goal="renumber")
    one, two = (hunk["id"] for hunk in proposal["hunks"])
    editor.until_marks({one: [2, 3], two: [8, 9]})
    return editor, path, one, two


def changed(*numbers):
    """The text with these of the changes."""
    text = TEXT
    for number in numbers:
        text = text.replace(*CHANGES[number])
    return text.splitlines()


# --- Shown ----------------------------------------------------------------------------------------


def test_hunks_are_drawn_with_a_header_and_the_proposed_lines(two_hunks):
    editor, _, one, two = two_hunks
    header, third, second_header, *rest = editor.virtual()
    assert header.startswith(f"▎{one} proposed · renumber")
    assert "\\aa accept" in header
    assert "\\ae edit" in header
    assert third == "third"
    assert second_header.startswith(f"▎{two} ")
    assert rest == ["ninth", "and more"]


def test_replaced_lines_are_highlighted_and_signed(two_hunks):
    editor, *_ = two_hunks
    seen = editor.lua("""
      local space = require('agentxd.hunks.marks').namespace
      local removed, signs = {}, {}
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
        if mark[4].hl_group == 'AgentXRemoved' then
          table.insert(removed, { mark[2], mark[4].end_row })
        end
        if mark[4].sign_text then table.insert(signs, { mark[2], vim.trim(mark[4].sign_text) }) end
      end
      return { removed, signs }""")
    assert seen == [[[2, 3], [8, 9]], [[2, "~"], [8, "~"]]]


SHAPES = {
    "insertion at the top": ("a\nb\n", "new\na\nb\n", [0, 0]),
    "insertion in the middle": ("a\nb\n", "a\nnew\nb\n", [1, 1]),
    "insertion behind the end": ("a\nb\n", "a\nb\nnew\n", [2, 2]),
    "deletion": ("a\nb\nc\n", "a\nc\n", [1, 2]),
    "all lines": ("a\nb\n", "x\n", [0, 2]),
    "without a last line end": ("a\nb", "a\nx", [1, 2]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_hunk_of_any_shape_is_drawn_accepted_and_undone(editor, file, name):
    before, after, place = SHAPES[name]
    path = file(before)
    editor.edit(path)
    proposal = editor.propose(call("write", path=path, content=after))
    (hunk,) = (found["id"] for found in proposal["hunks"])
    editor.until_marks({hunk: place})
    editor.agentx(f"accept {hunk}")
    editor.until_state(hunk, "applied")
    assert editor.value("require('agentxd.edits').text_of(0)") == after
    editor.agentx(f"undo {hunk}")
    editor.until_state(hunk, "undone")
    assert editor.value("require('agentxd.edits').text_of(0)") == before


def test_control_characters_and_tabs_are_shown_as_they_are_wide(editor, file):
    path = file("a\n")
    editor.edit(path)
    editor.nvim.command("set tabstop=4")
    editor.propose(call("write", path=path, content="a\nb\tc\x07d\n"))
    editor.until(lambda: len(editor.virtual()) == 2, "not drawn")
    assert editor.virtual()[1] == "b   c·d"


def test_a_long_hunk_is_cut_in_the_file(open_neovim, file):
    editor = open_neovim(setup="{ hunks = { max_lines = 5 } }")
    path = file("a\n")
    editor.edit(path)
    editor.propose(call("write", path=path, content="a\n" + "x\n" * 100))
    editor.until(lambda: len(editor.virtual()) == 7, "not drawn")
    assert "95 more lines" in editor.virtual()[-1]


def test_hunks_can_be_hidden_and_shown_again(two_hunks):
    editor, _, one, two = two_hunks
    editor.lua("require('agentxd').setup({ hunks = { shown = false } })")
    editor.until_marks({})
    editor.lua("require('agentxd').setup({})")
    editor.until_marks({one: [2, 3], two: [8, 9]})


def test_hunks_are_no_diagnostics_unless_they_are_wanted_as_such(two_hunks):
    editor, *_ = two_hunks
    assert editor.value("vim.diagnostic.get(0)") == []
    editor.lua("require('agentxd').setup({ hunks = { diagnostics = true } })")
    editor.type("Gox<Esc>")
    editor.until_lua("#vim.diagnostic.get(0) == 2")


def test_room_is_made_for_a_hunk_above_the_first_line(editor, file):
    path = file("a\nb\n")
    editor.edit(path)
    editor.propose(call("write", path=path, content="new\na\nb\n"))
    editor.until_lua("vim.fn.winsaveview().topfill == 2")


# --- Decided --------------------------------------------------------------------------------------


def test_accepting_changes_exactly_the_lines_of_the_hunk(two_hunks):
    editor, _, one, two = two_hunks
    editor.type("3G\\aa")
    editor.until_state(one, "applied")
    assert editor.lines() == changed(0)
    editor.until_marks({two: [8, 9]})
    assert "\\au takes it back" in editor.was_told(f"{one} applied")


def test_rejecting_changes_no_text(two_hunks):
    editor, _, one, two = two_hunks
    editor.type("9G\\ar")
    editor.until_state(two, "rejected")
    editor.until_marks({one: [2, 3]})
    assert editor.lines() == changed()


def test_a_range_decides_every_hunk_in_it(two_hunks):
    editor, _, one, two = two_hunks
    editor.nvim.command("1,12AgentX accept")
    editor.until_state(two, "applied")
    editor.until_state(one, "applied")
    assert editor.lines() == changed(0, 1)


def test_lines_marked_in_visual_mode_decide(two_hunks):
    editor, _, one, two = two_hunks
    editor.type("8GVjj\\aa")
    editor.until_state(two, "applied")
    assert editor.hunk(one)["state"] == "proposed"


def test_a_file_is_decided_as_a_whole(two_hunks):
    editor, _, one, two = two_hunks
    editor.agentx("reject file")
    editor.until_state(one, "rejected")
    editor.until_state(two, "rejected")


def test_a_proposal_is_decided_by_its_name(two_hunks):
    editor, path, one, two = two_hunks
    editor.agentx(f"accept {one.partition('.')[0]}:{path}")
    editor.until_state(one, "applied")
    editor.until_state(two, "applied")
    assert editor.lines() == changed(0, 1)


def test_undo_takes_back_one_hunk_and_leaves_what_was_typed(two_hunks):
    editor, _, one, two = two_hunks
    editor.agentx(f"accept {one.partition('.')[0]}")
    editor.until_state(two, "applied")
    editor.type("1GOtyped<Esc>")
    editor.type("4G\\au")
    editor.until_state(one, "undone")
    assert editor.lines() == ["typed", *changed(1)]


def test_an_undo_that_would_lose_text_is_refused_with_the_reason(two_hunks):
    editor, _, one, _ = two_hunks
    editor.agentx(f"accept {one}")
    editor.until_state(one, "applied")
    editor.type("3Gccmine now<Esc>")
    editor.agentx(f"undo {one}")
    editor.until(lambda: len(editor.told()) > 2, "nothing is said")
    assert editor.hunk(one)["state"] != "undone"
    assert editor.lines()[2] == "mine now"


def test_accepting_where_no_hunk_is_says_where_one_is(two_hunks):
    editor, _, one, two = two_hunks
    editor.agentx("accept")
    assert "]h goes to the next" in editor.was_told("no such hunk is here")
    assert {editor.hunk(name)["state"] for name in (one, two)} == {"proposed"}


def test_a_hunk_that_is_not_there_is_said_so(two_hunks):
    editor, *_ = two_hunks
    editor.agentx("accept p99.1")
    editor.was_told("p99")


def test_a_bang_runs_the_checks_on_exactly_these_hunks(two_hunks):
    editor, _, one, two = two_hunks
    editor.agentx(f"accept! {one}")
    editor.was_told("the checks run on exactly these hunks")
    editor.until(lambda: len(editor.told()) > 2, "nothing is said of the end")
    assert editor.hunk(two)["state"] == "proposed"


def test_an_edited_hunk_is_accepted_as_it_was_edited(two_hunks):
    editor, _, one, _ = two_hunks
    editor.type("3G\\ae")
    editor.until_lua("vim.bo.buftype == 'acwrite'")
    assert editor.lines() == ["third"]
    editor.type("Goand a half<Esc>")
    editor.until(lambda: len(editor.lines()) == 2, "nothing is typed")
    editor.nvim.command("wq")
    editor.until_state(one, "edited")
    editor.until(lambda: "and a half" in editor.virtual(), "not drawn anew")
    editor.agentx(f"accept {one}")
    editor.until_state(one, "applied")
    assert editor.lines()[2:4] == ["third", "and a half"]


def test_an_edit_that_is_not_written_changes_nothing(two_hunks):
    editor, _, one, _ = two_hunks
    editor.type("3G\\ae")
    editor.until_lua("vim.bo.buftype == 'acwrite'")
    editor.type("cclost<Esc>")
    editor.nvim.command("quit!")
    assert editor.hunk(one)["state"] == "proposed"
    assert editor.hunk(one)["newText"] == "third\n"


def test_the_line_ends_of_the_file_are_kept_in_an_edited_hunk(editor, file):
    path = file(b"one\r\ntwo\r\n")
    editor.edit(path)
    proposal = editor.propose(call("write", path=path, content="one\r\nTWO\r\n"))
    (hunk,) = (found["id"] for found in proposal["hunks"])
    editor.until_marks({hunk: [1, 2]})
    editor.agentx(f"edit {hunk}")
    editor.type("cc2<Esc>")
    editor.until(lambda: editor.lines() == ["2"], "nothing is typed")
    editor.nvim.command("wq")
    assert editor.until_state(hunk, "edited")["newText"] == "2\r\n"


def test_a_new_file_is_previewed_and_is_there_once_accepted(editor, file, workspace):
    editor.edit(file("x\n", "made/1.txt"))
    proposal = editor.propose(call("write", path="made/2.txt", content="one\ntwo\n"))
    (hunk,) = (found["id"] for found in proposal["hunks"])
    editor.type("]h")
    editor.until_lua("vim.api.nvim_buf_get_name(0):match('made/2.txt$')")
    editor.until(lambda: editor.virtual()[1:] == ["one", "two"], "not drawn")
    editor.type("\\aa")
    editor.until_state(hunk, "applied")
    editor.until(lambda: editor.lines() == ["one", "two"], "the buffer stays empty")
    assert (workspace.root / "made/2.txt").read_text() == "one\ntwo\n"


# --- Moved to -------------------------------------------------------------------------------------


def test_the_next_hunk_is_found_in_this_file_and_in_others_and_round_again(editor, file):
    files = [file(TEXT, f"moving/{name}.txt") for name in "ab"]
    editor.edit(files[0])
    steps = [step for path in files for step in replacing(path, CHANGES)]
    proposal = editor.propose(*steps)
    names = [hunk["id"] for hunk in proposal["hunks"]]
    editor.until_marks({names[0]: [2, 3], names[1]: [8, 9]})
    seen = []
    for keys in ("]h", "]h", "]h", "]h", "[h", "[h"):
        editor.type(keys)
        row = editor.value("vim.api.nvim_win_get_cursor(0)[1]")
        seen.append((editor.value("vim.fn.expand('%:t')"), row))
    here, there = [("a.txt", 3), ("a.txt", 9)], [("b.txt", 3), ("b.txt", 9)]
    others = [stop for stop in seen if stop not in here + there]
    assert seen[:4] == [*here, *there]
    assert others == []
    assert seen[4:] == [there[0], here[1]]
    editor.agentx(f"reject {proposal['id']}")


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
