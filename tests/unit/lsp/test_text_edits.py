"""Edits on the wire count as the client counts, and give exactly the wanted text."""

import random

import pytest
from agentxd.edges.lsp.edits import apply_change, text_edits

ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
SIGNS = ["a", "b", "é", "€", "😀", "\ud800", "\t"]
ENDINGS = ["\n", "\n", "\r\n", "\r"]


def as_the_client_does(text, edits, encoding):
    """Cuts bytes of the client's own encoding; knows nothing of ours, and no carriage return."""
    codec, width = ENCODINGS[encoding]

    def offset(position):
        lines = text.split("\n")
        line = lines[position["line"]].encode(codec, "surrogatepass")
        units = position["character"] * width
        assert units <= len(line), "behind the end of the line"
        above = sum(len(found) + 1 for found in lines[: position["line"]])
        return above + len(line[:units].decode(codec, "surrogatepass"))

    for edit in reversed(edits):
        start, end = (offset(edit["range"][side]) for side in ("start", "end"))
        text = text[:start] + edit["newText"] + text[end:]
    return text


CASES = [
    ("a\nb\nc\néééé", "a\nb\nc\néééé\nextra\n"),
    ("é😀", ""),
    ("é😀", "x"),
    ("", "é"),
    ("a\n😀", "a\n"),
    ("😀\nend é", "😀\nmore\nend €"),
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("before", "after"), CASES)
def test_a_last_line_without_ending_is_counted_in_the_clients_units(encoding, before, after):
    edits = text_edits(before, after, encoding)
    assert as_the_client_does(before, edits, encoding) == after


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("seed", range(100))
def test_any_text_becomes_any_other(encoding, seed):
    chance = random.Random(seed)

    def line():
        return "".join(chance.choices(SIGNS, k=chance.randrange(4)))

    lines = [line() + chance.choice(ENDINGS) for _ in range(chance.randrange(6))]
    before = "".join(lines) + line()
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(lines) + 1)
        lines[at : at + chance.randrange(3)] = [line() + "\n" for _ in range(chance.randrange(3))]
    after = "".join(lines) + line()
    edits = text_edits(before, after, encoding)
    text = before
    for edit in reversed(edits):
        change = {"range": edit["range"], "text": edit["newText"]}
        text = apply_change(text, change, encoding)
    assert text == after
    if "\r" not in before + after:
        assert as_the_client_does(before, edits, encoding) == after
