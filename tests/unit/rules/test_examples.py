"""Every rule's own examples are its first test: the bad ones are found, the good ones are not."""

import re

import pytest
from agentxd.plugins.languages.review_syntax import ReviewSyntax
from agentxd.plugins.rules.registry import OWN, installed
from agentxd.review.gathering import Standing
from review_parts import MemoryTree, findings_of, ground_of

RULES = {rule.info.id: rule for rule in installed([]).rules}
BAD = [(rule, n) for rule, found in RULES.items() for n in range(len(found.info.bad))]
GOOD = [(rule, n) for rule, found in RULES.items() for n in range(len(found.info.good))]


def test_every_rule_can_be_loaded():
    assert installed([]).failures == ()
    assert set(RULES) == set(OWN)


@pytest.mark.parametrize(("rule", "n"), BAD)
def test_bad_examples_are_found(rule, n):
    found = findings_of(RULES[rule], ground_of(RULES[rule].info.bad[n]))
    assert found
    for finding in found:
        assert finding.rule == rule
        assert finding.message
        assert not finding.message.endswith(".")
        assert "\n" not in finding.message


@pytest.mark.parametrize(("rule", "n"), GOOD)
def test_good_examples_are_not_found(rule, n):
    assert findings_of(RULES[rule], ground_of(RULES[rule].info.good[n])) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_explained(rule):
    info = RULES[rule].info
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", info.id)
    assert len(info.doc.split()) >= 20
    assert len(info.bad) >= 3
    assert len(info.good) >= 3


@pytest.mark.parametrize("rule", RULES)
def test_a_fix_mends_what_was_found(rule):
    for example in RULES[rule].info.bad:
        ground = ground_of(example)
        for finding in findings_of(RULES[rule], ground):
            if finding.fix is not None:
                file = next(one for one in ground.change.files if one.path == finding.path)
                mended = fixed(file.new, finding.fix)
                change = ground_of(example, new=mended)
                again = findings_of(RULES[rule], change)
                assert len(again) < len(findings_of(RULES[rule], ground))


def fixed(content, fix):
    lines = content.decode().splitlines(keepends=True)
    for part in sorted(fix.replacements, key=lambda one: -one.start_line):
        lines[part.start_line : part.end_line] = [part.text]
    return "".join(lines)


@pytest.mark.parametrize("rule", RULES)
def test_hostile_files_are_no_trouble(rule):
    for content in (
        b"",
        b"\0" * 1000,
        b"\xff\xfe" * 500,
        b"(" * 20_000,
        b"a" * 100_000,
        b"\n" * 5_000,
    ):
        for path in ("a.py", "b.js", "c.yml", ".github/workflows/x.yml", "package.json", "d.sql"):
            ground = ground_of_bytes(path, content)
            findings_of(RULES[rule], ground)


def ground_of_bytes(path, content):
    from review_parts import Change, changed

    file = changed(path, None, content)
    return Standing(Change(files=(file,)), ReviewSyntax(), MemoryTree({path: content}))
