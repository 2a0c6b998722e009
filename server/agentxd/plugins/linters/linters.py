"""The linters of a project, as far as the user lets them run, on the files of a change."""

import os
import re
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from agentxd.kernel.review import Change, ChangedFile, Finding, LinterAnswer, RuleFailure
from agentxd.plugins.linters.calling import Call, Said, arguments, batches, singles, understood
from agentxd.plugins.linters.programs import Programs
from agentxd.plugins.linters.running import Children, Command, at_once
from agentxd.plugins.linters.subjects import Subjects, WorkTree, lintable, subjects_of
from agentxd.plugins.linters.table import AUTO, LinterRow, linter_rows

_N_AT_ONCE = 4
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


class Linters:
    """Implements LinterRunner."""

    def __init__(
        self,
        root: str,
        wanted: Sequence[str] = (AUTO,),
        commands: Mapping[str, str] | None = None,
        seconds: float = 60.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`wanted` and `commands` are the user's own settings: what they name runs as the user.

        `wanted` holds names and "auto", `commands` a name to a command that prints SARIF, and
        `seconds` is what the linters have together. `environment` is that of this process if None.
        """
        self._root = os.path.abspath(root)  # noqa: PTH100  # a link in it stays one
        self._wanted = tuple(wanted)
        self._commands = dict(commands or {})
        self._seconds = seconds
        self._programs = Programs(self._root, os.environ if environment is None else environment)

    def run(self, change: Change, seconds: float) -> LinterAnswer:
        """Findings in the files of the change. Blocks for at most so long, and a little."""
        deadline = time.monotonic() + min(seconds, self._seconds)
        files = lintable(change)
        plan = _Plan(self._root, files, self._programs)
        plan.take_known(self._wanted, frozenset(self._commands))
        for name, line in sorted(self._commands.items()):
            plan.take_custom(name, line)
        said = self._said(plan.calls, deadline)
        said += self._said(plan.again([call for call, one in said if one.is_unfit]), deadline)
        return _answer(plan, said, files)

    def _said(self, calls: Sequence[Call], deadline: float) -> list[tuple[Call, Said]]:
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


class _Plan:
    """Which programs are called with which files, and what is said of those that are not."""

    def __init__(self, root: str, files: Sequence[ChangedFile], programs: Programs) -> None:
        self.calls: list[Call] = []
        self.failures: list[RuleFailure] = []
        self.notices: list[str] = []
        self._files = files
        self._programs = programs
        self._tree = WorkTree(root)

    def take_known(self, wanted: Sequence[str], replaced: frozenset[str]) -> None:
        """The linters of the table; `replaced` ones have a command of the user."""
        rows = linter_rows()
        done = set(replaced)
        for row in rows:
            if row.name not in done and self._take(row, wanted):
                done.add(row.name)
        for name in sorted({*wanted} - {AUTO, *replaced} - {row.name for row in rows}):
            self._fail(name, "there is no such linter", f"Known: {_names(rows)}.")

    def _take(self, row: LinterRow, wanted: Sequence[str]) -> bool:
        """Whether this row is the one for the project, be it run or not."""
        is_named = row.name in wanted
        subjects = subjects_of(row, self._files, self._tree.holds)
        if not subjects or not (is_named or AUTO in wanted):
            return False
        paths = _paths(subjects)
        if not (is_named and not row.runs_code) and not self._tree.is_marked(row.marks, paths):
            return False
        if row.runs_code and not is_named:
            self.notices.append(
                f"{row.name} did not run: it runs code of the repository, so it must be named in"
                " the user's setting review_linters"
            )
            return True
        program = self._program(row, paths)
        if program is not None:
            self._call(row, program, subjects)
        elif is_named:
            self._fail(row.name, "it is not installed", f"Install {row.name}.")
        else:
            self.notices.append(f"{row.name} did not run: the project uses it, and it is not there")
        return True

    def _program(self, row: LinterRow, paths: Sequence[str]) -> str | None:
        if row.runs_code:  # the user trusts what the repository brings
            folders = [found for name in row.beside for found in self._tree.above(name, paths)]
            if (own := self._programs.inside(row.name, folders)) is not None:
                return own
        return self._programs.outside(row.name)

    def _call(self, row: LinterRow, program: str, subjects: Subjects) -> None:
        has_sarif = bool(row.sarif_where and self._tree.above(row.sarif_where, _paths(subjects)))
        words = row.sarif_arguments if has_sarif else row.arguments
        shape = None if has_sarif else row.answer
        environment = self._programs.environment(row.environment, row.set)
        for batch in batches(subjects.on_disk):
            command = Command(arguments(program, words, row, batch), environment)
            self.calls.append(Call(row, command, shape, batch))
        alone, n_left = singles(subjects.elsewhere if row.stdin_arguments else ())
        for file in alone:
            given = arguments(program, row.stdin_arguments, row, [file])
            command = Command(given, environment, file.new)
            self.calls.append(Call(row, command, row.answer, (file,)))
        self._tell_left(row.name, n_left if row.stdin_arguments else len(subjects.elsewhere))

    def again(self, unfit: Sequence[Call]) -> list[Call]:
        """The same calls with the program that is installed for all, where ours does not fit."""
        calls = []
        for call in unfit:
            program = self._programs.installed(call.row.name)
            if program is not None and program != call.command.arguments[0]:
                words = (program, *call.command.arguments[1:])
                calls.append(replace(call, command=replace(call.command, arguments=words)))
        return calls

    def take_custom(self, name: str, line: str) -> None:
        """A command of the user that prints SARIF; `{files}` in it are the files."""
        try:
            words = shlex.split(line)
        except ValueError as error:
            words, reason = [], f": {error}"
        else:
            reason = ""
        if not words or not _NAME.fullmatch(name):
            self._fail(name, f"its command is none{reason}", "Mend review_linter_commands.")
            return
        row = LinterRow(name=name, arguments=tuple(words[1:]), gives="files")
        subjects = subjects_of(row, self._files, self._tree.holds)
        self._tell_left(name, len(subjects.elsewhere))
        program = words[0] if os.sep in words[0] else self._programs.installed(words[0])
        if program is None:
            self._fail(name, f"there is no program {words[0]}", "Mend review_linter_commands.")
        elif subjects.on_disk:
            self._call_custom(row, program, subjects.on_disk)

    def _call_custom(self, row: LinterRow, program: str, files: Sequence[ChangedFile]) -> None:
        takes_files = "{files}" in row.arguments
        for batch in batches(files) if takes_files else [tuple(files)]:
            command = Command(
                arguments(program, row.arguments, row, batch), self._programs.environment()
            )
            self.calls.append(Call(row, command, None, batch, is_custom=True))

    def _tell_left(self, name: str, n_files: int) -> None:
        if n_files:
            what = "1 file" if n_files == 1 else f"{n_files} files"
            self.notices.append(
                f"{name} did not look at {what}: the working tree holds other contents"
            )

    def _fail(self, name: str, reason: str, next_step: str) -> None:
        self.failures.append(RuleFailure(f"linter/{name}", reason, next_step))


def _answer(
    plan: _Plan, said: Sequence[tuple[Call, Said]], files: Sequence[ChangedFile]
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


def _placed(said: Sequence[tuple[Call, Said]], new: set[str]) -> Iterator[Finding]:
    """A remark without a line concerns the change only where the file itself is new."""
    for _, one in said:
        for finding in one.findings:
            is_old = finding.is_about_file and finding.path not in new
            yield replace(finding, is_about_file=False) if is_old else finding


def _paths(subjects: Subjects) -> list[str]:
    return [file.path for file in (*subjects.on_disk, *subjects.elsewhere)]


def _names(rows: Sequence[LinterRow]) -> str:
    return ", ".join(sorted({row.name for row in rows}))
