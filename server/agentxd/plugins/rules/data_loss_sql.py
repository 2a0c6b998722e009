"""SQL statements that take data away for good, read without a grammar."""

import re
from collections.abc import Iterator

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Severity

_TOKEN = Lazy(r"--|/\*|'|\$\w*\$|;")
_NAME = r"(?:[\w$]+|\"[^\"\n]{1,120}\"|`[^`\n]{1,120}`|\[[^\]\n]{1,120}\])"
_PATH = rf"{_NAME}(?:\s?\.\s?{_NAME}){{0,3}}"
_SECTION = Lazy(
    r"(?im)^[ \t]*(?:--|#|/\*)[ \t]*(?:(?P<down>\+goose\s+down|\+migrate\s+down|migrate:down"
    r"|-{0,9}[ \t]*!downs|//[ \t]?@undo|@undo|-{0,9}[ \t]*(?:down|rollback|undo)"
    r"(?:[ \t]*migration)?[ \t:-]*$)|\+goose\s+up|\+migrate\s+up|migrate:up|-{0,9}[ \t]*!ups"
    r"|changeset\b|-{0,9}[ \t]*up(?:[ \t]*migration)?[ \t:-]*$)"
)
"""A remark that begins the way back, or the way there."""
_IF = r"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
_CREATE = Lazy(
    rf"(?i)\s*CREATE\s+(?:(?:GLOBAL|LOCAL|UNLOGGED|TEMP|TEMPORARY|EXTERNAL)\s+){{0,2}}TABLE\s+{_IF}"
    rf"({_PATH})"
)
_RENAME = Lazy(rf"(?i)\s*(?:ALTER|RENAME)\s+TABLE\s+{_IF}{_PATH}\s+(?:RENAME\s+)?TO\s+({_PATH})")
_COPY = Lazy(rf"(?i)\bFROM\s+({_PATH})")
_DROP = Lazy(
    rf"(?i)\s*(?:DROP\s+(TABLE|DATABASE|SCHEMA|KEYSPACE)|(TRUNCATE)(?:\s+TABLE)?)\s+{_IF}(?:ONLY\s+)?"
    rf"({_PATH}(?:\s?,\s?{_PATH}){{0,40}})"
)
_DELETE = Lazy(rf"(?i)\s*DELETE\s+FROM\s+(?:ONLY\s+)?({_PATH})")
_LIMITS = Lazy(r"(?i)\b(?:WHERE|USING|JOIN|LIMIT|TOP)\b")
_ALTER = Lazy(rf"(?i)\s*ALTER\s+TABLE\s+{_IF}(?:ONLY\s+)?({_PATH})")
_DROP_COLUMN = Lazy(
    r"(?i)\bDROP\s+(?:COLUMN\s+|(?!(?:CONSTRAINT|INDEX|KEY|PRIMARY|FOREIGN|CHECK|DEFAULT|NOT"
    r"|PARTITION|UNIQUE|EXPRESSION|IDENTITY|PERIOD|SYSTEM|STATISTICS|TABLESPACE|IF|TRIGGER|POLICY"
    rf"|ATTRIBUTE|ROW|VIEW|OWNED|TABLE|VERSIONING)\b)){_IF}({_NAME})"
)
_RETYPE = Lazy(
    rf"(?i)\b(?:ALTER\s+(?:COLUMN\s+)?({_NAME})\s+(?:SET\s+DATA\s+)?TYPE\s+"
    rf"|MODIFY\s+(?:COLUMN\s+)?({_NAME})\s+|ALTER\s+COLUMN\s+({_NAME})\s+)"
    r"((?:smallint|tinyint|int2|date|real|float4|(?:n?var)?char(?:acter)?)\b"
    r"(?:\s?\(\s?\d+\s?\))?)(?!\s+varying\s?(?!\())"
)
_HINTS = ("drop", "truncate", "delete", "alter")


class Loss(Struct, frozen=True):
    """Something that a statement takes away."""

    start: int
    """Offset of the words that do it."""
    end: int
    what: str
    """An end of the sentence "the migration …"."""
    severity: Severity
    anchor: str


class _Seen(Struct):
    """What the statements so far have made and copied."""

    created: set[str]
    copied: set[str]
    written: set[str]
    """Words of statements that fill columns."""


def losses(text: str) -> Iterator[Loss]:
    """In order. Text and comments are left out, and so are parts that take a migration back."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return
    statements = list(_statements(_masked(_without_downs(text))))
    later = {
        name_of(m[1]) for _, one in statements if (m := _CREATE.match(one) or _RENAME.match(one))
    }
    renamed = {name_of(m[1]) for _, one in statements if (m := _RENAME.match(one))}
    seen = _Seen(set(), set(), set())
    for start, statement in statements:
        for loss in _of_statement(statement, start, seen, later):
            if loss.anchor.partition(" ")[2] not in renamed:
                yield loss
        _remember(statement, seen)


def name_of(path: str) -> str:
    """The last part of a name, without quotes and in lower case."""
    return re.split(r"\s?\.\s?", path.strip())[-1].strip("\"'`[] ").lower()


def _remember(statement: str, seen: _Seen) -> None:
    if created := _CREATE.match(statement):
        seen.created.add(name_of(created[1]))
    head = statement[:200].lower()
    if "insert" in head or "create" in head:
        seen.copied |= {name_of(name) for name in _COPY.findall(statement)}
    if "update" in head:
        seen.written.update(re.findall(r"\w+", statement.lower()))


def _of_statement(statement: str, start: int, seen: _Seen, later: set[str]) -> Iterator[Loss]:
    if dropped := _DROP.match(statement):
        verb = (dropped[1] or dropped[2]).lower()
        for name in map(name_of, dropped[3].split(",")):
            if name not in seen.created:
                severity = _milder(name in seen.copied or name in later)
                span = _span(statement, start, dropped.end())
                yield Loss(*span, _dropping(verb, name), severity, f"table {name}")
    elif (deleted := _DELETE.match(statement)) and not _LIMITS.search(statement):
        name = name_of(deleted[1])
        if name not in seen.created:
            what = f"deletes every row of `{name}`"
            span = _span(statement, start, deleted.end())
            yield Loss(*span, what, Severity.WARNING, f"table {name}")
    elif altered := _ALTER.match(statement):
        table = name_of(altered[1])
        if table not in seen.created:
            yield from _of_alter(statement, start, table, seen)


def _of_alter(statement: str, start: int, table: str, seen: _Seen) -> Iterator[Loss]:
    for found in _DROP_COLUMN.finditer(statement):
        column = name_of(found[1])
        what = f"drops the column `{table}.{column}` and what is in it"
        at = (start + found.start(), start + found.end())
        yield Loss(*at, what, _milder(column in seen.written), f"column {table}.{column}")
    for found in _RETYPE.finditer(statement):
        column = name_of(found[1] or found[2] or found[3])
        what = f"makes `{table}.{column}` {found[4].lower()}, which may not hold what is in it"
        at = (start + found.start(), start + found.end())
        yield Loss(*at, what, Severity.NOTE, f"type {table}.{column}")


def _span(statement: str, start: int, end: int) -> tuple[int, int]:
    """Places in the file of the words up to `end` of a statement that begins at `start`."""
    return start + len(statement) - len(statement.lstrip()), start + end


def _dropping(verb: str, name: str) -> str:
    if verb == "truncate":
        return f"deletes every row of `{name}`"
    return f"drops the {verb} `{name}` and what is in it"


def _milder(is_kept: bool) -> Severity:  # noqa: FBT001  # one word says it
    return Severity.NOTE if is_kept else Severity.WARNING


def _without_downs(text: str) -> str:
    """Parts that take the migration back are blank."""
    parts: list[str] = []
    done, is_down = 0, False
    for section in _SECTION.finditer(text):
        part = text[done : section.start()]
        parts.append(_blank(part) if is_down else part)
        done, is_down = section.start(), section["down"] is not None
    return "".join((*parts, _blank(text[done:]) if is_down else text[done:]))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _masked(text: str) -> str:
    """Comments, literals and bodies of functions are blank."""
    parts: list[str] = []
    done = 0
    while found := _TOKEN.search(text, done):
        mark = found[0]
        parts.append(text[done : found.start()])
        if mark == ";":
            parts.append(";")
            done = found.end()
            continue
        done = _end_of(text, mark, found.end())
        parts.append(_blank(text[found.start() : done]))
    return "".join((*parts, text[done:]))


def _end_of(text: str, mark: str, start: int) -> int:
    closing = {"--": "\n", "/*": "*/"}.get(mark, mark)
    at = text.find(closing, start)
    if at < 0:
        return len(text) if closing in ("\n", "'", "*/") else start
    return at if closing == "\n" else at + len(closing)


def _statements(masked: str) -> Iterator[tuple[int, str]]:
    start = 0
    for statement in masked.split(";"):
        yield start, statement
        start += len(statement) + 1
