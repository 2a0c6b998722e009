"""Bytes as lines: nothing is normalised, whatever the endings and the encoding."""

import pytest
from agentxd.workspace.lines import decode, encode, is_binary, split_lines
from hypothesis import given
from hypothesis import strategies as st

SPLIT = {
    "nothing": (b"", []),
    "one ending": (b"\n", [b"\n"]),
    "no final newline": (b"a\nb", [b"a\n", b"b"]),
    "carriage returns belong to their line": (b"a\r\nb\r\n", [b"a\r\n", b"b\r\n"]),
    "mixed endings": (b"a\r\nb\nc\r", [b"a\r\n", b"b\n", b"c\r"]),
    "a lone carriage return ends no line": (b"a\rb\n", [b"a\rb\n"]),
    "other separators end no line": ("a\x0b\x0c\x1c\x85\u2028b\n".encode(), None),
}


@pytest.mark.parametrize(("content", "expected"), SPLIT.values(), ids=SPLIT)
def test_a_line_ends_after_its_line_feed(content, expected):
    assert split_lines(content) == ([content] if expected is None else expected)


@given(st.binary() | st.text("a\r\n").map(str.encode))
def test_lines_joined_are_the_content(content):
    lines = split_lines(content)
    assert b"".join(lines) == content
    assert all(line.endswith(b"\n") for line in lines[:-1])
    assert all(line.count(b"\n") <= 1 and line for line in lines)


ENCODED = {
    "ascii": (b"abc", "utf-8"),
    "utf-8": ("äöü€".encode(), "utf-8"),
    "a byte-order mark stays in the text": (b"\xef\xbb\xbfa", "utf-8"),
    "latin-1": ("äöü".encode("latin-1"), "latin-1"),
    "a nul byte": (b"a\0b", "binary"),
    "utf-16": ("abc".encode("utf-16"), "binary"),
}


@pytest.mark.parametrize(("content", "encoding"), ENCODED.values(), ids=ENCODED)
def test_the_encoding_is_told_and_leads_back(content, encoding):
    text, found = decode(content)
    assert found == encoding
    assert is_binary(content) == (encoding == "binary")
    if encoding != "binary":
        assert encode(text, encoding) == content


@given(st.binary())
def test_whatever_is_text_comes_back_byte_for_byte(content):
    text, encoding = decode(content)
    assert encoding == "binary" or encode(text, encoding) == content


def test_what_an_encoding_cannot_say_is_refused():
    with pytest.raises(UnicodeEncodeError):
        encode("€", "latin-1")


def test_binary_is_decided_by_the_first_eight_thousand_bytes():
    assert is_binary(b"a" * 7_999 + b"\0")
    assert not is_binary(b"a" * 8_000 + b"\0")
