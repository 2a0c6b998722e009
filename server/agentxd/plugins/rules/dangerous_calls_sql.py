"""Whether an argument is an SQL statement that values are written into."""

import re

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Severity
from agentxd.plugins.rules.dangerous_calls_arguments import Made, made

_STATEMENT = Lazy(
    r"[rRbBuUfF@$]{0,2}(?:\"\"\"|'''|[\"'`])\s*(?:"
    r"select\b[^;]{1,2000}?\bfrom\b|insert\s+(?:ignore\s+)?into\b|replace\s+into\b"
    r"|update\s+\S+\s+set\b|delete\s+from\b|with\s+\w+\s+as\b)",
    re.IGNORECASE,
)
_HOLE = Lazy(
    r"(?P<before>(?:=|<|>|\blike|\bin\s?\(|\bvalues\s?\()\s{0,9}['\"%]{0,3}|(?<=[\s(,=])')"
    r"(?:[#$]?\{(?P<braces>[^{}\n]{0,200})\}|%(?P<percent>[sdv])|\$(?P<dollar>\w+)"
    r"|(?:\"\"\"|[\"'`])\s{0,9}(?:\+|\.\.|\|\||\.)\s{0,9}(?P<joined>[$\w.>()-]{1,80}))",
    re.IGNORECASE,
)
_HARMLESS = Lazy(
    r"placeholder|quot|escap|param|join|table|column|field|ident|literal|sanit|mark|where|cond"
    r"|bind|clause|query|int\(|len\(|\bid_?sql|[A-Z_]{3,}$"
)


def judged(raw: str, code: str) -> Severity | None:
    """How bad the argument is; a name of a table or column in it cannot be a parameter."""
    statement = _STATEMENT.search(raw)
    if statement is None or made(code) is not Made.BUILT:
        return None
    holes = [hole for hole in _HOLE.finditer(raw) if not _is_harmless(hole)]
    return Severity.WARNING if holes else Severity.NOTE


def _is_harmless(hole: re.Match[str]) -> bool:
    inside = hole["braces"] or hole["dollar"] or hole["joined"] or ""
    return (not inside and not hole["percent"]) or _HARMLESS.search(inside) is not None
