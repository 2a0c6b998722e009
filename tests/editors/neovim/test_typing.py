"""Typing and hunks in a real Neovim: nothing that was typed is lost, and every byte is right."""

import pytest
from conversations import call
from editors.neovim.driving import replacing
from editors.neovim.samples import CHANGES, TEXT


def test_an_agent_sees_text_that_was_never_saved(editor, file, workspace):
    path = file("on disk\n")
    editor.edit(path)
    editor.type("ccin the editor<Esc>")
    editor.until(lambda: editor.lines() == ["in the editor"], "nothing is typed")
    proposal = editor.propose(*replacing(path, [("in the editor\n", "by the agent\n")]))
    (hunk,) = (found["id"] for found in proposal["hunks"])
    editor.until_marks({hunk: [0, 1]})
    editor.agentx(f"accept {hunk}")
    editor.until_state(hunk, "applied")
    assert editor.lines() == ["by the agent"]
    assert (workspace.root / path).read_text() == "on disk\n"


def test_hunks_move_along_with_what_is_typed_above_them(two_hunks):
    editor, _, one, two = two_hunks
    editor.type("ggOa<CR>b<CR>c<Esc>")
    editor.until_marks({one: [5, 6], two: [11, 12]})
    editor.type("8Gdd")
    editor.until_marks({one: [5, 6], two: [10, 11]})


def test_hunks_are_where_they_belong_in_the_middle_of_typing(two_hunks):
    editor, _, one, two = two_hunks
    editor.type("5GO")
    for n in range(40):
        editor.type(f"typed {n}<CR>")
    editor.type("end<Esc>")
    editor.until_marks({one: [2, 3], two: [8 + 41, 9 + 41]})
    editor.agentx(f"accept {two}")
    editor.until_state(two, "applied")
    assert editor.lines()[49] == "ninth"


def test_typing_in_the_neighbourhood_while_a_hunk_is_accepted_loses_nothing(two_hunks):
    editor, _, one, two = two_hunks
    # One batch of keys: the accept is under way while the rest is typed.
    editor.type("3G\\aa" + "ggOtyped above<Esc>" + "Gotyped below<CR>and more<Esc>")
    editor.until_state(one, "applied")
    editor.until(lambda: editor.lines()[-1] == "and more", "typing is lost")
    expected = TEXT.replace(*CHANGES[0]).splitlines()
    assert editor.lines() == ["typed above", *expected, "typed below", "and more"]
    editor.until_marks({two: [9, 10]})


def test_what_is_typed_right_next_to_a_hunk_stays_whatever_becomes_of_it(two_hunks):
    editor, _, one, _ = two_hunks
    # Lines that touch the hunk may make a conflict of it, by when they are typed.
    editor.type("3G\\aa" + "2GAmine<Esc>" + "4GAtoo<Esc>")
    editor.until(lambda: editor.hunk(one)["state"] in ("applied", "conflicted"), "undecided")
    third = "third" if editor.hunk(one)["state"] == "applied" else "line 3"
    expected = ["line 1", "line 2mine", third, "line 4too", *TEXT.splitlines()[4:]]
    editor.until(lambda: editor.lines() == expected, lambda: f"the text is {editor.lines()}")


def test_a_line_that_both_changed_is_a_conflict_with_both_sides(two_hunks):
    editor, _, one, _ = two_hunks
    editor.type("3Gccmine<Esc>")
    editor.agentx(f"accept {one}")
    hunk = editor.until_state(one, "conflicted")
    assert editor.lines()[2] == "mine"
    assert (hunk["oursText"], hunk["theirsText"]) == ("mine\n", "third\n")
    assert "shows both sides" in editor.was_told("conflicted")
    editor.until(lambda: any("conflicted" in line for line in editor.virtual()), "not drawn")
    editor.agentx(f"diff {one}")
    editor.until_lua("vim.fn.tabpagenr('$') == 2 and #vim.api.nvim_tabpage_list_wins(0) == 2")
    sides = editor.value(
        "vim.tbl_map(function(window) return vim.api.nvim_buf_get_lines("
        "vim.api.nvim_win_get_buf(window), 0, -1, true)[1] end,"
        " vim.api.nvim_tabpage_list_wins(0))"
    )
    assert sides == ["mine", "third"]


def test_undo_in_the_editor_takes_an_accepted_hunk_back_as_one_step(two_hunks):
    editor, path, one, two = two_hunks
    editor.agentx(f"accept {one.partition('.')[0]}:{path}")
    editor.until_state(two, "applied")
    editor.type("u")
    editor.until(lambda: editor.lines() == TEXT.splitlines(), "more or less was undone")


def test_accepting_leaves_cursor_marks_and_folds_of_other_lines_alone(two_hunks):
    editor, _, one, _ = two_hunks
    editor.type("11Gma7G03l")
    editor.until_lua("vim.api.nvim_win_get_cursor(0)[1] == 7")
    editor.agentx(f"accept {one}")
    editor.until_state(one, "applied")
    assert editor.value("vim.api.nvim_win_get_cursor(0)") == [7, 3]
    assert editor.value("vim.api.nvim_buf_get_mark(0, 'a')") == [11, 0]


BYTES = {
    "CRLF": (b"one\r\ntwo\r\nthree\r\n", b"one\r\nTWO\r\nthree\r\n"),
    "CRLF among LF": (b"one\r\ntwo\nthree\r\n", b"one\r\nTWO\nthree\r\n"),
    "no final newline": (b"one\ntwo\nthree", b"one\nTWO\nthree"),
    "the last line without newline": (b"one\ntwo", b"one\nTWO"),
    "a final newline comes": (b"one\ntwo", b"one\ntwo\n"),
    "a final newline goes": (b"one\ntwo\n", b"one\ntwo"),
    "latin-1": ("ä\ntwo\nö\n".encode("latin-1"), "ä\nTWO ü\nö\n".encode("latin-1")),
    "UTF-8 with BOM": ("\ufeffone\ntwo\n".encode(), "\ufeffone\nTWO\n".encode()),
    "beyond the BMP": ("a😀\ntwo\n".encode(), "a😀\nTWO 😀\n".encode()),
    "an empty file": (b"", b"one\n"),
    "to nothing": (b"one\n", b""),
}


@pytest.mark.parametrize("name", BYTES)
def test_an_accepted_and_saved_file_is_byte_exact(editor, file, workspace, name):
    before, after = BYTES[name]
    path = file(before)
    editor.edit(path)
    copy = file(after, "after.bin")
    proposal = editor.propose(call("run", command=f"cat {copy} > {path}"))
    (workspace.root / copy).unlink()
    hunks = [hunk["id"] for hunk in proposal["hunks"] if hunk["path"] == path]
    assert hunks
    for hunk in hunks:
        editor.agentx(f"accept {hunk}")
        editor.until_state(hunk, "applied")
    editor.nvim.command("silent write")
    assert (workspace.root / path).read_bytes() == after


def test_saved_text_is_still_the_same_for_both_sides(two_hunks, workspace):
    editor, path, one, two = two_hunks
    editor.agentx(f"accept {one}")
    editor.until_state(one, "applied")
    editor.nvim.command("silent write")
    editor.agentx(f"undo {one}")
    editor.until_state(one, "undone")
    editor.agentx(f"accept {two}")
    editor.until_state(two, "applied")
    editor.nvim.command("silent write")
    assert (workspace.root / path).read_text() == TEXT.replace(*CHANGES[1])


def test_a_hunk_decided_elsewhere_goes_here(two_hunks, workspace):
    editor, _, one, two = two_hunks
    workspace.cli("reject", one)
    editor.until_marks({two: [8, 9]})
    assert editor.hunk(one)["state"] == "rejected"


def test_a_hunk_accepted_elsewhere_changes_this_buffer(two_hunks, workspace):
    editor, path, one, two = two_hunks
    editor.type("ggOtyped<Esc>")
    workspace.cli("accept", one)
    editor.until_state(one, "applied")
    assert editor.lines() == ["typed", *TEXT.replace(*CHANGES[0]).splitlines()]
    assert (workspace.root / path).read_text() == TEXT
    editor.until_marks({two: [9, 10]})


def test_names_with_characters_of_patterns_are_names(editor, file):
    path = file("one\n", "odd [name] {a,b} 100%.txt")
    editor.lua("vim.cmd.edit(vim.fn.fnameescape(...))", path)
    editor.until_lua("#vim.lsp.get_clients({ bufnr = 0, name = 'agentxd' }) == 1")
    editor.until_lua("require('agentxd.state').house().is_known")
    proposal = editor.propose(*replacing(path, [("one\n", "two\n")]))
    (hunk,) = (found["id"] for found in proposal["hunks"])
    editor.until_marks({hunk: [0, 1]})
    editor.type("\\aa")
    editor.until_state(hunk, "applied")
    assert editor.lines() == ["two"]
