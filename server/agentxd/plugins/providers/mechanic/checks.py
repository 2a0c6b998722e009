"""Checks: what a run of the tests says, and whether one run is worse than another."""

import re
from collections.abc import Sequence

from msgspec import Struct

from agentxd.plugins.providers.mechanic.script import Ran

_FAILED = (
    re.compile(r"^(?:FAILED|ERROR) ([^\s(].*?)(?: - .*)?$", re.MULTILINE),  # pytest -rfE
    re.compile(r"^(?:FAIL|ERROR): (\S+ \([^)]*\))", re.MULTILINE),  # unittest
    re.compile(r"^\s*--- FAIL: (\S+)", re.MULTILINE),  # go test
    re.compile(r"^FAIL\s+(\S+)", re.MULTILINE),  # go test, jest
    re.compile(r"^\s*[✕✖×] (.+?)(?: \(\d+.*\))?$", re.MULTILINE),  # jest, mocha, vitest
    re.compile(r"^\s*not ok \d+ -? ?(.+)$", re.MULTILINE),  # TAP
)
_PASSED = (
    re.compile(r"(\d+) passed"),  # pytest, jest
    re.compile(r"^Ran (\d+) tests?", re.MULTILINE),  # unittest
    re.compile(r"^# pass (\d+)", re.MULTILINE),  # node --test
)
_CANNOT_RUN = {
    4: "pytest did not understand its options",
    5: "it found no tests",
    124: "it ran out of time",
    126: "it is not executable",
    127: "the program is not there",
}


class Outcome(Struct, frozen=True):
    """One run of one check."""

    command: str
    exit_code: int
    failed: frozenset[str]
    """Names of what failed, as far as the output tells."""
    n_passed: int | None
    """None where the output does not tell."""

    @property
    def is_passed(self) -> bool:
        """The check passed."""
        return self.exit_code == 0

    @property
    def unusable(self) -> str:
        """Why this run, as a baseline, says nothing about later ones; empty where it does."""
        if self.n_passed == 0 and self.is_passed:
            return "it found no tests"
        is_pytest = "pytest" in self.command
        if self.exit_code in (4, 5) and not is_pytest:
            return "" if self.failed else "it fails and does not say what failed"
        if why := _CANNOT_RUN.get(self.exit_code):
            return why
        if not self.is_passed and not self.failed:
            return "it fails already and does not say what failed"
        return ""


def outcome_of(ran: Ran) -> Outcome:
    """Read a run."""
    failed = {name.strip() for pattern in _FAILED for name in pattern.findall(ran.output)}
    passed = [int(n) for pattern in _PASSED for n in pattern.findall(ran.output)]
    failing = frozenset(failed) if ran.exit_code else frozenset[str]()
    return Outcome(ran.command, ran.exit_code, failing, max(passed) if passed else None)


def is_worse(before: Outcome, after: Outcome) -> bool:
    """Whether something fails that did not fail before, or tests have gone missing."""
    if before.n_passed is not None and (after.n_passed or 0) < before.n_passed:
        return True
    if after.is_passed:
        return False
    if before.is_passed or not after.failed:
        return True
    return bool(after.failed - before.failed)


def worse_of(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Outcome]:
    """Those of the later runs that are worse than theirs before."""
    earlier = {outcome.command: outcome for outcome in before}
    return [outcome for outcome in after if is_worse(earlier[outcome.command], outcome)]


def told(outcome: Outcome) -> str:
    """One line for the summary."""
    if outcome.is_passed:
        n_passed = f" ({outcome.n_passed} passed)" if outcome.n_passed is not None else ""
        return f"`{outcome.command}` passes{n_passed}"
    names = ", ".join(sorted(outcome.failed)[:5])
    return f"`{outcome.command}` fails with {outcome.exit_code}" + (f": {names}" if names else "")
