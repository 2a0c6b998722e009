"""What rules may ask about a content: faults, comments and strings, definitions."""

import pytest
from agentxd.plugins.languages.language import Languages
from agentxd.plugins.languages.review_syntax import ReviewSyntax

GOOD = {
    "a.py": "x = {1: [2]}  # one\n", "a.js": "f({a: [1]}); // one\n", "a.jsx": "let a = <b c={1}/>;\n",
    "a.ts": "let a: A<B> = f();\n", "a.tsx": "let a = <B<C> d={1}/>;\n",
    "a.go": "package a\n\nfunc f() {}\n", "a.rs": "fn f() -> u8 { 1 }\n",
    "A.java": "class A { int f() { return 1; } }\n", "A.cs": "class A { int F() => 1; }\n",
    "a.rb": "def f(a)\n  a\nend\n", "a.php": "<?php function f() { return 1; }\n",
    "a.c": "int f(void) { return 1; }\n", "a.cc": "class A { int f(); };\n",
    "a.sh": "if true; then f; fi\n", "a.lua": "function f() return 1 end\n",
    "a.json": '{"a": [1, 2]}\n', "a.toml": "[a]\nb = 1\n", "a.yaml": "a:\n  - b: [1, 2]\n",
    "a.css": "a { color: red; }\n", "a.html": "<p>a</p>\n",
}  # fmt: skip

BAD = {
    "a.py": "def f(:\n    pass\n", "a.js": "f({a: [1});\n", "a.ts": "let a: = f();\n",
    "a.tsx": "let a = <B>;\n", "a.go": "package a\n\nfunc f( {\n", "a.rs": "fn f() -> { let }\n",
    "A.java": "class A { int f( { }\n", "A.cs": "class A { int F( => 1; }\n",
    "a.rb": "def f(a\n  a\n", "a.php": "<?php function f( { return 1; }\n",
    "a.c": "int f(void) { return 1;\n", "a.cc": "class A { int f( };\n",
    "a.sh": "if true; then f\n", "a.lua": "function f( return 1 end\n",
    "a.json": '{"a": [1, 2}\n', "a.toml": "[a\nb = 1\n", "a.yaml": "a: [1, 2\nb: 3\n",
    "a.css": "a { color: red;\n",
}  # fmt: skip

REGIONS = {
    "a.py": ('# c\nx = "s"\n', ["c # c", 's "s"']),
    "b.py": ('def f():\n    """d\n    e"""\n', ['s """d\n    e"""']),
    "c.py": ('x = f"a{b["c"]}" "ü"\n', ['s f"a{b["c"]}"', 's "ü"']),
    "a.js": ("/* c */ f(`a${'b'}`) // d\n", ["c /* c */", "s `a${'b'}`", "c // d"]),
    "a.ts": ("let a = 'é'; // c\n", ["s 'é'", "c // c"]),
    "a.tsx": ("let a = <b c='d'/>; /* c */\n", ["s 'd'", "c /* c */"]),
    "a.go": ('package a // c\nvar b = "s" + `t\nu`\n', ["c // c", 's "s"', "s `t\nu`"]),
    "a.rs": ('/// c\nconst A: &str = r#"s"#;\n', ["c /// c", 's r#"s"#']),
    "A.java": ('/* c */ class A { String s = "s"; } // d\n', ["c /* c */", 's "s"', "c // d"]),
    "A.cs": ('// c\nclass A { string s = $"s{t}"; }\n', ["c // c", 's $"s{t}"']),
    "a.rb": ("# c\nputs \"s\", 't'\n", ["c # c", 's "s"', "s 't'"]),
    "a.php": ("<?php # c\n$a = 's' . \"t\";\n", ["c # c", "s 's'", 's "t"']),
    "a.c": ('#include <a.h>\nchar *a = "s"; /* c */\n', ["s <a.h>", 's "s"', "c /* c */"]),
    "a.cc": ('auto a = R"(s)"; // c\n', ['s R"(s)"', "c // c"]),
    "a.sh": ("# c\necho \"a$b\" 'd'\n", ["c # c", 's "a$b"', "s 'd'"]),
    "a.lua": ("-- c\nlocal a = [[s]]\n", ["c -- c", "s [[s]]"]),
    "a.json": ('{"a": 1}\n', ['s "a"']),
    "a.toml": ('a = "s" # c\n', ['s "s"', "c # c"]),
    "a.yaml": ("# c\na: 's' # d\n", ["c # c", "s 's'", "c # d"]),
    "a.css": ("/* c */ a { content: 's'; }\n", ["c /* c */", "s 's'"]),
    "a.html": ("<!-- c --><p class='s'>t</p>\n", ["c <!-- c -->", "s 's'"]),
    "a.md": ("# a\n\n<!-- c -->\n\n<p>b</p>\n", ["c <!-- c -->"]),
    "a.txt": ("# no language\n", []),
}


@pytest.fixture(scope="module")
def syntax() -> ReviewSyntax:
    return ReviewSyntax(seconds=0.3)


@pytest.mark.parametrize("path", GOOD)
def test_what_parses_has_no_faults(path: str, syntax: ReviewSyntax) -> None:
    assert syntax.faults(path, GOOD[path].encode()) == ()


@pytest.mark.parametrize("path", BAD)
def test_what_does_not_parse_has_faults(path: str, syntax: ReviewSyntax) -> None:
    assert syntax.faults(path, BAD[path].encode())


@pytest.mark.parametrize("path", ["a.txt", "LICENSE"])
def test_where_no_grammar_is_at_hand_nothing_is_said(path: str, syntax: ReviewSyntax) -> None:
    assert syntax.faults(path, b"(((\n") is None
    assert syntax.parsed(path, b"(((\n").language == "text"


def test_an_empty_file_parses(syntax: ReviewSyntax) -> None:
    assert syntax.faults("a.py", b"") == ()
    assert syntax.faults("a.go", b"\n") == ()


def test_a_fault_tells_its_place(syntax: ReviewSyntax) -> None:
    [fault] = syntax.faults("a.js", "f();\nlet ü = g(1;\n".encode()) or ()
    assert (fault.line, fault.column, fault.text) == (1, 11, ") is missing")


@pytest.mark.parametrize("path", REGIONS)
def test_comments_and_strings(path: str, syntax: ReviewSyntax) -> None:
    text, expected = REGIONS[path]
    lines = text.split("\n")
    found = []
    for region in syntax.regions(path, text.encode()):
        inside = lines[region.start_line : region.end_line + 1]
        inside[-1] = inside[-1][: region.end_column]
        inside[0] = inside[0][region.start_column :]
        found.append(f"{region.kind[0]} " + "\n".join(inside))
    assert found == expected


def test_every_language_says_what_its_comments_or_strings_are() -> None:
    languages = Languages()
    for name in languages.names():
        assert languages[name].regions.query, name


def test_definitions_uses_and_imports(syntax: ReviewSyntax) -> None:
    parsed = syntax.parsed("a.py", b"import b\n\n\ndef f():\n    return b.g()\n")
    assert [symbol.name for symbol in parsed.symbols] == ["f"]
    assert parsed is syntax.parsed("a.py", b"import b\n\n\ndef f():\n    return b.g()\n")
