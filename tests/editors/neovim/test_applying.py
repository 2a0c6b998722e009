"""workspace/applyEdit in a real Neovim: all or nothing, and an answer that is true."""

import pytest

HANDLE = """
local params = ...
local client = vim.lsp.get_clients({ name = 'agentxd' })[1]
local result
coroutine.wrap(function()
  result = require('agentxd.applying').handle(params, { client_id = client.id })
end)()
return result
"""
TEXT = "one\ntwo\nthree\n"


def span(*numbers):
    """A range from four numbers."""
    start, end = numbers[:2], numbers[2:]
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


def edit(new, *numbers, **more):
    """A text edit."""
    return {"range": span(*numbers), "newText": new, **more}


def change(editor, path, *edits, version=None):
    """Edits of one file; by default of the version that the editor has."""
    number = editor.nvim.funcs.bufnr(str(editor.root / path))
    if version is None and number != -1:
        version = editor.value("vim.lsp.util.buf_versions[...]", number)
    uri = (editor.root / path).as_uri()
    return {"textDocument": {"uri": uri, "version": version}, "edits": list(edits)}


def apply(editor, *changes, **more):
    """What the handler answers."""
    return editor.lua(HANDLE, {"edit": {"documentChanges": list(changes), **more}})


CASES = {
    "replace a line": (TEXT, [edit("TWO\n", 1, 0, 2, 0)], "one\nTWO\nthree\n"),
    "insert at the top": (TEXT, [edit("zero\n", 0, 0, 0, 0)], "zero\none\ntwo\nthree\n"),
    "append behind the end": (TEXT, [edit("four\n", 3, 0, 3, 0)], TEXT + "four\n"),
    "delete the last line": (TEXT, [edit("", 2, 0, 3, 0)], "one\ntwo\n"),
    "delete everything": (TEXT, [edit("", 0, 0, 3, 0)], ""),
    "take the last end away": (TEXT, [edit("three", 2, 0, 3, 0)], "one\ntwo\nthree"),
    "add the last end": ("one\ntwo", [edit("two\n", 1, 0, 1, 3)], "one\ntwo\n"),
    "append without an end": ("one", [edit("one\ntwo", 0, 0, 0, 3)], "one\ntwo"),
    "several, unordered": (
        TEXT,
        [edit("1\n", 0, 0, 1, 0), edit("3\n", 2, 0, 3, 0), edit("2\n", 1, 0, 2, 0)],
        "1\n2\n3\n",
    ),
    "two insertions at one place": (
        TEXT,
        [edit("a\n", 1, 0, 1, 0), edit("b\n", 1, 0, 1, 0)],
        "one\na\nb\ntwo\nthree\n",
    ),
    "CRLF": ("one\r\ntwo\r\n", [edit("TWO\r\nmore\r\n", 1, 0, 2, 0)], "one\r\nTWO\r\nmore\r\n"),
    "CRLF among LF": ("one\r\ntwo\n", [edit("ONE\r\n", 0, 0, 1, 0)], "ONE\r\ntwo\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_text_is_what_the_edits_say_byte_for_byte(editor, file, name):
    before, edits, after = CASES[name]
    path = file(before)
    editor.edit(path)
    assert apply(editor, change(editor, path, *edits)) == {"applied": True}
    editor.nvim.command("silent write")
    assert (editor.root / path).read_bytes() == after.encode()


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", 5), ("utf-16", 3), ("utf-32", 2)])
def test_characters_are_counted_as_was_agreed(editor, encoding, start):
    editor.nvim.current.buffer[:] = ["a😀b"]
    within = edit("X", 0, start, 0, start + 1)
    problem = editor.lua(
        """local edits = require('agentxd.edits')
           return edits.apply({ (assert(edits.plan(vim.api.nvim_get_current_buf(), ...))) })""",
        *([within], encoding),
    )
    assert problem is None
    assert editor.lines() == ["a😀X"]


def test_an_edit_for_another_version_is_refused(editor, file):
    path = file(TEXT)
    editor.edit(path)
    old = change(editor, path, edit("TWO\n", 1, 0, 2, 0))
    editor.type("Gotyped<Esc>")
    editor.until(lambda: len(editor.lines()) == 4, "nothing is typed")
    answer = apply(editor, old)
    assert answer["applied"] is False
    assert "changed meanwhile" in answer["failureReason"]
    assert editor.lines() == ["one", "two", "three", "typed"]


def test_of_two_files_both_are_changed_or_none(editor, file):
    one, two = file(TEXT, "both/one.txt"), file(TEXT, "both/two.txt")
    editor.edit(one)
    editor.edit(two)
    good = change(editor, one, edit("ONE\n", 0, 0, 1, 0))
    stale = change(editor, two, edit("ONE\n", 0, 0, 1, 0), version=99)
    assert apply(editor, good, stale)["applied"] is False
    editor.nvim.command(f"buffer {one}")
    assert editor.lines() == TEXT.splitlines()
    fresh = change(editor, two, edit("ONE\n", 0, 0, 1, 0))
    assert apply(editor, good, fresh)["applied"] is True
    for path in (one, two):
        editor.nvim.command(f"buffer {path}")
        assert editor.lines() == ["ONE", "two", "three"]


def test_a_change_that_breaks_half_way_is_taken_back(editor, file):
    one, two = file(TEXT, "half/one.txt"), file(TEXT, "half/two.txt")
    editor.edit(one)
    editor.edit(two)
    editor.lua("""
      local set = vim.api.nvim_buf_set_lines
      local last = vim.api.nvim_get_current_buf()
      vim.api.nvim_buf_set_lines = function(bufnr, ...)
        if bufnr == last and not _G.has_broken then
          _G.has_broken = true
          error('no room')
        end
        return set(bufnr, ...)
      end""")
    edits = [change(editor, path, edit("ONE\n", 0, 0, 1, 0)) for path in (one, two)]
    answer = apply(editor, *edits)
    assert answer["applied"] is False
    assert "no room" in answer["failureReason"]
    for path in (one, two):
        editor.nvim.command(f"buffer {path}")
        assert editor.lines() == TEXT.splitlines()


def test_a_buffer_that_cannot_be_changed_is_said_so(editor, file):
    path = file(TEXT)
    editor.edit(path)
    editor.nvim.command("setlocal nomodifiable")
    answer = apply(editor, change(editor, path, edit("x\n", 0, 0, 1, 0)))
    assert answer["applied"] is False
    assert "nomodifiable" in answer["failureReason"]


def test_a_file_that_is_not_open_is_no_place_for_a_versioned_edit(editor, file):
    path, other = file(TEXT), file(TEXT, "closed.txt")
    editor.edit(path)
    answer = apply(editor, change(editor, other, edit("x\n", 0, 0, 1, 0), version=3))
    assert answer["applied"] is False
    assert "not open" in answer["failureReason"]


def test_line_ends_that_the_file_cannot_have_are_refused(editor, file):
    path = file("one\r\ntwo\r\n")
    editor.edit(path)
    answer = apply(editor, change(editor, path, edit("ONE\n", 0, 0, 1, 0)))
    assert answer["applied"] is False
    assert "fileformat=dos" in answer["failureReason"]


def test_lines_that_are_counted_in_two_ways_are_not_touched(editor, file):
    path = file("one\rhalf\ntwo\n")
    editor.edit(path)
    answer = apply(editor, change(editor, path, edit("TWO\n", 2, 0, 3, 0)))
    assert answer["applied"] is False
    assert "carriage return" in answer["failureReason"]


def test_files_are_not_made_or_deleted_by_an_edit(editor, file):
    path = file(TEXT)
    editor.edit(path)
    deletion = {"kind": "delete", "uri": (editor.root / path).as_uri()}
    answer = apply(editor, deletion)
    assert answer["applied"] is False
    assert (editor.root / path).exists()


@pytest.mark.parametrize(("chosen", "is_applied"), [(1, True), (2, False), (None, False)])
def test_an_annotated_edit_is_asked_about_and_the_answer_counts(editor, file, chosen, is_applied):
    path = file(TEXT)
    editor.edit(path)
    editor.lua("_G.answer = ...", chosen)
    annotated = change(editor, path, edit("ONE\n", 0, 0, 1, 0, annotationId="a"))
    more = {"needsConfirmation": True, "label": "Rename", "description": "in one file"}
    answer = apply(editor, annotated, changeAnnotations={"a": more})
    assert answer["applied"] is is_applied
    assert editor.lines()[0] == ("ONE" if is_applied else "one")
    assert "Rename: in one file" in editor.value("_G.asked[1].prompt")


def test_an_edit_is_one_undo_step_of_its_own_even_while_typing(editor, file):
    path = file(TEXT)
    editor.edit(path)
    editor.type("Gotyped")
    editor.until(lambda: "typed" in editor.lines(), "nothing is typed")
    edits = [edit("ONE\n", 0, 0, 1, 0), edit("THREE\n", 2, 0, 3, 0)]
    assert apply(editor, change(editor, path, *edits))["applied"] is True
    editor.type(" on<Esc>")
    editor.until(lambda: editor.lines()[-1] == "typed on", "typing went elsewhere")
    editor.type("u")
    editor.until(lambda: editor.lines() == ["ONE", "two", "THREE", "typed"], "no first step")
    editor.type("u")
    editor.until(lambda: editor.lines() == ["one", "two", "three", "typed"], "no second step")
    editor.type("<C-r>")
    editor.until(lambda: editor.lines() == ["ONE", "two", "THREE", "typed"], "no way forward")
