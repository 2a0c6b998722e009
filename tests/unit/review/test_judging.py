"""Which findings are shown, and for which one reason each of the others is not."""

import datetime as dt

import pytest
from agentxd.kernel.review import Change, Finding, Scope, Severity
from agentxd.review.answers import Answers, Verdict, answer_to
from agentxd.review.baseline import Baseline, baseline_of
from agentxd.review.judging import Kept, Wanted, judged
from review_parts import changed

TODAY = dt.date(2026, 11, 21)
OLD = b"a = 1\nb = 2\n"
NEW = b"a = 1\nb = 3\nc = 4\nd = 5  # agentx: ignore[r] it is meant\n"
CHANGE = Change(files=(changed("f.py", OLD, NEW),))
NOTHING = Kept(Answers(), Baseline(), TODAY)


def finding(line, severity=Severity.ERROR, **rest):
    return Finding(rule="r", severity=severity, path="f.py", line=line, message="m", **rest)


def judge(findings, kept=NOTHING, **wanted):
    return judged(findings, CHANGE, {"r"}, kept, Wanted(**wanted))


def test_each_is_left_out_for_one_reason():
    found = judge([finding(0), finding(1), finding(2, Severity.NOTE), finding(3)])
    assert [one.line for one in found.findings] == [1]
    hidden = found.hidden
    assert (hidden.n_outside, hidden.n_below, hidden.n_ignored) == (1, 1, 1)
    assert [one.line for one in found.all] == [1, 2]


@pytest.mark.parametrize(
    ("scope", "lines"), [(Scope.ADDED, [1]), (Scope.FILE, [0, 1]), (Scope.NOFILTER, [0, 1])]
)
def test_the_scope_is_wanted(scope, lines):
    assert [one.line for one in judge([finding(0), finding(1)], scope=scope).findings] == lines


def test_worst_first_then_by_place():
    found = judge([finding(2), finding(1, Severity.WARNING), finding(1)])
    assert [(one.severity, one.line) for one in found.findings] == [
        (Severity.ERROR, 1),
        (Severity.ERROR, 2),
        (Severity.WARNING, 1),
    ]


@pytest.mark.parametrize(
    ("verdict", "until", "n_shown"),
    [
        (Verdict.ACCEPTED, None, 0),
        (Verdict.FALSE_POSITIVE, None, 0),
        (Verdict.LATER, TODAY + dt.timedelta(days=1), 0),
        (Verdict.LATER, TODAY - dt.timedelta(days=1), 1),
    ],
)
def test_what_was_answered_is_not_raised_again_until_its_day(verdict, until, n_shown):
    [one] = judge([finding(1)]).findings
    answer = answer_to(one, NEW, verdict, "because", today=TODAY, until=until)
    found = judge([finding(1)], Kept(Answers([answer]), Baseline(), TODAY))
    assert (len(found.findings), found.hidden.n_answered) == (n_shown, 1 - n_shown)


def test_what_is_in_the_baseline_is_old():
    first = judge([finding(1), finding(2)])
    found = judge([finding(1), finding(2)], Kept(Answers(), baseline_of(first.all[:1]), TODAY))
    assert ([one.line for one in found.findings], found.hidden.n_baseline) == ([2], 1)


def test_a_finding_in_a_file_that_did_not_change_is_outside():
    other = Finding(rule="r", severity=Severity.ERROR, path="g.py", message="m")
    assert judge([other]).hidden.n_outside == 1
    assert len(judge([other], scope=Scope.NOFILTER).findings) == 1
