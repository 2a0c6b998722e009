"""Comments that are code are found, comments about code are not."""

import pytest
from agentxd.kernel.review import Example, Severity
from agentxd.plugins.rules.commented_out import CommentedOut
from review_parts import findings_of, ground_of

BAD = [
    ("a.py", "# a = load(1)\n# for b in a:\n#     b.save()\n", (0, 3)),
    ("a.py", "def a():\n    pass\n\n# def old():\n#     return run(1)\n", (3, 5)),
    ("a.py", "# import os\n", (0, 1)), ("a.py", "b = 1\n# print(b)\n", (1, 2)),
    ("a.py", "# Kept until the new one works.\n# a = load(1)\n# a.save()\n", (1, 3)),
    ("a.py", "# import pdb; pdb.set_trace()\n", (0, 1)),
    ("a.js", "// const a = load(1);\n// a.save();\n", (0, 2)), ("a.js", "// console.log(a);\n", (0, 1)),
    ("a.ts", "/*\nexport function a(b: string) {\n  return b.trim();\n}\n*/\n", (0, 5)),
    ("a.tsx", "const A = 1;\n// const B = useState(0);\n", (1, 2)),
    ("a.go", "package a\n\n// if err := b(); err != nil {\n// \treturn err\n// }\n", (2, 5)),
    ("a.rs", '// let a = b(1);\n// println!("{}", a);\nfn c() {}\n', (0, 2)),
    ("A.java", "class A {\n  // int b = c(1);\n  // d.run(b);\n}\n", (1, 3)),
    ("A.cs", "class A {\n  // var b = C(1);\n  // d.Run(b);\n}\n", (1, 3)),
    ("a.c", "int b;\n/*\nint c = d(1);\nif (c) {\n  e(c);\n}\n*/\n", (1, 7)),
    ("a.php", "<?php\n// $a = load(1);\n// $a->save();\n", (1, 3)),
    ("a.rb", "# a = load(1)\n# a.save(2)\ndef b; end\n", (0, 2)),
    ("a.lua", "-- local a = load(1)\n-- a.save(2)\n", (0, 2)),
]  # fmt: skip
GOOD = [
    ("a.py", "# The value is x = 1, and f(x) holds; see g(y).\na = 1\n"),
    ("a.py", "# Example:\n#     a = load(1)\n#     a.save()\nb = 1\n"),
    ("a.py", "# Call it like this:\n# a = load(1)\n# a.save()\nb = 1\n"),
    ("a.py", "# >>> a = load(1)\n# >>> a.save()\n"), ("a.py", "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"),
    ("a.py", "# type: ignore\n# noqa: E501\n# pylint: disable=x\n"), ("a.py", "# x = y + z\n"),
    ("a.py", "# +---+\n# | a |\n# +---+\n"), ("a.py", "# name, value, other\n# one, two (three)\n"),
    ("a.py", "a = 1  # b = 2\nc = 3  # d(4)\n"), ("a.py", "#: documented\n#: a = b(1)\nx = 1\n"),
    ("a.js", "/** const a = load(1);\n * a.save();\n */\nlet b;\n"), ("a.js", "// eslint-disable-next-line no-console\n"),
    ("a.js", "// TODO: remove (when done);\n// see the guide;\n"), ("a.js", "// f(1) => 2\n// f(2) => 3\nlet a;\n"),
    ("a.rs", "/// let a = b(1);\n/// a.run();\nfn c() {}\n"), ("a.rs", "//! let a = b(1);\n//! a.run();\n"),
    ("a.go", "package a\n\n//go:build linux\n// +build linux\n"), ("a.go", "// Run calls f(x) until it returns (nil, err).\npackage a\n"),
    ("a.c", "/* Copyright 2020 A. B.; all rights (c) */\nint a;\n"), ("a.yml", "# a: 1\n# b: 2\n"),
    ("a.sh", "# make install\n# make test\n"), ("examples/a.py", "# a = load(1)\n# a.save()\n"),
    ("a.md", "<!-- a = load(1); -->\n"), ("a.py", 'x = """\n# a = load(1)\n# a.save()\n"""\n'),
]  # fmt: skip


def test_a_comment_that_was_only_moved_is_not_found():
    code = "# a = load(1)\n# a.save()\n"
    assert found("a.py", f"b = 1\nc = 2\nd = 3\n{code}", f"{code}b = 1\nc = 2\nd = 3\n") == []


def found(path, new, old=None):
    return findings_of(CommentedOut(), ground_of(Example(path, new, old)))


@pytest.mark.parametrize(("path", "text", "span"), BAD)
def test_code_in_comments_is_a_note(path, text, span):
    (finding,) = found(f"src/{path}", text)
    assert finding.severity is Severity.NOTE
    assert (finding.line, finding.end_line) == span
    assert finding.fix.replacements[0].text == ""


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_words_in_comments_are_not_found(path, text):
    assert found(path, text) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.py", "a()\nsend(1)\n", "a()\n# send(1)\n"),
        ("a.py", "if a:\n    b = 1\n    c(b)\n", "if a:\n    b = 1\n    # c(b)\n"),
        ("a.js", "a();\nb(1)\n", "a();\n// b(1)\n"),
        ("a.go", "package a\n\nvar b = c(1)\n", "package a\n\n// var b = c(1)\n"),
    ],
)
def test_a_line_that_the_change_made_a_comment_is_found(path, old, new):
    assert len(found(path, new, old)) == 1
