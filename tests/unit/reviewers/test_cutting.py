"""Pieces: every changed line is in exactly one, none is larger than its room."""

import pytest
from agentxd.agents.reviewers.cutting import halves, pieces_of, riskiest_first, rows_around
from agentxd.agents.reviewers.weighing import weights_of
from agentxd.kernel.review import Finding, Severity
from unit.reviewers.changing import numbered, sheet


def rows_of(pieces, path):
    return [
        row for piece in pieces for part in piece.parts if part.sheet.path == path
        for row in part.rows
    ]  # fmt: skip


CHANGES = {
    "one line": (numbered(100), numbered(100).replace("line 50\n", "line fifty\n")),
    "two places": (
        numbered(300),
        numbered(300).replace("line 50\n", "").replace("line 250\n", "a\nb\nc\n"),
    ),
    "a new file": (None, numbered(1_000)),
    "a file that is gone": (numbered(60), None),
    "the first line": (numbered(30), "new\n" + numbered(30)),
    "the last line": (numbered(30), numbered(30) + "new\n"),
    "all of it": (numbered(90), numbered(90, "other")),
}


@pytest.mark.parametrize("room", [600, 3_000, 60_000])
@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES.keys())
def test_every_changed_line_is_shown_once_and_pieces_fit(case, room):
    one = sheet("a.py", *case)
    pieces = pieces_of([one], room)
    rows = rows_of(pieces, "a.py")
    added = [row.line for row in rows if row.sign == "+"]
    removed = [row.line for row in rows if row.sign == "-"]
    assert added == [n for n in range(len(one.new)) if one.is_touched(n)]
    assert removed == [
        n for span in one.spans for n in range(span.old_start, span.old_start + span.old_count)
    ]
    assert all(row.text == one.new[row.line] for row in rows if row.sign != "-")
    assert all(sum(part.size for part in piece.parts) <= room for piece in pieces)
    assert [piece.name for piece in pieces] == [
        f"{n} of {len(pieces)}" for n in range(1, len(pieces) + 1)
    ]


def test_the_middle_of_a_long_removal_is_left_out_and_said_to_be():
    one = sheet("a.py", numbered(1_000), None)
    texts = [row.text for row in rows_of(pieces_of([one], 60_000), "a.py")]
    assert len(texts) == 81
    assert "920 more lines" in texts[-1]


def test_small_files_share_a_piece():
    sheets = [sheet(f"{n}.py", None, "a = 1\n") for n in range(5)]
    (piece,) = pieces_of(sheets, 10_000)
    assert [one.path for one in piece.sheets] == [f"{n}.py" for n in range(5)]


def test_halves_have_all_rows_and_a_single_row_cannot_be_cut():
    (piece,) = pieces_of([sheet("a.py", None, numbered(9))], 60_000)
    first, second = halves(piece)
    assert [first.name, second.name] == ["1a of 1", "1b of 1"]
    assert rows_of([first, second], "a.py") == rows_of([piece], "a.py")
    (tiny,) = pieces_of([sheet("a.py", None, "x\n")], 60_000)
    assert halves(tiny) == ()


def test_what_stands_around_a_line_has_the_sign_that_it_has_in_the_change():
    one = sheet("a.py", numbered(50), numbered(50).replace("line 25\n", "new 25\n"))
    told = [row.told() for row in rows_around(one, 24, 2)]
    assert told == [
        "    23| line 23",
        "    24| line 24",
        "-   25| line 25",
        "+   25| new 25",
        "    26| line 26",
        "    27| line 27",
    ]


def test_a_line_in_the_middle_of_a_long_addition_is_shown_as_added():
    one = sheet("a.py", None, numbered(500))
    assert {row.sign for row in rows_around(one, 250, 5)} == {"+"}


def test_delicate_and_marked_files_come_first_and_words_last():
    sheets = [
        sheet("docs/guide.md", None, numbered(50)),
        sheet("tests/test_login.py", None, numbered(50)),
        sheet("shop/colours.py", None, numbered(50)),
        sheet("shop/marked.py", None, numbered(50)),
        sheet("shop/login.py", None, "subprocess.run(x, shell=True)\n" + numbered(50)),
    ]
    known = [Finding(rule="r", severity=Severity.ERROR, path="shop/marked.py", message="m")]
    ordered = riskiest_first(sheets, weights_of(sheets, known))
    assert [one.path for one in ordered] == [
        "shop/login.py",
        "shop/marked.py",
        "shop/colours.py",
        "tests/test_login.py",
        "docs/guide.md",
    ]
