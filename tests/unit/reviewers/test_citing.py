"""Citations: what is kept stands on a line of the change, word by word."""

import pytest
from agentxd.agents.reviewers.citing import cited
from agentxd.agents.reviewers.parsing import Cause, Remark
from agentxd.agents.reviewers.roster import REVIEWERS
from agentxd.agents.reviewers.values import Around
from agentxd.kernel.review import Related, Severity
from unit.reviewers.changing import sheet

OLD = """def total(rows):
    if not rows:
        return 0
    return sum(rows)


def mean(rows):
    return total(rows) / len(rows)
"""
NEW = """def total(rows):
    return sum(rows, start=1)


def mean(rows):
    return total(rows) / len(rows)


def first(rows):
    return rows[0]
"""
SHEETS = {"shop/sums.py": sheet("shop/sums.py", OLD, NEW)}
AROUND = Around("", {"shop/use.py": {11: "    print(mean([]))"}})


def find(line, quote, path="shop/sums.py", **more):
    remark = Remark(path, line, quote, more.pop("message", "It fails."), **more)
    return cited(remark, REVIEWERS[0], SHEETS, AROUND)


def test_a_quote_on_its_line_is_kept_as_it_was_said():
    found = find(2, "return sum(rows, start=1)", severity=Severity.ERROR, advice="Start at 0.")
    assert (found.path, found.line, found.severity) == ("shop/sums.py", 1, Severity.ERROR)
    assert (found.message, found.advice) == ("It fails", "Start at 0")
    assert (found.rule, found.reviewer) == ("model/security", "model")


KEPT = {
    "with its indentation": (2, "    return sum(rows, start=1)", 1),
    "a part of it": (2, "sum(rows, start=1)", 1),
    "a few lines off": (5, "return sum(rows, start=1)", 1),
    "the first of several lines": (9, "def first(rows):\n    return rows[0]", 8),
    "counted from zero": (9, "return rows[0]", 9),
}


@pytest.mark.parametrize("case", KEPT.values(), ids=KEPT.keys())
def test_a_citation_that_holds_is_put_where_the_quote_stands(case):
    line, quote, wanted = case
    assert find(line, quote).line == wanted


DROPPED = {
    "another file": {"line": 2, "quote": "return sum(rows, start=1)", "path": "shop/other.py"},
    "a file outside": {"line": 1, "quote": "root:x:0:0", "path": "../../etc/passwd"},
    "no such line": {"line": 400, "quote": "return sum(rows, start=1)"},
    "a line before the first": {"line": -3, "quote": "return nothing(rows)"},
    "not what stands there": {"line": 2, "quote": "return sum(rows, start=2)"},
    "far from its line": {"line": 10, "quote": "return sum(rows, start=1)"},
    "no quote": {"line": 2, "quote": "  "},
    "too short a part": {"line": 2, "quote": "sum"},
    "a line that the change left alone": {"line": 6, "quote": "return total(rows) / len(rows)"},
    "no message": {"line": 2, "quote": "return sum(rows, start=1)", "message": " \u202e "},
    "a line around, without a reason": {
        "line": 12,
        "quote": "print(mean([]))",
        "path": "shop/use.py",
    },
    "a reason that is not of the change": {
        "line": 6,
        "quote": "return total(rows) / len(rows)",
        "because": Cause("shop/sums.py", 5, "def mean(rows):"),
    },
}


@pytest.mark.parametrize("case", DROPPED.values(), ids=DROPPED.keys())
def test_a_citation_that_does_not_hold_is_dropped(case):
    assert find(**case) is None


def test_a_quote_that_stands_twice_near_a_wrong_number_is_not_guessed():
    twice = sheet("a.py", None, "x = load(1)\ny = 2\nx = load(1)\n")
    remark = Remark("a.py", 2, "x = load(1)", "It fails.")
    assert cited(remark, REVIEWERS[0], {"a.py": twice}, Around()) is None


def test_a_removed_line_can_be_cited():
    found = find(2, "if not rows:")
    assert found.is_about_removal
    assert found.line == 1


def test_a_consequence_is_put_on_the_line_that_is_its_reason():
    cause = Cause("shop/sums.py", 2, "return sum(rows, start=1)")
    found = find(6, "return total(rows) / len(rows)", because=cause)
    assert (found.line, found.related) == (
        1,
        (Related("shop/sums.py", 5, "breaks in consequence"),),
    )


def test_a_consequence_may_be_in_a_file_that_was_shown_around():
    cause = Cause("shop/sums.py", 2, "if not rows:")
    found = find(12, "print(mean([]))", path="shop/use.py", because=cause)
    assert found.path == "shop/sums.py"
    assert found.is_about_removal
    assert found.related[0].path == "shop/use.py"
