"""What a run of the tests says, and whether one run is worse than another."""

import pytest
from agentxd.kernel.messages import Observation
from agentxd.plugins.providers.mechanic.bisect import Bisection
from agentxd.plugins.providers.mechanic.checks import Outcome, is_worse, outcome_of, told
from agentxd.plugins.providers.mechanic.script import Ran

RUNS = [
    # exit code, output, what failed, how many passed
    (0, "12 passed in 0.1s", [], 12),
    (1, "FAILED tests/t.py::test_a - assert 1\n1 failed, 3 passed", ["tests/t.py::test_a"], 3),
    (
        1,
        "FAILED t.py::test[a b] - x\nFAILED t.py::test[a c]",
        ["t.py::test[a b]", "t.py::test[a c]"],
        None,
    ),
    (2, "ERROR tests/t.py - SyntaxError\n1 error", ["tests/t.py"], None),
    (1, "ERROR    root:app.py:3 captured log\nFAILED t.py::a", ["t.py::a"], None),
    (
        1,
        "FAIL: test_a (t.T.test_a)\nRan 3 tests\n\nFAILED (failures=1)",
        ["test_a (t.T.test_a)"],
        3,
    ),
    (1, "--- FAIL: TestA (0.00s)\nFAIL\tpkg/a\t0.1s", ["TestA", "pkg/a"], None),
    (1, "not ok 2 - it works\n# pass 4", ["it works"], 4),
    (1, "  ✕ adds (3 ms)\n", ["adds"], None),
    (0, "FAILED to connect, retrying\nok", [], None),
]


@pytest.mark.parametrize(("code", "output", "failed", "passed"), RUNS)
def test_a_run_is_read(code, output, failed, passed):
    outcome = outcome_of(Ran("check", code, output))
    assert (sorted(outcome.failed), outcome.n_passed) == (sorted(failed), passed)


UNITTEST = "FAIL: test_{} (t.T)\n"
COMPARED = [
    (0, "3 passed", 0, "3 passed", False),
    (0, "3 passed", 0, "4 passed", False),
    (0, "3 passed", 0, "2 passed", True),
    (0, "ok", 1, "boom", True),
    (0, "3 passed", 1, "FAILED a\n2 passed", True),
    (1, "FAILED a\n2 passed", 1, "FAILED a\n2 passed", False),
    (1, "FAILED a\n2 passed", 1, "FAILED b\n2 passed", True),
    (1, "FAILED a\nFAILED b\n2 passed", 1, "FAILED a\n3 passed", False),
    (1, "FAILED a\n2 passed", 2, "Traceback", True),
    (1, "FAILED a\n2 passed", 0, "3 passed", False),
    (
        1,
        UNITTEST.format("a") + UNITTEST.format("b") + "FAILED (failures=2)",
        1,
        UNITTEST.format("a") + "FAILED (failures=1)",
        False,
    ),
    (
        1,
        UNITTEST.format("a") + "FAILED (failures=1)",
        1,
        UNITTEST.format("b") + "FAILED (failures=1)",
        True,
    ),
]


@pytest.mark.parametrize("row", COMPARED)
def test_worse_means_that_something_fails_or_is_gone_that_was_fine(row):
    before_code, before, after_code, after, wanted = row
    runs = outcome_of(Ran("c", before_code, before)), outcome_of(Ran("c", after_code, after))
    assert is_worse(*runs) is wanted


@pytest.mark.parametrize(
    ("command", "code", "output", "words"),
    [
        ("pytest", 0, "3 passed", ""),
        ("pytest", 1, "FAILED a", ""),
        ("pytest", 5, "no tests ran", "it found no tests"),
        ("pytest", 4, "usage", "did not understand its options"),
        ("make test", 5, "boom", "does not say what failed"),
        ("make test", 2, "boom", "does not say what failed"),
        ("make test", 2, "FAILED a", ""),
        ("python3 -m unittest discover", 0, "Ran 0 tests", "it found no tests"),
        ("tests", 124, "", "it ran out of time"),
        ("tests", 126, "", "it is not executable"),
        ("tests", 127, "", "the program is not there"),
    ],
)
def test_a_baseline_that_says_nothing_is_not_used(command, code, output, words):
    why = outcome_of(Ran(command, code, output)).unusable
    assert words in why
    assert bool(why) is bool(words)


def test_an_outcome_in_one_line():
    assert told(outcome_of(Ran("c", 0, "3 passed"))) == "`c` passes (3 passed)"
    assert told(outcome_of(Ran("c", 1, "FAILED b\nFAILED a"))) == "`c` fails with 1: a, b"


class Oracle:
    """Runs the check in thought: these sets of hunks break it."""

    def __init__(self, *bad, max_rounds=64):
        self.bad = [set(one) for one in bad]
        before = Outcome("c", 0, frozenset(), None)
        self.bisection = Bisection([before], max_rounds)
        self.n_runs = 0

    def culprits(self, n_hunks):
        script = self.bisection.culprits(range(1, n_hunks + 1))
        try:
            act = next(script)
            while True:
                self.n_runs += 1
                kept = set(act.calls[0][1]["hunks"])
                code = int(any(one <= kept for one in self.bad))
                act = script.send(
                    (Observation("k", "Kept"), Observation("r", f"exit code {code}\n"))
                )
        except StopIteration as end:
            return sorted(end.value)


@pytest.mark.parametrize(
    ("bad", "n_hunks", "wanted"),
    [
        ([[1]], 1, [1]),
        ([[3]], 8, [3]),
        ([[8]], 8, [8]),
        ([[1], [8]], 8, [1, 8]),
        ([[2], [3], [5]], 9, [2, 3, 5]),
        ([[n] for n in range(1, 9)], 8, list(range(1, 9))),
    ],
)
def test_every_culprit_is_found_and_no_other(bad, n_hunks, wanted):
    assert Oracle(*bad).culprits(n_hunks) == wanted


@pytest.mark.parametrize("bad", [[[2, 7]], [[1, 2, 3]], [[4, 5], [6]]])
def test_of_hunks_that_break_only_together_enough_are_dropped(bad):
    dropped = set(Oracle(*bad).culprits(8))
    left = set(range(1, 9)) - dropped
    assert not any(set(one) <= left for one in bad)
    assert dropped <= set().union(*bad)


def test_one_culprit_among_many_takes_few_runs():
    oracle = Oracle([700])
    assert oracle.culprits(1_000) == [700]
    assert oracle.n_runs <= 20


def test_when_the_rounds_are_used_up_the_rest_is_dropped_and_named():
    oracle = Oracle(*([n] for n in range(1, 33)), max_rounds=3)
    dropped = oracle.culprits(64)
    assert set(range(1, 33)) <= set(dropped)
    assert oracle.n_runs == 3
    assert oracle.bisection.untried
