"""Finds calls that run, load or trust what they should not, by a table for each language."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Finding, Fix, Replacement, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules import dangerous_calls_sql as sql
from agentxd.plugins.rules.asides import milder
from agentxd.plugins.rules.dangerous_calls_arguments import Made, arguments_end, first_end, made
from agentxd.plugins.rules.dangerous_calls_examples import BAD, DOC, GOOD
from agentxd.plugins.rules.dangerous_calls_masking import Masked, without_line_comments
from agentxd.plugins.rules.dangerous_calls_table import (
    Kind,
    Pattern,
    is_dockerfile,
    read_kinds,
    read_patterns,
    severity,
    table_of,
)

_LONGEST = 1_000_000
"""Signs of a file that is looked at; longer ones were not written by hand."""
_MOST = 100
"""Places of one pattern in one file; more of them say nothing new."""
_NEAR = 3
"""Lines within which TLS is turned off once, by whatever many settings."""
_ANSWERED = Lazy(r"#\s*(?:noqa:[\w, ]*\bS\d|nosec\b)|//\s*(?:nolint\b.*gosec|NOSONAR|nosemgrep)")
"""Somebody thought about it and told another tool so."""
_LONGEST_REMARK = 200
_DEFINES = Lazy(r"\b(?:def|func|function|fn)\s+(?:\([^()]*\)\s*)?(?:self\.)?$")
_BODY = Lazy(r"\)\s*(?::\s*[\w<>\[\]|. ]{1,80})?\{")
_BRACED = {"javascript", "java", "csharp", "php", "c"}


class DangerousCalls:
    """Masks comments and strings of the files in which a hint occurs, and searches the rest."""

    info = RuleInfo(
        id="dangerous-call",
        title="call that runs, loads or trusts too much",
        severity=Severity.WARNING,
        doc=DOC,
        bad=BAD,
        good=GOOD,
    )

    def __init__(self) -> None:
        self._tables: dict[str, tuple[Pattern, ...]] = {}

    def look(self, file: ChangedFile, ground: Ground) -> Iterable[Finding]:
        """Findings anywhere in the file."""
        if file.new is None or file.is_binary or file.is_generated:
            return
        table = table_of(file.path, ground.syntax.language(file.path, file.new[:200]))
        if not table or len(file.new) > _LONGEST:
            return
        text = file.new.decode("utf-8", "replace")
        likely = [pattern for pattern in self._patterns(table) if pattern.is_likely(text)]
        if not likely:
            return
        masked = _masked(file.path, text, table, file.new, ground)
        for pattern in likely:
            last = -_NEAR - 1
            for place in islice(_places(pattern, masked), _MOST):
                for finding in self._judged(pattern, masked, place, file.path, table):
                    if pattern.kind != "tls" or finding.line - last > _NEAR:
                        last = finding.line
                        yield finding

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        return read_kinds()

    def _patterns(self, table: str) -> tuple[Pattern, ...]:
        if table not in self._tables:
            self._tables[table] = read_patterns(table)
        return self._tables[table]

    def _judged(
        self, pattern: Pattern, masked: Masked, place: tuple[int, int], path: str, table: str
    ) -> Iterator[Finding]:
        start, inner = place
        end = arguments_end(masked.code, inner)
        if _is_definition(masked.code, start, end, table):
            return
        if not pattern.fits(masked.text[inner:end]):
            return
        how_bad = _severity(pattern, masked, inner, end)
        if how_bad is not None:
            if _ANSWERED.search(masked.text, start, _line_end(masked, end)):
                how_bad = Severity.NOTE
            yield self._finding(pattern, masked, (start, inner, end), milder(how_bad, path), path)

    def _finding(
        self,
        pattern: Pattern,
        masked: Masked,
        places: tuple[int, int, int],
        how_bad: Severity,
        path: str,
    ) -> Finding:
        start, inner, end = places
        kind = self._kinds[pattern.kind]
        line, column = masked.place(start)
        closed = end + 1 if masked.code[end : end + 1] == ")" else end
        end_line, end_column = masked.place(closed)
        return Finding(
            rule=self.info.id,
            severity=how_bad,
            path=path,
            line=line,
            end_line=end_line + 1,
            column=column,
            end_column=end_column,
            message=kind.message.replace("{name}", _name(masked.text[start:inner])),
            advice=kind.advice,
            fix=_fix(pattern, masked, start, closed),
        )


def _masked(path: str, text: str, table: str, content: bytes, ground: Ground) -> Masked:
    if is_dockerfile(path):
        return without_line_comments(text)
    return Masked(text, ground.syntax.regions(path, content), table)


def _line_end(masked: Masked, offset: int) -> int:
    """Where the line ends, as far as anybody writes."""
    end = masked.text.find("\n", offset, offset + _LONGEST_REMARK)
    return end if end >= 0 else min(len(masked.text), offset + _LONGEST_REMARK)


def _places(pattern: Pattern, masked: Masked) -> Iterator[tuple[int, int]]:
    """Where it matches, and where the arguments begin."""
    if not pattern.is_in_strings:
        yield from (found.span() for found in pattern.finder.finditer(masked.code))
        return
    for start, end in masked.strings():
        if found := pattern.finder.match(masked.text, start, min(len(masked.text), end + 80)):
            yield found.span()


def _is_definition(code: str, start: int, end: int, table: str) -> bool:
    line_start = code.rfind("\n", 0, start) + 1
    if _DEFINES.search(code, max(line_start, start - 200), start):
        return True
    return table in _BRACED and _BODY.match(code, end, end + 120) is not None


def _severity(pattern: Pattern, masked: Masked, inner: int, end: int) -> Severity | None:
    if pattern.argument == "none":
        return severity(pattern.built)
    last = end if pattern.argument == "all" else first_end(masked.code, inner, end)
    argument = masked.code[inner:last]
    if pattern.argument == "sql":
        return sql.judged(masked.text[inner:last], argument)
    how = made(argument)
    if how is Made.CONSTANT:
        return None
    return severity(pattern.built if how is Made.BUILT else pattern.bare)


def _name(matched: str) -> str:
    """What is called, without its bracket and in one line."""
    return " ".join(matched.strip(" \t\n([{=:'\"`").split())[:40]


def _fix(pattern: Pattern, masked: Masked, start: int, end: int) -> Fix | None:
    if pattern.swap is None:
        return None
    mended, n_done = re.subn(pattern.swap.find, pattern.swap.put, masked.text[start:end], count=1)
    if not n_done:
        return None
    first, last = masked.place(start)[0], masked.place(end)[0]
    after = min(masked.starts[last + 1], len(masked.text))
    text = masked.text[masked.starts[first] : start] + mended + masked.text[end:after]
    return Fix(pattern.swap.title, (Replacement(first, last + 1, text),))
