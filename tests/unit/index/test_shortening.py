"""What does not fit ends at the end of a word, with a mark."""

import pytest
from agentxd.index.shortening import shortened


@pytest.mark.parametrize(
    ("text", "n_chars", "wanted"),
    [
        ("one two", 7, "one two"),
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two three", 7, "one…"),
        ("one\ntwo", 6, "one…"),
        ("x" * 100, 10, "x" * 9 + "…"),
        ("a " + "x" * 100, 90, "a " + "x" * 87 + "…"),
        ("", 5, ""),
    ],
)
def test_a_text_is_cut_at_the_end_of_a_word(text, n_chars, wanted):
    found = shortened(text, n_chars)
    assert found == wanted
    assert len(found) <= n_chars
