"""Hunks in a real Neovim: how they are shown, and what each decision does."""

import pytest
from conversations import call
from editors.neovim.driving import replacing
from editors.neovim.samples import CHANGES, TEXT, changed

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
