"""Gives every finding a name that stays while its code stays, wherever that moves to.

A fingerprint is 64 bits of the remark (rule, text, enclosing definition, occurrence) combined by
exclusive or with 64 bits of the path. So the form without a path follows from a fingerprint and
its path, and a file that is renamed keeps its answers though nobody wrote down a second number.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.redaction import redact
from agentxd.kernel.review import Change, ChangedFile, Finding
from agentxd.review.lines import span_of, text_lines
from agentxd.review.masking import masked

_BLANK = Lazy(r"\s+")
_CONTROL = Lazy(
    r"[})\]]*\s*(?:if|elif|else|for|foreach|while|until|unless|try|catch|except|finally|with|switch"
    r"|case|default|do|match|loop|begin|rescue|ensure|when|using|lock|select|return|await)\b"
)
_NAME = Lazy(r"[^\W\d]\w")
_HEAD_ENDS = (":", "{", "(", ",", "do", "then", "=>", "->", "=")
_CHECK_VALUES = 64
"""Of a line with a secret, no more than this many kinds are told apart: enough to notice another
secret at the same place nearly always, too few to find the secret by trying."""
_MOST_LINES = 20
"""Of a finding; what is longer differs in its first lines."""


def fingerprinted(findings: Iterable[Finding], change: Change) -> tuple[Finding, ...]:
    """The findings in the order given, each with its fingerprint."""
    files = {file.path: _Text(file) for file in change.files}
    ordered = list(findings)
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    cores: dict[int, int] = {}
    for index in sorted(range(len(ordered)), key=lambda i: _place(ordered[i])):
        finding = ordered[index]
        parts = _remark(finding, files.get(finding.path))
        cores[index] = _hash(
            finding.rule, *parts, str(counts[(finding.path, finding.rule, *parts)])
        )
        counts[(finding.path, finding.rule, *parts)] += 1
    return tuple(
        replace(finding, fingerprint=_hexadecimal(cores[index] ^ _of_path(finding.path)))
        for index, finding in enumerate(ordered)
    )


def alternatives(finding: Finding, old_path: str = "") -> tuple[str, ...]:
    """Other names of the finding: with the path its file had before, and without a path.

    A finding about a file as a whole has no form without a path: it would be any file's.
    """
    known = (moved(finding.fingerprint, finding.path, old_path),) if old_path else ()
    if finding.is_about_file and not finding.anchor:
        return known
    return (*known, pathless(finding.fingerprint, finding.path))


def pathless(fingerprint: str, path: str) -> str:
    """What is left of a fingerprint without its path."""
    return _hexadecimal(int(fingerprint, 16) ^ _of_path(path))


def moved(fingerprint: str, path: str, other: str) -> str:
    """The fingerprint that the same remark has in a file of another name."""
    return _hexadecimal(int(fingerprint, 16) ^ _of_path(path) ^ _of_path(other))


def _place(finding: Finding) -> tuple[str, int, int]:
    return finding.path, finding.line, finding.column


def _remark(finding: Finding, text: "_Text | None") -> tuple[str, ...]:
    """What is remarked, without where; empty words tell apart the ways to say it."""
    if finding.anchor:
        return "anchor", redact(_squeezed(finding.anchor))
    if finding.is_about_file:
        return ("file",)
    if text is None:
        return "message", redact(_squeezed(finding.message))
    if finding.is_about_removal:
        return "removal", *text.removed(finding)
    return "lines", *text.around(finding)


class _Text:
    """A changed file as lines, taken apart when it is first asked for."""

    def __init__(self, file: ChangedFile) -> None:
        self._file = file
        self._lines: list[str] | None = None
        self._equal: dict[str, list[int]] = defaultdict(list)

    def around(self, finding: Finding) -> tuple[str, ...]:
        """The finding's lines, the definition around them, and how many such lines are above."""
        lines = self._read()
        start, end = span_of(finding)
        told = [
            _told(masked(line, finding, start + i), line)
            for i, line in enumerate(lines[start : min(end, start + _MOST_LINES)])
        ]
        if not any(told):
            told = [redact(_squeezed(finding.message))]
        context = enclosing(lines, start)
        return "\n".join(told), redact(context), str(self._above(start, context))

    def removed(self, finding: Finding) -> tuple[str, ...]:
        """The lines that the change took away at that place."""
        old = text_lines(self._file.old or b"")
        gone = [
            old[number]
            for span in self._file.spans
            if span.old_count and span.new_start <= finding.line <= span.new_start + span.new_count
            for number in range(span.old_start, min(span.old_start + span.old_count, len(old)))
        ]
        told = [_told(masked(line, replace(finding, column=-1), -1), line) for line in gone]
        return ("\n".join(told[:_MOST_LINES]) or redact(_squeezed(finding.message)),)

    def _read(self) -> list[str]:
        if self._lines is None:
            self._lines = text_lines(self._file.new or b"")
            for number, line in enumerate(self._lines):
                self._equal[_squeezed(line)].append(number)
        return self._lines

    def _above(self, start: int, context: str) -> int:
        """How many equal lines with the same definition around them stand further up.

        Counted in the file, not among the findings: those come and go with what is looked at.
        """
        lines = self._read()
        if start >= len(lines):
            return 0
        same = self._equal[_squeezed(lines[start])]
        at = bisect_left(same, start)
        return sum(enclosing(lines, i) == context for i in same[max(0, at - _MOST_LINES) : at])


def enclosing(lines: Sequence[str], number: int) -> str:
    """The head of the nearest definition around a line, up to its parameters; empty for none.

    By indentation, in any language: the nearest line above that stands further left and opens
    something; loops, conditions and the like are passed over, so that wrapping a line in one
    changes nothing.
    """
    if number >= len(lines):
        return ""
    width = _width(lines[number])
    for above in range(number - 1, -1, -1):
        if width == 0:
            return ""
        line = lines[above]
        text = line.strip()
        if not text or _width(line) >= width:
            continue
        width = _width(line)
        if text.endswith(_HEAD_ENDS) and not _CONTROL.match(text) and _NAME.search(text):
            return _squeezed(text.split("(")[0])
    return ""


def _width(line: str) -> int:
    """Columns before the first character, tabs to the next eighth."""
    return len(line) - len(line.lstrip()) if "\t" not in line else _tabbed(line)


def _tabbed(line: str) -> int:
    head = line[: len(line) - len(line.lstrip())]
    return len(head.expandtabs(8))


def _told(shown: str, line: str) -> str:
    """The masked line; with a few bits of the whole one where something was masked."""
    squeezed = _squeezed(shown)
    if shown == line:
        return squeezed
    return f"{squeezed}#{_hash(_squeezed(line)) % _CHECK_VALUES}"


def _squeezed(text: str) -> str:
    return _BLANK.sub(" ", text).strip()


def _of_path(path: str) -> int:
    return _hash("path", path)


def _hash(*parts: str) -> int:
    data = b"".join(
        len(raw).to_bytes(8, "big") + raw
        for raw in (p.encode(errors="surrogatepass") for p in parts)
    )
    from hashlib import blake2b  # noqa: PLC0415  # slow to load, and a clean push has no findings

    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


def _hexadecimal(number: int) -> str:
    return f"{number:016x}"
