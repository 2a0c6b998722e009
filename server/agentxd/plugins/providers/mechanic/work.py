"""The mechanic's way of working: check, fix, check again, drop what breaks, tell."""

from collections.abc import Sequence

from msgspec import Struct

from agentxd.kernel.errors import ChecksFailedError, ProviderError
from agentxd.plugins.providers.mechanic.bisect import Bisection
from agentxd.plugins.providers.mechanic.checks import Outcome, outcome_of, told, worse_of
from agentxd.plugins.providers.mechanic.goals import Goal
from agentxd.plugins.providers.mechanic.project import look_around
from agentxd.plugins.providers.mechanic.script import Ran, RefusedError, Script, diff, keep, run
from agentxd.plugins.providers.mechanic.toolchain import Fixer, checks_of, fixers_of, untested

_SHOWN_CHARS = 500


class Baseline(Struct, frozen=True):
    """How the checks stood before anything was changed."""

    usable: tuple[Outcome, ...]
    notes: tuple[str, ...]


def work(goal: Goal, check_commands: Sequence[str]) -> Script[str]:
    """Do the goal; the summary. Raises ProviderError where no tool is there for any of it."""
    project = yield from look_around(goal)
    fixers, missing = fixers_of(project, goal)
    if not fixers:
        raise ProviderError(
            f"No tool was found to {', to '.join(kind.value for kind in goal.kinds)}.",
            "install the project's tools (.venv, node_modules), or add a lint or format target "
            "to its Makefile or package.json",
        )
    checks = list(check_commands) or checks_of(project)
    why_untested = "" if check_commands else untested(project)
    baseline = yield from take_baseline(checks, why_untested)
    yield from _verify(fixers, "before")
    try:
        notes = [f"No tool was found to {what}." for what in missing]
        return (yield from _change(fixers, baseline, notes))
    except RefusedError as error:
        yield from keep_nothing()
        return f"Stopped, and took every change back. {error.message}"


def keep_nothing() -> Script[None]:
    """Leave the copy as it was; where even that is refused, the check of the tree will tell."""
    yield from diff()
    yield from keep(())


def take_baseline(checks: Sequence[str], why_untested: str) -> Script[Baseline]:
    """Run the checks before anything is changed."""
    usable: list[Outcome] = []
    notes: list[str] = []
    for command in checks:
        outcome = outcome_of((yield from run(command, "Running the checks before any change.")))
        if why := outcome.unusable:
            notes.append(f"`{command}` could not be used as a check: {why}.")
            continue
        if not outcome.is_passed:
            notes.append(f"Before any change, {told(outcome)}; only new failures counted.")
        usable.append(outcome)
    if why_untested:
        notes.append(why_untested)
    elif not checks:
        notes.append("No tests were found, so no test has checked this.")
    return Baseline(tuple(usable), tuple(notes))


def _verify(fixers: Sequence[Fixer], when: str) -> Script[None]:
    """Run what only looks; it is the evidence of what there was to do and of what was done."""
    remark = f"Looking at the state {when} the change."
    for command in {fixer.verify: None for fixer in fixers if fixer.verify}:
        yield from run(command, remark)
        remark = ""


def _change(fixers: Sequence[Fixer], baseline: Baseline, notes: list[str]) -> Script[str]:
    notes += yield from _fix(fixers)
    hunks = yield from diff("Looking at what has changed.")
    if not hunks:
        words = ["Nothing to change: the tools found nothing that they can fix.", *notes]
        return "\n".join([*words, *baseline.notes])
    after = yield from check_again(baseline, "Running the checks on the change.")
    dropped: list[int] = []
    if worse := worse_of(baseline.usable, after):
        notes.append(f"With every change, {'; '.join(told(outcome) for outcome in worse)}.")
        dropped, after = yield from drop_culprits(baseline, hunks, notes)
    if len(dropped) < len(hunks):
        yield from _verify(fixers, "after")
    return _summary(fixers, hunks, dropped, after, [*notes, *baseline.notes])


def _fix(fixers: Sequence[Fixer]) -> Script[list[str]]:
    """Run every fixer; one that fails is told about. Raises ProviderError where all of them do."""
    troubles: list[Ran] = []
    for fixer in fixers:
        ran = yield from run(fixer.command, f"Running `{fixer.command}`", is_look=True)
        if ran.exit_code not in fixer.fine_codes:
            troubles.append(ran)
    notes = [
        f"`{ran.command}` ended with {ran.exit_code}: {ran.output.strip()[-_SHOWN_CHARS:]}"
        for ran in troubles
    ]
    if len(troubles) == len(fixers) and not (yield from diff()):
        raise ProviderError(" ".join(notes), "run it by hand to see what it needs")
    return notes


def check_again(baseline: Baseline, remark: str) -> Script[list[Outcome]]:
    """Run those checks that could be used."""
    outcomes: list[Outcome] = []
    for before in baseline.usable:
        ran = yield from run(before.command, remark)
        outcomes.append(outcome_of(ran))
    return outcomes


def drop_culprits(
    baseline: Baseline, hunks: dict[int, str], notes: list[str]
) -> Script[tuple[list[int], list[Outcome]]]:
    """Find and drop what breaks the checks, and check what is left once more."""
    bisection = Bisection(baseline.usable)
    dropped = sorted((yield from bisection.culprits(list(hunks))))
    rest = [number for number in hunks if number not in dropped]
    remark = f"Dropping {len(dropped)} of {len(hunks)} hunks that break the checks."
    yield from keep(rest, remark)
    after = yield from check_again(baseline, "Running the checks on what is left.")
    for number in dropped:
        why = "not tried in time" if number in bisection.untried else "it breaks the checks"
        notes.append(f"Dropped: {hunks[number]} – {why}.")
    if worse_of(baseline.usable, after):  # with no hunk at all, too: then none of them is to blame
        yield from keep((), "Taking everything back.")
        raise ChecksFailedError(
            "The checks do not hold still: what passed in one run fails in the next. "
            "Nothing is proposed.",
            "run the tests twice by hand, and mend the one that is flaky",
        )
    return dropped, after


def _summary(
    fixers: Sequence[Fixer],
    hunks: dict[int, str],
    dropped: Sequence[int],
    after: Sequence[Outcome],
    notes: Sequence[str],
) -> str:
    n_left = len(hunks) - len(dropped)
    commands = ", ".join(f"`{fixer.command}`" for fixer in fixers)
    lines = [f"Ran {commands}: {len(hunks)} hunks, {n_left} proposed, {len(dropped)} dropped."]
    if n_left == 0:
        lines.append("Nothing is left to propose.")
    lines += [f"After the change, {told(outcome)}." for outcome in after if n_left]
    return "\n".join([*lines, *notes])
