"""No content makes the parser raise or hang, and every line with text is in one chunk."""

import pytest
from agentxd.index.decoding import as_utf8
from agentxd.kernel.index import Parsed
from agentxd.plugins.languages.language import Languages
from agentxd.plugins.languages.parser import TreeSitterParser
from agentxd.plugins.languages.review_syntax import ReviewSyntax

DEEP = 100_000

HOSTILE = {
    "empty": b"",
    "one line feed": b"\n",
    "blank lines": b" \n\t\n\r\n" * 50,
    "no text at all": bytes(range(256)) * 20,
    "zeros": b"\0" * 5_000,
    "zeros between": b"def f():\n  pass\n" * 600 + b"\0\0\n",
    "no UTF-8": b"def caf\xe9(\xff\xfe):\n    return '\xc3'\n",
    "a mark and CRLF": b"\xef\xbb\xbfdef f():\r\n    return 1\r\n",
    "UTF-16": "def f():\n    return 'ü'\n".encode("utf-16"),
    "UTF-16, other end first": b"\xfe\xff" + "class A: pass\n".encode("utf-16-be"),
    "half of a UTF-16": b"\xff\xfed",
    "old line ends": b"def f():\r    return 1\rx = 2\r",
    "round brackets": b"(" * DEEP,
    "square brackets, closed": b"x = " + b"[" * DEEP + b"]" * DEEP,
    "braces": b"{" * DEEP + b"}" * DEEP,
    "objects in objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "elements in elements": b"<div id='a'>" * 20_000,
    "blocks in blocks": b"if (a) {\n" * 5_000 + b"}\n" * 5_000,
    "deeper and deeper": b"".join(b" " * n + b"if x:\n" for n in range(600)),
    "functions in functions": b"".join(b" " * n + b"def f%d():\n" % n for n in range(600)),
    "one long line": b"var a=function(b){return b+1};" * 20_000,
    "a megabyte of one name": b"a" * 1_000_000,
    "calls of calls": b"a" + b".b()" * 20_000,
    "a long sum": b"x = " + b"1 + " * 50_000 + b"1\n",
    "a string that never ends": b'x = "' + b"lorem ipsum\n" * 5_000,
    "a comment that never ends": b"/* " + b"lorem ipsum\n" * 5_000,
    "comments above": b"// more\n" * 5_000 + b"function f() {}\n",
    "quotes": b"'\"`" * 20_000,
    "less and more": b"a<b>" * 20_000,
    "sharps": b"#" * 5_000 + b"\n" + b"# a\n" * 5_000,
    "dashes": b"a: - - - - " * 3_000,
    "signs of YAML": b"- " * 3_000 + b"a\n",
    "levels of YAML": b"".join(b" " * n + b"a:\n" for n in range(400)),
    "brackets of another language": b"%w(" * 6_000,
    "keys": b"".join(b"k%d: 1\n" % n for n in range(6_000)),
}


@pytest.fixture(scope="module")
def parser() -> TreeSitterParser:
    return TreeSitterParser(seconds=0.3)


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_makes_it_raise(content: bytes, parser: TreeSitterParser) -> None:
    for language in (*Languages().names(), "text", "klingon"):
        assert_whole(content, parser.parse(language, content))


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_makes_a_review_raise(content: bytes) -> None:
    syntax = ReviewSyntax(seconds=0.3)
    n_lines = as_utf8(content).count(b"\n") + 1
    languages = Languages()
    for language in languages.names():
        path = f"a.{languages[language].extensions[0]}"
        for fault in syntax.faults(path, content) or ():
            assert 0 <= fault.line < n_lines
        for region in syntax.regions(path, content):
            assert (region.start_line, region.start_column) < (region.end_line, region.end_column)
            assert region.end_line < n_lines


def test_five_megabytes_of_minified_javascript_become_one_chunk(parser: TreeSitterParser) -> None:
    content = b"var a=function(b){return b+1};" * 170_000
    parsed = parser.parse("javascript", content)
    assert parsed.language == "javascript"
    assert parsed.symbols == ()
    assert len(parsed.chunks) == 1


def test_what_takes_too_long_becomes_windows_of_lines() -> None:
    content = b"def f():\n    return 1\n\n" * 3_000
    parsed = TreeSitterParser(seconds=0.0).parse("python", content)
    assert parsed.symbols == ()
    assert parsed.language == "python"
    assert len(parsed.chunks) > 100
    assert_whole(content, parsed)


def test_after_a_content_that_took_too_long_the_next_one_is_parsed() -> None:
    parser = TreeSitterParser(seconds=0.05)
    parser.parse("python", b"x = " + b"[" * 1_000_000)
    assert [symbol.name for symbol in parser.parse("python", b"def f(): pass\n").symbols] == ["f"]


def test_many_levels_of_an_honest_file_are_read(parser: TreeSitterParser) -> None:
    content = b"".join(b"  " * n + b"k%d:\n" % n for n in range(30))
    names = [symbol.name for symbol in parser.parse("yaml", content).symbols]
    assert names == ["k0", "k1", "k2"]


def test_a_file_with_too_many_keys_shows_the_first_ones(parser: TreeSitterParser) -> None:
    content = b"{" + b",\n".join(b'"k%d": 1' % n for n in range(3_000)) + b"}"
    symbols = parser.parse("json", content).symbols
    assert [symbol.name for symbol in symbols] == [f"k{n}" for n in range(500)]


def assert_whole(content: bytes, parsed: Parsed) -> None:
    lines = as_utf8(content).split(b"\n")
    covered = [line for chunk in parsed.chunks for line in range(chunk.start_line, chunk.end_line)]
    assert covered == sorted(set(covered))
    assert {n for n, line in enumerate(lines) if line.strip()} <= set(covered)
    for symbol in parsed.symbols:
        assert 0 <= symbol.start_line <= symbol.line < symbol.end_line <= len(lines)
        assert len(symbol.signature) <= 240
        assert len(symbol.doc) <= 1_000
    for use in parsed.references:
        assert 0 <= use.line < len(lines)
