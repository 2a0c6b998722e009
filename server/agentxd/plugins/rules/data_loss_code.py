"""Migrations that are programs: which calls take data away, and where the way back is written."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Severity
from agentxd.plugins.rules.data_loss_sql import Loss, losses

_LITERAL = r"[:'\"`]([\w.]+)['\"`]?"
_ARGUMENTS = rf"[\s(\[]*{_LITERAL}(?:\s*,\s*\[?\s*{_LITERAL})?"
_SQL = Lazy(r"(?i)\W*(?:DROP|TRUNCATE|DELETE|ALTER|CREATE|INSERT|UPDATE|RENAME)\s")


class Framework(Struct, frozen=True):
    """One way to write migrations."""

    suffixes: tuple[str, ...]
    hints: tuple[str, ...]
    """All of these are in the file."""
    down: Lazy[str]
    """A line that begins something that does not run on the way up; more indented ones belong."""
    tables: Lazy[str]
    """Drops the table that comes as its first argument."""
    columns: Lazy[str]
    """Drops a column: of the table and column that come first, or of the column alone."""
    rows: Lazy[str] | None
    """Deletes every row."""
    made: Lazy[str]
    """Makes a table or column that comes as one of the first two arguments."""
    sql: Lazy[str] | None = None
    """What must stand before a string for it to be SQL that runs; None for anything."""


_DJANGO = Framework(
    (".py",),
    ("migrations.Migration", "operations"),
    Lazy(
        r"(?im)^[ \t]*(?:def \w*(?:revers|backward|undo|rollback|unapply|downgrade)\w*"
        r"|state_operations\s?=|replaces\s?=|reverse_\w+\s?=)"
    ),
    Lazy(r"\bmigrations\.DeleteModel\(\s*(?:name\s?=\s?)?['\"](\w+)"),
    Lazy(
        r"\bmigrations\.RemoveField\(\s*(?:model_name\s?=\s?)?['\"](\w+)['\"]\s*,"
        r"\s*(?:name\s?=\s?)?['\"](\w+)"
    ),
    None,
    Lazy(
        r"\bmigrations\.(?:CreateModel|AddField)\(\s*(?:\w+\s?=\s?)?['\"](\w+)['\"]"
        r"(?:\s*,\s*(?:name\s?=\s?)?['\"](\w+))?"
    ),
    Lazy(r"(?:RunSQL\(\s*(?:sql\s?=\s?)?[\[(]*\s*|execute\(\s*)$"),
)
_ALEMBIC = Framework(
    (".py",),
    ("def upgrade", "op."),
    Lazy(r"(?m)^[ \t]*(?:async )?def downgrade"),
    Lazy(rf"\bop\.drop_table\({_ARGUMENTS}"),
    Lazy(rf"\b(?:op|batch_op|batch)\.drop_column\({_ARGUMENTS}"),
    None,
    Lazy(rf"\b\w+\.(?:create_table|add_column)\({_ARGUMENTS}(?:,\s*sa\.Column\({_LITERAL})?"),
    Lazy(r"\b(?:execute|text)\(\s*$"),
)
_RAILS = Framework(
    (".rb",),
    ("ActiveRecord::Migration",),
    Lazy(r"(?m)^[ \t]*(?:def (?:self\.)?down\b|\w+\.down\b|revert\b)"),
    Lazy(rf"(?<![\w.])drop_(?:join_)?table\b{_ARGUMENTS}"),
    Lazy(rf"(?<![\w.])remove_columns?\b{_ARGUMENTS}|\bt\.remove\b[\s(]+{_LITERAL}"),
    Lazy(r"\b([A-Z]\w*)\.(?:unscoped\.)?(?:delete_all|destroy_all)\b"),
    Lazy(rf"(?<![\w.])(?:create_table|add_column)\b{_ARGUMENTS}"),
    Lazy(r"\bexecute[\s(]+(?:<<[~-]?\w+[^\n]*\n)?\s*$"),
)
_LARAVEL = Framework(
    (".php",),
    ("Migration", "Schema"),
    Lazy(r"(?m)^[ \t]*(?:public )?function down\b"),
    Lazy(rf"\bSchema::(?:drop|dropIfExists)\({_ARGUMENTS}"),
    Lazy(rf"->(?:dropColumn|removeColumn)\([\s\[]*{_LITERAL}"),
    Lazy(r"\bDB::table\(\s*['\"](\w+)['\"]\s*\)->(?:delete|truncate)\(\)"),
    Lazy(rf"\bSchema::create\({_ARGUMENTS}"),
    Lazy(r"\bDB::(?:statement|unprepared|delete)\(\s*$"),
)
_KNEX = Framework(
    (".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"),
    ("up",),
    Lazy(
        r"(?m)^[ \t]*(?:(?:module\.)?exports\.down\b|export (?:async )?function down\b"
        r"|export const down\b|const down\b|(?:async )?function down\b"
        r"|(?:public )?(?:async )?down\s?(?:\(|:|=))"
    ),
    Lazy(rf"\.dropTable(?:IfExists)?\({_ARGUMENTS}"),
    Lazy(rf"\.(?:dropColumns?|removeColumn)\({_ARGUMENTS}"),
    Lazy(r"\bknex\(\s*['\"](\w+)['\"]\s*\)\s*\.(?:truncate|del|delete)\(\)"),
    Lazy(rf"\.(?:createTable|addColumn)\({_ARGUMENTS}"),
    Lazy(r"\b(?:raw|query|sql|execute)\(?\s*$"),
)
_FRAMEWORKS = (_DJANGO, _ALEMBIC, _RAILS, _LARAVEL, _KNEX)
_FOLDER = Lazy(r"(?i)(?:^|/)(?:[\w-]*migrations?|migrate|versions|alembic)/")
_RETYPED = Lazy(
    r"\balter_column\((?=(?:[^()]|\([^()]*\)){0,400}?existing_type\s?=\s?(?:sa\.)?(\w+)"
    r"(?:\((?:length\s?=\s?)?(\d+)?)?)(?=(?:[^()]|\([^()]*\)){0,400}?\btype_\s?=\s?(?:sa\.)?(\w+)"
    r"(?:\((?:length\s?=\s?)?(\d+)?)?)"
)
_ORDER = {"SmallInteger": 1, "Integer": 2, "BigInteger": 3, "Float": 4, "Numeric": 4}
_NARROWER = {("Text", "String"), ("DateTime", "Date"), ("Text", "Unicode"), ("Unicode", "String")}


def framework_of(path: str, text: str) -> Framework | None:
    """Whose migration it is; None where it is none."""
    if not _FOLDER.search(path):
        return None
    for one in _FRAMEWORKS:
        if path.endswith(one.suffixes) and all(hint in text for hint in one.hints):
            return one
    return None


def code_losses(
    framework: Framework, text: str, strings: Sequence[tuple[int, int]], comments: Sequence[range]
) -> Iterator[Loss]:
    """What the way up takes away. `strings` are the places of literals."""
    up = _way_up(framework, text, comments)
    made = {name for found in framework.made.finditer(up) for name in found.groups() if name}
    gone: set[str] = set()
    for kind, pattern in (("table", framework.tables), ("column", framework.columns)):
        for found in pattern.finditer(up):
            names = [name for name in found.groups() if name]
            if kind == "table":
                gone.add(names[0].lower())
            if not made.intersection(names[-2:]) and (
                kind == "table" or names[0].lower() not in gone
            ):
                yield _dropped(kind, names, found)
    for found in framework.rows.finditer(up) if framework.rows else ():
        what = f"deletes every row of `{found[1]}`"
        yield Loss(*found.span(), what, Severity.WARNING, f"table {found[1]}")
    yield from _narrowed(up) if framework is _ALEMBIC else ()
    yield from losses(_only_sql(framework, up, strings))


def _dropped(kind: str, names: Sequence[str], found: re.Match[str]) -> Loss:
    name = names[0] if kind == "table" else ".".join(names[:2])
    what = f"drops the {kind} `{name}` and what is in it"
    return Loss(*found.span(), what, Severity.WARNING, f"{kind} {name}")


def _narrowed(text: str) -> Iterator[Loss]:
    for found in _RETYPED.finditer(text):
        old, old_length, new, new_length = found.groups()
        is_shorter = bool(old_length and new_length) and int(new_length) < int(old_length)
        is_smaller = _ORDER.get(new, 9) < _ORDER.get(old, 0) or (old, new) in _NARROWER
        if (old == new and is_shorter) or is_smaller:
            before, after = _type(old, old_length), _type(new, new_length)
            what = f"narrows a column from {before} to {after}: what does not fit is lost"
            yield Loss(*found.span(), what, Severity.WARNING, f"type {old} {new}")


def _type(name: str, length: str | None) -> str:
    return f"{name}({length})" if length else name


def _way_up(framework: Framework, text: str, comments: Sequence[range]) -> str:
    """The text with comments and the way back blank."""
    parts: list[str] = []
    done = 0
    for comment in comments:
        parts += (text[done : comment.start], " " * len(comment))
        done = comment.stop
    text = "".join((*parts, text[done:]))
    for down in framework.down.finditer(text):
        text = _blanked(text, down.start(), _block_end(text, down.start()))
    return text


def _block_end(text: str, start: int) -> int:
    """Behind the lines that are indented more than the one at `start`, and what closes them."""
    head_end = text.find("\n", start)
    if head_end < 0:
        return len(text)
    head = text[start:head_end]
    indent = len(head) - len(head.lstrip())
    at = head_end + 1
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end + 1
        line = text[at:end]
        words = line.strip()
        if words and len(line) - len(line.lstrip()) <= indent and words[0] not in "})]{":
            return at
        at = end
    return len(text)


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _only_sql(framework: Framework, up: str, strings: Sequence[tuple[int, int]]) -> str:
    """The literals that are SQL, each at its place, each a statement of its own."""
    parts: list[str] = []
    done = 0
    for start, end in strings:
        is_run = framework.sql is None or framework.sql.search(up, max(0, start - 60), start)
        if start < done or not is_run or not _SQL.match(up, start, end):
            continue
        opening = re.match(r"[a-zA-Z]{0,2}(?:\"\"\"|'''|[\"'`])?", up[start:end])
        inner = start + (opening.end() if opening and opening[0][-1:] in "\"'`" else 0)
        parts += (re.sub(r"[^\n]", " ", up[done:inner]), up[inner : end - 1], ";")
        done = end
    return "".join((*parts, re.sub(r"[^\n]", " ", up[done:])))
