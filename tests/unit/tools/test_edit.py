"""The edit tool: exact, byte for byte everywhere else, and never a guess."""

import pytest

BOM = b"\xef\xbb\xbf"
TABLE = [
    # before, old, new, replace_all, after
    (b"a\nb\nc\n", "b", "B", False, b"a\nB\nc\n"),
    (b"a\nb\nc", "c", "", False, b"a\nb\n"),
    (b"a\nb\nc\n", "a\nb\n", "", False, b"c\n"),
    (b"x x x", "x", "yy", True, b"yy yy yy"),
    (b"aaa", "aa", "b", True, b"ba"),
    ("é = 1\n".encode(), "é", "ü", False, "ü = 1\n".encode()),
    (b"caf\xe9\nx\n", "x", "y", False, b"caf\xe9\ny\n"),
    (b"caf\xe9\n", "café", "th\u00e9", False, b"th\xe9\n"),
    (BOM + b"a\n", "a", "b", False, BOM + b"b\n"),
    # a file with carriage returns keeps them, whichever the model writes
    (b"a\r\nb\r\n", "a\nb", "x\ny", False, b"x\r\ny\r\n"),
    (b"a\r\nb\r\n", "a", "x\ny", False, b"x\r\ny\r\nb\r\n"),
    (b"a\r\nb\r\n", "a\r\n", "x\r\n", False, b"x\r\nb\r\n"),
    (b"a\r\nb\r\n", "a\r\nb", "x\ny", False, b"x\r\ny\r\n"),
    # a mixed file is edited as it stands
    (b"a\r\nb\nc\n", "b\nc", "x\ny", False, b"a\r\nx\ny\n"),
]


@pytest.mark.parametrize("row", TABLE)
async def test_exactly_this_is_replaced(room, row):
    before, old, new, is_all, after = row
    from agentxd.kernel.sandboxes import FileWrite

    await room.sandbox.write([FileWrite("f.txt", before)])
    await room.told("edit", path="f.txt", old=old, new=new, replace_all=is_all)
    assert await room.sandbox.read("f.txt") == after


REFUSED = [
    ("src/app.py", "return 'hello'", "x", "2 times, at lines 5, 9"),
    ("src/app.py", "return 'hallo'", "x", "The nearest lines:\n     5\t    return 'hello'"),
    ("src/app.py", "def hello():\n  return", "x", "The nearest lines:\n     4\tdef hello():"),
    ("src/app.py", "nothing of the kind at all", "x", "nor anything like its first line"),
    ("src/app.py", "", "x", "`old` is empty"),
    ("src/app.py", "import os", "import os", "are the same"),
    ("missing.py", "a", "b", "There is no file missing.py."),
    ("src", "a", "b", "There is no file src."),
    ("logo.bin", "hello", "b", "logo.bin is binary."),
    ("src/latin.txt", "caf", "日", "latin-1, which cannot hold the new text"),
]


@pytest.mark.parametrize(("path", "old", "new", "words"), REFUSED)
async def test_what_cannot_be_done_is_told_and_nothing_is_done(room, path, old, new, words):
    assert words in await room.refused("edit", path=path, old=old, new=new)
    assert await room.sandbox.difference() == []


async def test_the_line_of_the_first_place_and_the_number_of_places_are_told(room):
    words = await room.told("edit", path="src/app.py", old="hello", new="ho", replace_all=True)
    assert words == "Replaced 3 place(s) in src/app.py, first at line 4."


async def test_a_miss_in_a_file_of_one_huge_line_is_told_at_once(room):
    """Comparing two lines takes the square of their length; this one would take hours."""
    huge = "var a=1;" * 100_000
    await room.call("write", path="app.min.js", content=huge)
    words = await room.refused("edit", path="app.min.js", old=huge[:-9] + "?", new="x")
    assert len(words) < 1_000
