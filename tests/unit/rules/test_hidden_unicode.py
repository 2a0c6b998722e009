"""Text that deceives is found, text in any script is not."""

import pytest
from agentxd.kernel.review import Example, Severity
from agentxd.plugins.rules.hidden_unicode import HiddenUnicode
from review_parts import findings_of, ground_of

BAD = [
    ("a.py", "if x:  # \u202e }\u2066if admin\u2069 \u2066\n", "error"),
    ("a.c", "/*\u202e } \u2066if (admin)\u2069 \u2066 begin */\nint a;\n", "error"),
    ("a.go", 'package a\n\nvar b = "user\u202e"\n', "error"),
    ("a.js", "const a\u200bb = 1;\n", "warning"),
    ("a.js", "const {a,\u3164} = b;\n", "warning"),
    ("a.ts", "const a = 'b\u200c';\n", "warning"),
    ("a.py", "a = 1  # b\u200bc\n", "note"),
    ("a.py", "a = 1\nb\ufeff = 2\n", "warning"),
    ("a.yml", "key: a\u200bb\n", "note"),
    ("README.md", "one \u202etwo\n", "warning"),
    ("README.md", "hi \U000e0068\U000e0069\n", "error"),
    ("a.py", "a = 'x" + "\U000e0101\U000e0102\U000e0103" * 2 + "'\n", "error"),
    ("a.py", "def p\u0430y():\n    pass\n", "warning"),
    ("a.py", "copy = 1\n\u0441\u043e\u0440\u0443 = 2\n", "warning"),
    ("a.rs", "fn \uff41dmin() {}\n", "warning"),
    ("a.ts", "let \u0391pple = 1;\n", "warning"),
]  # fmt: skip
GOOD = [
    ("a.py", "\ufeffa = 1\n"), ("a.py", "a = '\u0434\u0430'  # \u043d\u0435\u0442, CSS\u2011\u043a\u043b\u0430\u0441\u0441\n"),
    ("a.py", "\u0438\u043c\u044f = 1\n"), ("a.py", "\u03b1_1 = \u03b2 * \u0394t\n"),
    ("a.ts", "const a = '\U0001f468\u200d\U0001f4bb \U0001f3f3\ufe0f\u200d\U0001f308';\n"),
    ("a.ts", "const flag = '\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f';\n"),
    ("hi.po", 'msgstr "\u0915\u094d\u200d\u0937"\n'), ("fa.md", "\u0645\u06cc\u200c\u0631\u0648\u062f\n"),
    ("ar.json", '{"a": "\u2067\u0645\u0631\u062d\u0628\u0627\u2069"}\n'),
    ("he.py", "a = '\u05e9\u05dc\u05d5\u05dd\u200f!'\n"), ("th.md", "\u0e01\u0e32\u0e23\u200b\u0e17\u0e33\n"),
    ("en.ftl", "a = \u2068name\u2069 is here\n"), ("ja.py", "a = '\u845b\U000e0100'\n"),
    ("a.py", "a = '\\u200b\\u202e'\n"), ("a.py", "a = '\u00b5s \u2013 na\u00efve'\n"),
]  # fmt: skip


def found(path, new, old=None):
    return findings_of(HiddenUnicode(), ground_of(Example(path, new, old)))


@pytest.mark.parametrize(("path", "text", "severity"), BAD)
def test_deceiving_characters_are_found_where_they_stand(path, text, severity):
    (finding,) = found(path, text)
    assert finding.severity == Severity(severity)
    line = text.split("\n")[finding.line]
    assert not line[finding.column].isascii() or "name" in finding.message
    assert finding.message.isascii() or "name" in finding.message
    assert "U+" in finding.message


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_how_people_write_is_not_found(path, text):
    assert found(path, text) == []


def test_the_fix_removes_what_is_hidden_and_nothing_else():
    (finding,) = found("a.ts", "let a\u200bb = '\U0001f468\u200d\U0001f4bb';\r\nlet c;\r\n")
    assert finding.fix is not None
    (part,) = finding.fix.replacements
    assert (part.start_line, part.end_line) == (0, 1)
    assert part.text == "let ab = '\U0001f468\u200d\U0001f4bb';\r\n"
