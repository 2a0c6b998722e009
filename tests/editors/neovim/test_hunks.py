"""Hunks in a real Neovim: how they are shown, and what each decision does."""

from editors.neovim.driving import replacing

TEXT = "".join(f"line {n}\n" for n in range(1, 13))
CHANGES = [("line 3\n", "third\n"), ("line 9\n", "ninth\nand more\n")]


def test_hunks_are_drawn_with_a_header_and_the_proposed_lines(editor, file):
    path = file(TEXT)
    editor.edit(path)
    proposal = editor.propose(*replacing(path, CHANGES), goal="renumber")
    one, two = (hunk["id"] for hunk in proposal["hunks"])
    editor.until_marks({one: [2, 3], two: [8, 9]})
    header, third, *_ = virtual = editor.virtual()
    assert header.startswith(f"▎{one} proposed · renumber")
    assert third == "third"
    assert virtual[-2:] == ["ninth", "and more"]
    assert "\\aa accept" in header
    assert "\\ae edit" in header


def test_accepting_changes_exactly_the_lines_of_the_hunk(editor, file):
    path = file(TEXT)
    editor.edit(path)
    proposal = editor.propose(*replacing(path, CHANGES))
    one, two = (hunk["id"] for hunk in proposal["hunks"])
    editor.until_marks({one: [2, 3], two: [8, 9]})
    editor.type("3G\\aa")
    editor.until_state(one, "applied")
    assert editor.lines() == TEXT.replace("line 3\n", "third\n").splitlines()
    editor.until_marks({two: [8, 9]})
    assert "\\au takes it back" in editor.was_told(f"{one} applied")


def test_undo_takes_back_one_hunk_and_leaves_what_was_typed(editor, file):
    path = file(TEXT)
    editor.edit(path)
    proposal = editor.propose(*replacing(path, CHANGES))
    one, two = (hunk["id"] for hunk in proposal["hunks"])
    editor.until_marks({one: [2, 3], two: [8, 9]})
    editor.agentx(f"accept {proposal['id']}")
    editor.until_state(two, "applied")
    editor.type("1GOtyped<Esc>")
    editor.type("4G\\au")
    editor.until_state(one, "undone")
    expected = "typed\n" + TEXT.replace("line 9\n", "ninth\nand more\n")
    assert editor.lines() == expected.splitlines()
