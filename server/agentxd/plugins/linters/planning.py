"""Which linters are called with which files of a change, by what the user lets run."""

import os
import re
import shlex
from collections.abc import Sequence

from msgspec.structs import replace

from agentxd.kernel.review import ChangedFile, RuleFailure
from agentxd.plugins.linters.calling import Call, arguments, batches, singles
from agentxd.plugins.linters.programs import Programs
from agentxd.plugins.linters.running import Command
from agentxd.plugins.linters.subjects import Subjects, WorkTree, subjects_of
from agentxd.plugins.linters.table import AUTO, LinterRow, linter_rows

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


class Plan:
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


def _paths(subjects: Subjects) -> list[str]:
    return [file.path for file in (*subjects.on_disk, *subjects.elsewhere)]


def _names(rows: Sequence[LinterRow]) -> str:
    return ", ".join(sorted({row.name for row in rows}))
