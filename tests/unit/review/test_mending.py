"""Fixes that go together are made; of two for one place the first one is."""

import pytest
from agentxd.kernel.review import Fix, Replacement
from agentxd.review.mending import apart, lines_of, mended, passages
from hypothesis import given
from hypothesis import strategies as st


def fix(*rows):
    return Fix("mend", tuple(Replacement(*row) for row in rows))


CASES = {
    "a line is replaced": ("a\nb\nc\n", [fix((1, 2, "B\n"))], "a\nB\nc\n"),
    "lines go": ("a\nb\nc\n", [fix((0, 2, ""))], "c\n"),
    "a line comes": ("a\nb\n", [fix((1, 1, "new\n"))], "a\nnew\nb\n"),
    "at the top of nothing": ("", [fix((0, 0, "new\n"))], "new\n"),
    "behind a last line without an ending": ("a\nb", [fix((2, 2, "new\n"))], "a\nb\nnew\n"),
    "the line ends of the file stay": ("a\r\nb\r\n", [fix((1, 2, "B\nC\n"))], "a\r\nB\r\nC\r\n"),
    "several in any order": ("a\nb\nc\n", [fix((2, 3, "C\n")), fix((0, 1, "A\n"))], "A\nb\nC\n"),
    "places of one fix": ("a\nb\nc\n", [fix((0, 1, ""), (2, 3, "C\n"))], "b\nC\n"),
    "signs beyond Latin": ("😀\nb\n", [fix((0, 1, "é\n"))], "é\nb\n"),
}


@pytest.mark.parametrize(("text", "fixes", "after"), CASES.values(), ids=CASES.keys())
def test_fixes_are_made(text, fixes, after):
    assert mended(text, fixes) == after


def replayed(text, pieces):
    for old, new in pieces:
        again = text.find(old, text.find(old) + 1)
        assert not text or (old in text and again < 0), "the old piece stands there once"
        text = text.replace(old, new, 1) if text else new
    return text


@pytest.mark.parametrize(("text", "fixes", "after"), CASES.values(), ids=CASES.keys())
def test_pieces_that_stand_once_say_the_same(text, fixes, after):
    assert replayed(text, passages(text, fixes)) == after


def test_a_piece_in_a_text_of_equal_lines_takes_as_many_lines_as_make_it_unique():
    text = "pass\n" * 9
    pieces = passages(text, [fix((4, 5, "return\n"))])
    assert replayed(text, pieces) == "pass\n" * 4 + "return\n" + "pass\n" * 4


PAIRS = {
    "the same lines": (fix((1, 3, "x\n")), fix((1, 3, "y\n")), [0], [1]),
    "lines of both": (fix((1, 3, "x\n")), fix((2, 4, "y\n")), [0], [1]),
    "two insertions at one place": (fix((1, 1, "x\n")), fix((1, 1, "y\n")), [0], [1]),
    "an insertion within": (fix((1, 4, "x\n")), fix((2, 2, "y\n")), [0], [1]),
    "next to each other": (fix((1, 2, "x\n")), fix((2, 3, "y\n")), [0, 1], []),
    "far apart": (fix((1, 2, "x\n")), fix((8, 9, "y\n")), [0, 1], []),
}


@pytest.mark.parametrize(("first", "second", "kept", "left"), PAIRS.values(), ids=PAIRS.keys())
def test_the_first_of_two_wins(first, second, kept, left):
    assert apart([first, second]) == (kept, left)


@st.composite
def texts_and_fixes(draw):
    lines = draw(st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n"]), max_size=12))
    lines += draw(st.sampled_from([[], ["last"]]))
    starts = st.integers(0, len(lines))
    rows = draw(st.lists(st.tuples(starts, starts, st.sampled_from(["", "new\n", "a\n"]))))
    fixes = [fix((min(a, b), max(a, b), text)) for a, b, text in rows]
    return "".join(lines), [fixes[number] for number in apart(fixes)[0]]


@given(texts_and_fixes())
def test_whatever_the_fixes_pieces_and_text_agree(case):
    text, fixes = case
    pieces = passages(text, fixes)
    if text:
        assert replayed(text, pieces) == mended(text, fixes)


@given(st.text(alphabet="a\r\n"))
def test_lines_give_the_text_back(text):
    assert "".join(lines_of(text)) == text
