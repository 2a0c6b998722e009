"""Takes out of a line whatever may be a secret, before it is hashed, kept or shown."""

from collections.abc import Sequence

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.redaction import redact
from agentxd.kernel.review import Finding

HIDDEN = "[redacted]"
_LITERAL = Lazy(r"\"[^\"]*\"?|'[^']*'?|`[^`]*`?")
_VALUE = Lazy(r"(?<=[=:])\s*\S.*$")
_WORD = Lazy(r"[A-Za-z0-9+/_=.~-]{12,}")
_KEY_BEGIN, _KEY_END = "-----BEGIN", "-----END"
_SECRET_RULES = ("secret", "credential", "password", "leak", "token", "api-key", "trufflehog")


def is_about_secret(rule: str) -> bool:
    """Whether the lines of this rule's findings hold secrets that redaction may not know."""
    return any(word in rule.lower() for word in _SECRET_RULES)


def masked(line: str, finding: Finding, number: int) -> str:
    """The line `number` of its file, with secrets replaced.

    Of a finding about a secret the columns it names go; where it names none, every literal, value
    and long word of the line does.
    """
    if not is_about_secret(finding.rule):
        return redact(line)
    start, end = columns(finding, number, len(line))
    if (start, end) == (0, len(line)):
        return redact(_WORD.sub(HIDDEN, _VALUE.sub(HIDDEN, _LITERAL.sub(HIDDEN, line))))
    return redact(line[:start]) + HIDDEN + redact(line[end:])


def without_keys(lines: Sequence[str]) -> list[str]:
    """The lines, with nothing of the inside of private keys, which no line shows by itself."""
    shown: list[str] = []
    is_inside = False
    for line in lines:
        is_inside = is_inside and _KEY_END not in line
        shown.append(HIDDEN if is_inside else line)
        if _KEY_BEGIN in line and "PRIVATE KEY" in line and _KEY_END not in line:
            is_inside = True
    return shown


def columns(finding: Finding, number: int, length: int) -> tuple[int, int]:
    """The columns that the finding means in the line `number`, all where it names none."""
    last = max(finding.end_line, finding.line + 1) - 1
    start = finding.column if number == finding.line and finding.column > 0 else 0
    end = finding.end_column if number == last and finding.end_column >= 0 else length
    if finding.column < 0:
        return 0, length
    start, end = min(start, length), min(end, length)
    return (start, end) if start < end else (0, length)
