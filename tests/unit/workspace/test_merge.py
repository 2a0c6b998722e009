"""The three-way merge: what merges, what clashes, and what no merge may ever lose."""

from collections import Counter

import pytest
from agentxd.workspace.lines import split_lines
from agentxd.workspace.merge import merge3
from hypothesis import given
from hypothesis import strategies as st

CLEAN = {
    "only we changed": ("a\nb\n", "a\nB\n", "a\nb\n", "a\nB\n"),
    "only they changed": ("a\nb\n", "a\nb\n", "a\nB\n", "a\nB\n"),
    "both made the same change": ("a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n", "a\nX\nc\n"),
    "changes with a line between them": (
        "a\nb\nc\n",
        "A\nb\nc\n",
        "a\nb\nC\n",
        "A\nb\nC\n",
    ),
    "the same change and another": (
        "a\nb\nc\nd\ne\n",
        "A\nb\nc\nd\nE\n",
        "A\nb\nC\nd\ne\n",
        "A\nb\nC\nd\nE\n",
    ),
    "both deleted the same": ("a\nb\nc\n", "a\nc\n", "a\nc\n", "a\nc\n"),
    "carriage returns stay": ("a\r\nb\r\nc\n", "A\r\nb\r\nc\n", "a\r\nb\r\nC\n", "A\r\nb\r\nC\n"),
    "a byte-order mark stays": (
        "\ufeffa\nb\nc\n",
        "\ufeffa\nb\nC\n",
        "\ufeffA\nb\nc\n",
        "\ufeffA\nb\nC\n",
    ),
    "no final newline stays": ("a\nb\nc", "A\nb\nc", "a\nb\nx\nc", "A\nb\nx\nc"),
    "the ending of the last line is a change": ("a\nb\nc", "a\nb\nc\n", "A\nb\nc", "A\nb\nc\n"),
    "empty base, one side": ("", "a\n", "", "a\n"),
}

CLASHING = {
    "the same line in two ways": ("a\n", "b\n", "c\n"),
    "neighbouring lines": ("a\nb\n", "A\nb\n", "a\nB\n"),
    "two insertions at one place": ("a\nb\n", "a\nx\nb\n", "a\ny\nb\n"),
    "changed here, deleted there": ("a\nb\nc\n", "a\nB\nc\n", "a\nc\n"),
    "two endings for the last line": ("a", "a\n", "a\r\n"),
    "two first texts": ("", "a\n", "b\n"),
}


@pytest.mark.parametrize(("base", "ours", "theirs", "merged"), CLEAN.values(), ids=CLEAN)
def test_what_does_not_touch_merges(base, ours, theirs, merged):
    found = merge3(base.encode(), ours.encode(), theirs.encode())
    assert found.text == merged.encode()
    assert found.conflicts == ()


@pytest.mark.parametrize(("base", "ours", "theirs"), CLASHING.values(), ids=CLASHING)
def test_what_touches_clashes_and_shows_both_sides(base, ours, theirs):
    found = merge3(base.encode(), ours.encode(), theirs.encode())
    assert found.text is None
    (clash,) = found.conflicts
    assert clash.ours != clash.theirs
    assert clash.ours in ours.encode()
    assert clash.theirs in theirs.encode()
    assert clash.base in base.encode()


def test_a_clash_says_where_it_begins_in_ours():
    found = merge3(b"a\nb\nc\nd\n", b"0\na\nb\nc\nX\n", b"a\nb\nc\nY\n")
    assert [clash.ours_start for clash in found.conflicts] == [4]


def test_every_clash_is_told():
    found = merge3(b"a\n-\nb\n", b"1\n-\n2\n", b"3\n-\n4\n")
    assert [clash.theirs for clash in found.conflicts] == [b"3\n", b"4\n"]


endings = st.sampled_from([b"\n", b"\r\n", b"\r", b""])
words = st.sampled_from([b"a", b"b", b"c", b"\xe9", b"\xef\xbb\xbf", b"", b"}"])
texts = st.lists(st.tuples(words, endings), max_size=10).map(
    lambda pieces: b"".join(word + ending for word, ending in pieces)
)


@st.composite
def edited(draw, base: bytes) -> bytes:
    """A text that shares most of its lines with the base."""
    lines = split_lines(base)
    for at in draw(st.lists(st.integers(0, len(lines)), max_size=3)):
        lines[at : at + draw(st.integers(0, 2))] = split_lines(draw(texts))[:2]
    return b"".join(lines)


@st.composite
def three(draw) -> tuple[bytes, bytes, bytes]:
    base = draw(texts)
    return base, draw(edited(base) | texts), draw(edited(base) | texts)


@given(three())
def test_invariant_3_the_merge_depends_on_nothing_but_its_texts(texts):
    base, ours, theirs = texts
    assert merge3(base, ours, theirs) == merge3(bytes(bytearray(base)), ours, theirs)


@given(three())
def test_the_sides_may_be_swapped(texts):
    base, ours, theirs = texts
    one, other = merge3(base, ours, theirs), merge3(base, theirs, ours)
    assert one.text == other.text
    assert len(one.conflicts) == len(other.conflicts)


@given(three())
def test_a_side_that_changed_nothing_takes_the_other(texts):
    base, ours, _ = texts
    assert merge3(base, ours, base).text == ours
    assert merge3(base, base, ours).text == ours
    assert merge3(base, ours, ours).text == ours


@given(three())
def test_invariant_5_a_merge_takes_no_line_that_the_base_did_not_have(texts):
    """What ours has more often than base, the result has as often; what it has, a side had."""
    base, ours, theirs = (Counter(split_lines(text)) for text in texts)
    merged = merge3(*texts).text
    if merged is None:
        return
    result = Counter(split_lines(merged))
    assert not (ours - base) - result
    assert not (theirs - base) - result
    assert not (ours - result) - (base - theirs)
    assert not result - (ours | theirs) - (ours - base) - (theirs - base)
