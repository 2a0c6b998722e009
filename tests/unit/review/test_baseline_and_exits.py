"""Old findings stay unraised; the exit code tells the worst of what is shown."""

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import Review, RuleFailure, Unreviewed
from agentxd.review.baseline import Baseline, baseline_of, format_baseline, parse_baseline
from agentxd.review.exits import exit_code
from agentxd.review.fingerprints import moved
from msgspec.structs import replace
from unit.review.reviews import sample

FINDINGS = sample().findings
ERROR, WARNING, NOTE = FINDINGS[0], FINDINGS[2], FINDINGS[3]


def test_a_baseline_holds_what_was_found() -> None:
    baseline = parse_baseline(format_baseline(baseline_of(FINDINGS[:2])))
    assert [baseline.held(finding) for finding in FINDINGS] == [True, True, False, False]


def test_a_baseline_is_written_the_same_whatever_the_order() -> None:
    text = format_baseline(baseline_of(FINDINGS))
    assert text == format_baseline(baseline_of(reversed(FINDINGS)))
    assert text.count(b"\n") == len(FINDINGS) + 5
    assert parse_baseline(format_baseline(Baseline())).items == ()


def test_an_old_finding_follows_its_file() -> None:
    after = replace(ERROR, path="b.py", fingerprint=moved(ERROR.fingerprint, ERROR.path, "b.py"))
    baseline = baseline_of([ERROR])
    assert not baseline.held(after)
    assert baseline.held(after, old_path=ERROR.path)
    assert baseline.in_tree(lambda path: False).held(after)
    assert not baseline.in_tree(lambda path: True).held(after)


def test_equal_findings_are_counted() -> None:
    assert [item.count for item in baseline_of([ERROR, ERROR]).items] == [2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'{"version": 2}',
        b'{"version": 1, "findings": [{"rule": "r"}]}',
        b'{"version": 1, "findings": [{"fingerprint": "x", "rule": "r", "path": "a"}]}',
    ],
)
def test_a_bad_baseline_is_told(content: bytes) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        parse_baseline(content)
    assert "review-baseline.json" in raised.value.message


TABLE = [
    ((), 0, 0, 0, 0),
    ((NOTE,), 0, 0, 21, 0),
    ((WARNING, NOTE), 0, 20, 20, 0),
    ((WARNING, ERROR), 19, 19, 19, 0),
]


@pytest.mark.parametrize(("findings", "error", "warning", "note", "never"), TABLE)
def test_the_exit_code(findings, error, warning, note, never) -> None:
    whole = Review(title="", findings=findings)
    gaps = [
        Review(title="", findings=findings, failures=(RuleFailure("r", "x"),)),
        Review(title="", findings=findings, unreviewed=(Unreviewed("", "time"),)),
    ]
    expected = {"error": error, "warning": warning, "note": note, "never": never}
    for fail_on, code in expected.items():
        assert exit_code(whole, fail_on) == code
        assert [exit_code(gap, fail_on) for gap in gaps] == [code or 22, code or 22]
