"""Bisection: which hunks make a check worse, found by keeping some and running the checks."""

from collections.abc import Sequence

from agentxd.plugins.providers.mechanic.checks import Outcome, outcome_of, worse_of
from agentxd.plugins.providers.mechanic.script import (
    Act,
    Script,
    check_kept,
    keep_call,
    ran,
    run_call,
)

MAX_ROUNDS = 64


class Bisection:
    """Searches for every culprit, one half at a time, each half on top of what is known good.

    After MAX_ROUNDS runs what was not found innocent is dropped with the guilty.
    """

    def __init__(self, before: Sequence[Outcome], max_rounds: int = MAX_ROUNDS) -> None:
        self._before = tuple(before)
        self._rounds_left = max_rounds
        self.untried: list[int] = []
        """Hunks that were dropped only because the rounds were used up."""

    def culprits(self, hunks: Sequence[int]) -> Script[list[int]]:
        """The hunks to drop, given that all of them together are worse."""
        return (yield from self._search((), tuple(hunks), is_known_bad=True))

    def _search(
        self, kept: tuple[int, ...], suspects: tuple[int, ...], *, is_known_bad: bool
    ) -> Script[list[int]]:
        if not suspects:
            return []
        if not is_known_bad:
            if self._rounds_left <= 0:
                self.untried += suspects
                return list(suspects)
            if (yield from self._is_fine((*kept, *suspects))):
                return []
        if len(suspects) == 1:
            return list(suspects)
        half = len(suspects) // 2
        first, second = suspects[:half], suspects[half:]
        bad = yield from self._search(kept, first, is_known_bad=False)
        good = tuple(hunk for hunk in first if hunk not in bad)
        more = yield from self._search((*kept, *good), second, is_known_bad=not bad)
        return [*bad, *more]

    def _is_fine(self, hunks: Sequence[int]) -> Script[bool]:
        self._rounds_left -= 1
        remark = f"Trying with {len(hunks)} of the hunks."
        commands = [outcome.command for outcome in self._before]
        calls = (keep_call(hunks), *(run_call(command) for command in commands))
        kept, *observations = yield Act(remark, calls)
        check_kept(kept)
        outcomes = [
            outcome_of(ran(command, observation))
            for command, observation in zip(commands, observations, strict=True)
        ]
        return not worse_of(self._before, outcomes)
