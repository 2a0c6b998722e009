"""Remarks in the code that a finding is meant: `agentx: ignore[rule] reason`."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Change, ChangedFile, Example, Finding, RuleInfo, Severity

WITHOUT_REASON = RuleInfo(
    id="ignore-without-reason",
    title="finding ignored without a reason",
    severity=Severity.NOTE,
    doc=(
        "A remark that has a finding ignored says why, or the next reader cannot tell a decision "
        "from a shortcut. A remark without a reason does not count: the finding is shown.\n\n"
        "Write the reason behind the bracket: `# agentx: ignore[dangerous-call] fixed argument`."
    ),
    bad=(
        Example(path="a.py", new="eval(text)  # agentx: ignore[dangerous-call]\n"),
        Example(path="a.ts", new="// agentx: ignore[debug-leftover]\nconsole.log(1);\n"),
        Example(path="a.css", new="/* agentx: ignore[large-file] */\na {}\n"),
    ),
    good=(
        Example(path="a.py", new="eval(text)  # agentx: ignore[dangerous-call] our own text\n"),
        Example(path="a.go", new="// agentx: ignore[debug-leftover] the tool's output\n"),
        Example(path="a.html", new="<!-- agentx: ignore[secret] documented example -->\n"),
    ),
)
UNKNOWN_RULE = RuleInfo(
    id="ignore-unknown-rule",
    title="ignored rule that does not exist",
    severity=Severity.NOTE,
    doc=(
        "A remark that names no rule of ours ignores nothing: mostly a slip of the pen, or a rule "
        "that has gone. Rules of linters, such as `ruff/E501`, are not looked up.\n\n"
        "Correct the name (`agentxd rules` lists them) or take the remark away."
    ),
    bad=(
        Example(path="a.py", new="eval(text)  # agentx: ignore[dangerous-cal] our own text\n"),
        Example(path="a.sh", new="# agentx: ignore[*] all of it\n"),
        Example(path="a.sql", new="-- agentx: ignore[data-los] table was never used\n"),
    ),
    good=(
        Example(path="a.py", new="x = 1  # agentx: ignore[ignore-unknown-rule] shows it\n"),
        Example(path="a.py", new="x = 1  # agentx: ignore[ruff/E501] a link\n"),
        Example(path="a.js", new="// agentx: ignores nothing\n"),
    ),
)
FILE_LINES = 10
"""`ignore-file` counts in so many lines from the top."""
_MARK = b"agentx:"
_REMARK = Lazy(r"agentx:[ \t]{0,4}ignore(?P<file>-file)?\[(?P<rules>[^\]\n]{0,400})\]")
_LEAD = Lazy(
    r"(?:#+|//+[!/]?|\{?/\*+|(?:^|(?<=\s))\*+|--+|;+|%+|<!--+|\{-|\(\*|\{#|<%--|\.\.|\b(?i:rem))$"
)
_LONGEST_LEAD = 12
"""Characters of a comment's mark, with the blanks behind it."""
_MOST_TRIED = 20
"""Places in one line."""
_LONGEST_REASON = 400
_CLOSING = ("*/}", "*/", "-->", "--%>", "-}", "*)", "#}", "%>", '"', "'")


class Remark(Struct, frozen=True):
    """One remark. Lines count from 0."""

    line: int
    """Where it stands."""
    target: int
    """The last line that it is about: its own, or for one alone on its line the next that holds
    no such remark."""
    rules: tuple[str, ...]
    reason: str
    is_for_file: bool
    column: int

    @property
    def counts(self) -> bool:
        """Whether it gives a reason, and for a whole file stands at its top."""
        return bool(self.reason) and (not self.is_for_file or self.line < FILE_LINES)


def remarks(content: bytes) -> tuple[Remark, ...]:
    """All remarks of a file, top down; nothing is read closely where there is none."""
    if _MARK not in content:
        return ()
    lines = content.decode(errors="replace").split("\n")
    found = {i: match for i, line in enumerate(lines) if (match := _match(line))}
    alone = {i for i, match in found.items() if not match.string[: _start(match)].strip()}
    return tuple(_remark(i, match, alone) for i, match in found.items())


def ignored_by(finding: Finding, known: Sequence[Remark]) -> Remark | None:
    """The remark that has this finding ignored; `known` are those of its file."""
    for remark in known:
        if remark.counts and finding.rule in remark.rules and _is_about(remark, finding):
            return remark
    return None


def sorted_out(
    findings: Iterable[Finding], change: Change
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings that stay, and those that a remark has ignored."""
    files = {file.path: remarks(file.new or b"") for file in change.files}
    kept: list[Finding] = []
    ignored: list[Finding] = []
    for finding in findings:
        by = ignored_by(finding, files.get(finding.path, ()))
        (ignored if by else kept).append(finding)
    return tuple(kept), tuple(ignored)


def remark_findings(change: Change, rules: Collection[str]) -> tuple[Finding, ...]:
    """Remarks that do not count, anywhere in the changed files; `rules` are the ids there are."""
    known = {*rules, WITHOUT_REASON.id, UNKNOWN_RULE.id}
    return tuple(finding for file in change.files for finding in _in_file(file, known))


def _in_file(file: ChangedFile, known: Collection[str]) -> Iterator[Finding]:
    for remark in remarks(file.new or b""):
        if not remark.reason:
            yield _finding(
                WITHOUT_REASON, file, remark, "this remark gives no reason and does not count"
            )
        elif not remark.counts:
            message = f"ignore-file counts in the first {FILE_LINES} lines only"
            yield _finding(WITHOUT_REASON, file, remark, message)
        for rule in remark.rules or ("",):
            if rule not in known and "/" not in rule:
                message = f"there is no rule {rule[:60]!r}: this remark ignores nothing by it"
                yield _finding(UNKNOWN_RULE, file, remark, message)


def _finding(info: RuleInfo, file: ChangedFile, remark: Remark, message: str) -> Finding:
    advice = {
        WITHOUT_REASON.id: "write behind the bracket why the finding is meant",
        UNKNOWN_RULE.id: "correct the name, or take the remark away",
    }[info.id]
    return Finding(
        rule=info.id,
        severity=info.severity,
        path=file.path,
        line=remark.line,
        column=remark.column,
        message=message,
        advice=advice,
    )


def _match(line: str) -> re.Match[str] | None:
    """The first remark of a line: the words right behind the mark of a comment."""
    if "agentx:" not in line:
        return None
    tried = islice(_REMARK.finditer(line), _MOST_TRIED)
    return next((match for match in tried if _start(match) >= 0), None)


def _start(match: re.Match[str]) -> int:
    """Column at which the mark of the comment begins; -1 where there is none."""
    at = match.start()
    before = match.string[max(0, at - _LONGEST_LEAD) : at]
    found = _LEAD.search(before.rstrip())
    if found:
        return at - len(before) + found.start()
    only = match.string[:at].strip()
    return match.string.index(only) if only in ("'", '"', "!") else -1


def _remark(number: int, match: re.Match[str], alone: Collection[int]) -> Remark:
    target = number
    while target in alone:
        target += 1
    reason = _reason(match.string[match.end() :])
    return Remark(
        line=number,
        target=target,
        rules=tuple(word for part in match["rules"].split(",") if (word := part.strip())),
        reason=reason,
        is_for_file=bool(match["file"]),
        column=_start(match),
    )


def _reason(rest: str) -> str:
    """What stands behind the bracket, without the end of the comment; empty for mere signs."""
    text = rest[:_LONGEST_REASON].strip()
    for closing in _CLOSING:
        text = text.removesuffix(closing).rstrip()
    text = text.strip(" \t:-")
    return text if any(map(str.isalnum, text)) else ""


def _is_about(remark: Remark, finding: Finding) -> bool:
    if remark.is_for_file:
        return True
    if finding.is_about_file:
        return False
    last = max(finding.end_line - 1, finding.line)
    return any(remark.line <= line <= remark.target for line in (finding.line, last))
