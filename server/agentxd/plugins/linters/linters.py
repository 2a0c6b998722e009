"""The linters of a project, as far as the user lets them run, on the files of a change."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agentxd.kernel.review import Change, ChangedFile, Finding, LinterAnswer, RuleFailure
from agentxd.plugins.linters.calling import Call
from agentxd.plugins.linters.planning import Plan
from agentxd.plugins.linters.programs import Programs
from agentxd.plugins.linters.running import Children, at_once
from agentxd.plugins.linters.subjects import lintable
from agentxd.plugins.linters.table import AUTO

if TYPE_CHECKING:
    from agentxd.plugins.linters.answering import Said

_N_AT_ONCE = 4
_LONGEST_S = 3_600.0
"""A linter is waited for no longer, whatever anybody says."""


class Linters:
    """Implements LinterRunner."""

    def __init__(
        self,
        root: str,
        wanted: Sequence[str] = (AUTO,),
        commands: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`wanted` and `commands` are the user's own settings: what they name runs as the user.

        `wanted` holds names and "auto", `commands` a name to a command that prints SARIF;
        `environment` is that of this process if None.
        """
        self._root = os.path.abspath(root)  # noqa: PTH100  # a link in it stays one
        self._wanted = tuple(wanted)
        self._commands = dict(commands or {})
        self._programs = Programs(self._root, os.environ if environment is None else environment)

    def run(self, change: Change, seconds: float) -> LinterAnswer:
        """Findings in the files of the change. Blocks for at most so long, and a little."""
        deadline = time.monotonic() + min(seconds, _LONGEST_S)
        files = lintable(change)
        plan = Plan(self._root, files, self._programs)
        plan.take_known(self._wanted, frozenset(self._commands))
        for name, line in sorted(self._commands.items()):
            plan.take_custom(name, line)
        said = self._said(plan.calls, deadline)
        said += self._said(plan.again([call for call, one in said if one.is_unfit]), deadline)
        return _answer(plan, said, files)

    def _said(self, calls: Sequence[Call], deadline: float) -> list[tuple[Call, "Said"]]:
        if not calls:
            return []
        from agentxd.plugins.linters.answering import (  # noqa: PLC0415  # most pushes call nobody
            Said,
            understood,
        )

        roots = (self._root, os.path.realpath(self._root))
        children = Children(self._root)
        said: list[tuple[Call, Said]] = []

        def ask(call: Call) -> None:
            try:
                outcome = children.run(call.command, deadline)
            except OSError as error:
                reason = f"it cannot be started: {error.strerror or error}"
                said.append((call, Said(failure=RuleFailure(f"linter/{call.row.name}", reason))))
            else:
                said.append((call, understood(call, outcome, roots)))

        at_once([partial(ask, call) for call in calls], _N_AT_ONCE, children.stop)
        return said


def _answer(
    plan: Plan, said: Sequence[tuple[Call, "Said"]], files: Sequence[ChangedFile]
) -> LinterAnswer:
    new = {file.path for file in files if file.old is None}
    failures = {one.failure.rule: one.failure for _, one in said if one.failure is not None}
    ran = {call.row.name for call, one in said if not one.is_unfit}
    unfit = {call.row.name for call, one in said if one.is_unfit} - ran
    notices = [one.notice for _, one in said if one.notice]
    notices += [f"{name} did not run: the project asks for another version" for name in unfit]
    return LinterAnswer(
        findings=tuple(sorted(_placed(said, new), key=lambda one: (one.path, one.line, one.rule))),
        failures=(*plan.failures, *failures.values()),
        ran=tuple(sorted(ran)),
        notices=(*plan.notices, *sorted(set(notices))),
    )


def _placed(said: Sequence[tuple[Call, "Said"]], new: set[str]) -> Iterator[Finding]:
    """A remark without a line concerns the change only where the file itself is new."""
    told: set[tuple[str, str]] = set()
    for call, one in said:
        single = {f"{call.row.name}/{rule}" for rule in call.row.once}
        for finding in one.findings:
            if finding.rule in single and (finding.rule, finding.path) in told:
                continue
            told.add((finding.rule, finding.path))
            is_old = finding.is_about_file and finding.path not in new
            yield replace(finding, is_about_file=False) if is_old else finding
