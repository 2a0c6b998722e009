"""Findings stay with their lines while a text is edited, and go when these are touched."""

import pytest
from agentxd.kernel.review import Finding, Fix, Replacement, Severity
from agentxd.review.placing import Shift, placed

TEXT = b"zero\none\ntwo\nthree\nfour\n"


def finding(line, end_line=-1, fix=None, **more):
    return Finding(
        rule="r", severity=Severity.WARNING, path="a", line=line, end_line=end_line, message="m",
        fix=fix, **more,
    )  # fmt: skip


CASES = {
    "nothing happened": (TEXT, 2, -1, (2, 3)),
    "lines came above": (b"new\nnew\n" + TEXT, 2, -1, (4, 5)),
    "right above": (TEXT.replace(b"two", b"new\ntwo"), 2, -1, (3, 4)),
    "right below": (TEXT.replace(b"three", b"new\nthree"), 2, -1, (2, 3)),
    "lines went above": (TEXT.replace(b"zero\none\n", b""), 2, -1, (0, 1)),
    "the line was edited": (TEXT.replace(b"two", b"TWO"), 2, -1, None),
    "the line went": (TEXT.replace(b"two\n", b""), 2, -1, None),
    "something came between its lines": (TEXT.replace(b"two", b"new\ntwo"), 1, 3, None),
    "its last line was edited": (TEXT.replace(b"three", b"THREE"), 1, 4, None),
    "all went": (b"", 2, -1, None),
    "several lines moved": (b"new\n" + TEXT, 1, 4, (2, 5)),
}


@pytest.mark.parametrize(("now", "line", "end_line", "where"), CASES.values(), ids=CASES.keys())
def test_lines_are_followed(now, line, end_line, where):
    found = placed([finding(line, end_line)], TEXT, now)
    assert [(one.start, one.end) for one in found] == ([where] if where else [])


def test_one_of_the_file_as_a_whole_stays_at_its_top():
    found = placed([finding(0, is_about_file=True)], TEXT, b"other\n")
    assert [(one.start, one.end) for one in found] == [(0, 1)]


@pytest.mark.parametrize(("before", "now"), [(b"", b""), (TEXT, TEXT)])
def test_one_behind_the_end_stays_there(before, now):
    line = before.count(b"\n")
    found = placed([finding(line + 3, is_about_removal=True)], before, now)
    assert [(one.start, one.end) for one in found] == [(line, line)]


def fix(*places):
    return Fix("mend", tuple(Replacement(start, end, "new\n") for start, end in places))


FIXES = {
    "it moves along": (b"new\n" + TEXT, [(2, 3), (4, 4)], [(3, 4), (5, 5)]),
    "one of its lines was edited": (TEXT.replace(b"two", b"TWO"), [(1, 2), (2, 3)], None),
    "something came where it inserts": (TEXT.replace(b"four", b"new\nfour"), [(4, 4)], None),
    "it reaches behind the end": (TEXT, [(4, 9)], None),
    "it is upside down": (TEXT, [(3, 2)], None),
    "at the very end": (TEXT, [(5, 5)], [(5, 5)]),
}


@pytest.mark.parametrize(("now", "places", "moved"), FIXES.values(), ids=FIXES.keys())
def test_a_fix_moves_as_a_whole_or_is_none(now, places, moved):
    (one,) = placed([finding(0, fix=fix(*places))], TEXT, now)
    found = one.fix and [(r.start_line, r.end_line) for r in one.fix.replacements]
    assert found == moved


def test_a_long_text_is_compared_line_by_line():
    before = b"".join(b"line %d\n" % number for number in range(50_000))
    shift = Shift(before, b"top\n" + before.replace(b"line 30000\n", b""))
    assert shift.lines(10, 12) == (11, 13)
    assert shift.lines(29_999, 30_002) is None
    assert shift.lines(40_000, 40_001) == (40_000, 40_001)
