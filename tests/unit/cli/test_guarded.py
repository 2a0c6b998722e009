"""Nothing that others wrote steers a terminal; our own sequences do."""

import io
import json

import pytest
from agentxd_cli.guarded import ESCAPE, GuardedOutput, shown

HIDING = "rm -rf important #\r\x1b[2K  \x1b[Als -la"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        (HIDING, "rm -rf important #␍␛[2K  ␛[Als -la"),
        ("\x1b]52;c;cm0gLXJm\x07", "␛]52;c;cm0gLXJm␇"),
        ("\x9b2J\x90q\x9c\x7f\x00", "<9B>2J<90>q<9C>␡␀"),
        ("if \u202e\u2066admin\u2069", "if <U+202E><U+2066>admin<U+2069>"),
        ("grüße 你好 🙂", "grüße 你好 🙂"),
    ],
)
def test_controls_are_shown(text, seen):
    assert shown(text) == seen


def test_every_control_is_shown():
    codes = (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    free = [code for code in codes if shown(chr(code)) == chr(code)]
    assert free == [ord("\t"), ord("\n")]


def test_only_our_own_mark_becomes_an_escape():
    stream = io.StringIO()
    guarded = GuardedOutput(stream)
    print(f"{ESCAPE}[31m{HIDING}{ESCAPE}[0m", file=guarded)
    assert stream.getvalue() == f"\x1b[31m{shown(HIDING)}\x1b[0m\n"
    assert guarded.isatty() is False
    assert json.dumps(ESCAPE[1:]).isascii()
