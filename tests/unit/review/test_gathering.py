"""Rules over a change: all of them, until the time is up; one that breaks hurts no other."""

import time
from contextlib import suppress

import pytest
from agentxd.app.review.alarm import alarm
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import Change, Finding, RuleInfo, Severity
from agentxd.review.choosing import chosen
from agentxd.review.gathering import Clock, OutOfTimeError, Standing, gather, too_large
from review_parts import MemoryTree, changed

FOREVER = Clock(lambda: 0.0, 1.0)


class Told:
    """A rule that does what it is told with each file."""

    def __init__(self, name="told", does=lambda file: (), *, is_on=True):
        self.info = RuleInfo(
            id=name, title="t", severity=Severity.NOTE, doc="d", bad=(), good=(), is_on=is_on
        )
        self._does = does

    def look(self, file, ground):
        for message in self._does(file):
            yield Finding(
                rule=self.info.id, severity=Severity.NOTE, path=file.path, message=message
            )


class Whole:
    """A rule about the change."""

    info = RuleInfo(id="whole", title="t", severity=Severity.NOTE, doc="d", bad=(), good=())

    def look_at_all(self, ground):
        for file in ground.change.files:
            yield Finding(rule="whole", severity=Severity.NOTE, path=file.path, message="m")


def standing(n_files=3):
    files = tuple(changed(f"f{n}.py", None, b"a\n") for n in range(n_files))
    return Standing(Change(files=files), None, MemoryTree({}))


def test_every_rule_looks_at_every_file():
    found = gather([Told(does=lambda file: [file.path]), Whole()], standing(), FOREVER)
    assert [(one.rule, one.path) for one in found.findings] == [
        *(("told", f"f{n}.py") for n in range(3)),
        *(("whole", f"f{n}.py") for n in range(3)),
    ]
    assert (found.failures, found.unreviewed) == ((), ())


def test_invariant_7_a_rule_that_breaks_is_told_and_the_others_go_on():
    def breaks(file):
        raise KeyError(f"no {file.path}")

    found = gather([Told("broken", breaks), Told("fine", lambda _: ["m"])], standing(), FOREVER)
    assert len(found.findings) == 3
    [failure] = found.failures
    assert (failure.rule, "KeyError" in failure.reason) == ("broken", True)
    assert "review_off" in failure.next_step


def test_what_nobody_looked_at_in_time_is_told():
    times = iter(range(100))
    clock = Clock(lambda: next(times), 2)  # two looks, then the time is up
    found = gather([Told("slow", lambda _: ["m"]), Told("late"), Whole()], standing(), clock)
    assert len(found.findings) == 2
    assert [item.reason for item in found.unreviewed] == [
        "time: slow did not look at 1 of 3 files",
        "time: late did not look at the change",
        "time: whole did not look at the change",
    ]


def test_a_rule_that_never_ends_is_broken_off():
    def hangs(file):
        while file.path == "f1.py":
            with suppress(Exception):  # whatever it catches, it does not catch this
                time.sleep(0.01)
        return ["m"]

    deadline = time.monotonic() + 0.2
    with alarm(0.2) as armed:
        clock = Clock(time.monotonic, deadline, armed)
        found = gather([Told("hangs", hangs), Told("next")], standing(), clock)
        time.sleep(0.2)  # nothing is broken off that was not entered
    assert len(found.findings) == 1
    assert [item.reason for item in found.unreviewed] == [
        "time: hangs did not look at 2 of 3 files",
        "time: next did not look at the change",
    ]


def test_the_alarm_is_gone_afterwards():
    with pytest.raises(OutOfTimeError), alarm(0.01) as armed, armed():
        time.sleep(5)
    with alarm(float("inf")) as armed, armed():
        time.sleep(0.1)


def test_a_flood_of_one_rule_is_cut():
    flood = gather([Told(does=lambda _: (str(n) for n in range(100_000)))], standing(1), FOREVER)
    assert len(flood.findings) == 500


def test_a_file_that_is_too_large_to_read_is_not_reviewed():
    file = changed("big.py", None, b"")
    file = type(file)(path="big.py", new_size=9_000_000, new_mode=0o100644, is_whole=False)
    [item] = too_large(Change(files=(file,)))
    assert (item.path, item.reason) == ("big.py", "size: its 9,000,000 bytes are too many to read")


def test_rules_are_on_off_or_the_only_ones():
    rules = [Told("a"), Told("b"), Told("c", is_on=False)]
    assert [rule.info.id for rule in chosen(rules)] == ["a", "b"]
    assert [rule.info.id for rule in chosen(rules, off=["a", "unknown"])] == ["b"]
    assert [rule.info.id for rule in chosen(rules, off=["a"], only=["a", "c"])] == ["a", "c"]
    with pytest.raises(InvalidRequestError, match="there is no rule zzz"):
        chosen(rules, only=["zzz"])
