"""Finds migrations that drop tables and columns, or delete their rows."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.data_loss_code import code_losses, framework_of
from agentxd.plugins.rules.data_loss_examples import BAD, DOC, GOOD
from agentxd.plugins.rules.data_loss_sql import Loss, losses
from agentxd.plugins.rules.paths import is_example, is_foreign, is_test

_LONGEST = 200_000
"""Bytes; what is longer is a dump of data."""
_MIGRATION = Lazy(
    r"(?i)(?:^|/)(?:[\w-]*migrations?|migrate|changelogs?|changesets?|flyway|evolutions?"
    r"|schema[_-]?changes|deploy|upgrades?)/|(?:^|/)(?:V[\d._]+__|R__|\d{8,14}[_-])[^/]*$"
)
_DOWN = Lazy(
    r"(?i)(?:^|[._/-])(?:down|downs|undo|rollback|revert|downgrades?)(?:[._/-]|$)|(?:^|/)U[\d._]+__"
)
_CODE = Lazy(r"\.(?:py|rb|php|[mc]?[jt]s)$")
_XML_DROP = Lazy(
    r"<(?P<tag>dropTable|dropColumn)\b[^<>]{0,400}?\b(?:tableName)=\"(?P<table>[\w.]+)\""
    r"|<rollback\b|</rollback>"
)


class DataLoss:
    """Reads SQL files, and the calls and SQL in migrations of the known frameworks."""

    info = RuleInfo(
        id="data-loss",
        title="migration that takes data away",
        severity=Severity.WARNING,
        doc=DOC,
        bad=BAD,
        good=GOOD,
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterable[Finding]:
        """Findings anywhere in the file."""
        if (
            file.new is None
            or file.is_binary
            or len(file.new) > _LONGEST
            or _DOWN.search(file.path)
        ):
            return
        text = file.new.decode("utf-8", "replace")
        starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
        for loss in _losses(file.path, text, starts, file.new, ground):
            yield _finding(loss, file.path, starts)


def _losses(
    path: str, text: str, starts: list[int], content: bytes, ground: Ground
) -> Iterator[Loss]:
    if path.lower().endswith(".sql"):
        yield from losses(text)
    elif _CODE.search(path) and (framework := framework_of(path, text)):
        strings, comments = [], []
        for region in ground.syntax.regions(path, content):
            start = starts[region.start_line] + region.start_column
            end = starts[region.end_line] + region.end_column
            if region.kind == "comment":
                comments.append(range(start, end))
            else:
                strings.append((start, end))
        yield from code_losses(framework, text, strings, comments)
    elif path.endswith(".xml") and "databaseChangeLog" in text:
        yield from _liquibase(text)


def _liquibase(text: str) -> Iterator[Loss]:
    is_back = False
    for found in _XML_DROP.finditer(text):
        if found["tag"] is None:
            is_back = found[0].startswith("<r")
        elif not is_back:
            kind = found["tag"].removeprefix("drop").lower()
            what = f"drops the table `{found['table']}` and what is in it"
            if kind == "column":
                what = f"drops a column of `{found['table']}` and what is in it"
            yield Loss(*found.span(), what, Severity.WARNING, f"{kind} {found['table']}")


def _finding(loss: Loss, path: str, starts: list[int]) -> Finding:
    line = bisect_right(starts, loss.start) - 1
    last = bisect_right(starts, max(loss.start, loss.end - 1)) - 1
    is_migration = not path.endswith(".sql") or _MIGRATION.search(path)
    is_mild = not is_migration or is_test(path) or is_example(path) or is_foreign(path)
    return Finding(
        rule=DataLoss.info.id,
        severity=Severity.NOTE if is_mild else loss.severity,
        path=path,
        line=line,
        end_line=last + 1,
        column=loss.start - starts[line],
        end_column=loss.end - starts[last],
        message=f"the {'migration' if is_migration else 'script'} {loss.what}",
        advice="Stop using it first, move or keep the data, and drop it in a later release.",
        anchor=loss.anchor,
    )
