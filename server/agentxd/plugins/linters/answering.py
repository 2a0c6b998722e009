"""What comes of the answer to one call of a linter."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import PurePosixPath

from msgspec import Struct

from agentxd.kernel.review import Finding, RuleFailure, Severity
from agentxd.plugins.linters.calling import Call
from agentxd.plugins.linters.foreign import UnreadableError
from agentxd.plugins.linters.json_reading import read_json
from agentxd.plugins.linters.placing import Places
from agentxd.plugins.linters.reading import Reader, Reading
from agentxd.plugins.linters.running import MOST_OUTPUT, Outcome
from agentxd.plugins.linters.sarif_reading import read_sarif
from agentxd.plugins.linters.table import LinterRow
from agentxd.plugins.linters.wording import trouble
from agentxd.workspace.lines import split_lines

_SARIF_LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING}


class Said(Struct, frozen=True):
    """What one call came to."""

    findings: tuple[Finding, ...] = ()
    failure: RuleFailure | None = None
    notice: str = ""
    is_unfit: bool = False
    """The project wants another version of the linter."""


def understood(call: Call, outcome: Outcome, roots: tuple[str, ...]) -> Said:
    """Findings of one call, or why there are none."""
    name = call.row.name
    if outcome.is_late:
        return _failed(name, "it did not end in time", "Raise review_linter_seconds.")
    if outcome.is_flood:
        return _failed(name, f"it wrote more than {MOST_OUTPUT >> 20} MiB")
    if call.row.unfit and call.row.unfit in outcome.complaint:
        return Said(is_unfit=True)
    try:
        reading = _read(call, outcome, roots)
    except UnreadableError as error:
        told = trouble(outcome.complaint) or str(error)
        return _failed(name, f"it ended with {outcome.code}: {told}", _by_hand(call))
    return _judged(call, outcome, reading)


def _judged(call: Call, outcome: Outcome, reading: Reading) -> Said:
    name = call.row.name
    left_out = f"{name}: {reading.n_left_out} more findings were left out"
    said = Said(reading.findings, notice=left_out if reading.n_left_out else "")
    is_well = outcome.code in call.row.codes or (call.is_custom and _is_told(outcome, reading))
    if is_well and not reading.troubles:
        return said
    told = "; ".join(reading.troubles) or trouble(outcome.complaint) or "it does not say why"
    failed = _failed(name, f"it ended with {outcome.code}: {told}", _by_hand(call))
    return Said(reading.findings, failed.failure, said.notice)


def _is_told(outcome: Outcome, reading: Reading) -> bool:
    """Whether a strange exit code can mean its findings; a signal's never does."""
    return outcome.code > 0 and bool(reading.findings)


def _failed(name: str, reason: str, next_step: str = "") -> Said:
    return Said(failure=RuleFailure(f"linter/{name}", reason, next_step))


def _by_hand(call: Call) -> str:
    program, *rest = call.command.arguments
    words = [word for word in rest if not word.startswith("./")]
    return f"See what it says: {PurePosixPath(program).name} {' '.join(words)} …"[:300]


def _read(call: Call, outcome: Outcome, roots: tuple[str, ...]) -> Reading:
    is_silent = outcome.output.strip() in (b"", b"null")
    if is_silent and outcome.code == 0 and call.row.may_be_silent:
        return Reading()
    from_stdin = call.files[0].path if call.command.given is not None else ""
    contents = {file.path: file.new or b"" for file in call.files}

    @cache
    def lines(path: str) -> Sequence[str]:
        found = split_lines(contents.get(path, b""))
        return [line.decode("utf-8", "replace") for line in found]

    reader = Reader(
        linter=call.row.name,
        places=Places(frozenset(contents), roots, from_stdin),
        lines=lines,
        severity=_severities(call.row),
        unit=call.row.columns,
        fixable=call.row.fixable,
    )
    if call.shape is None:
        return read_sarif(outcome.output, reader)
    return read_json(outcome.output, call.shape, reader)


def _severities(row: LinterRow) -> Callable[[str, str], Severity]:
    def severity(rule: str, level: str) -> Severity:
        for beginning, one in row.rules.items():
            if rule.startswith(beginning):
                return one
        if level == "fatal":
            return Severity.ERROR
        if row.severity is not None:
            return row.severity
        if row.levels:
            return row.levels.get(level, _SARIF_LEVELS.get(level, Severity.WARNING))
        return _SARIF_LEVELS.get(level, Severity.NOTE)

    return severity
