"""The report as workflow commands of GitHub Actions, which become annotations."""

from collections.abc import Iterator, Mapping

from agentxd.kernel.review import Finding, Review, Severity
from agentxd.review.reports import wording
from agentxd.review.reports.cleaning import clean, data
from agentxd.review.reports.ranges import column_range, last_line

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_TITLE = "agentxd review"


def render(review: Review, sources: Mapping[str, bytes | None]) -> str:
    """Nothing but commands, one on each line, so that no text of the change starts one."""
    del sources
    return "".join(f"{line}\n" for line in _commands(review))


def _commands(review: Review) -> Iterator[str]:
    for finding in review.findings:
        yield _finding(finding)
    for trouble in wording.troubles(review):
        yield _command("error", {"title": wording.INCOMPLETE}, trouble)
    for notice in review.notices:
        yield _command("notice", {"title": _TITLE}, notice)
    told = [wording.summary(review), wording.hidden_words(review.hidden)]
    if not review.is_complete:
        told.insert(0, wording.INCOMPLETE)
    yield _command("notice", {"title": _TITLE}, "; ".join(filter(None, told)))


def _finding(finding: Finding) -> str:
    values = {"file": data(finding.path)}
    if not finding.is_about_file:
        values |= {"line": str(finding.line + 1), "endLine": str(last_line(finding))}
        start, end = column_range(finding)
        is_on_one_line = last_line(finding) == finding.line + 1
        values |= {"col": str(start)} if start and is_on_one_line else {}
        values |= {"endColumn": str(end)} if end and is_on_one_line else {}
    values["title"] = f"{clean(finding.rule)} {clean(finding.fingerprint)}".strip()
    return _command(_COMMANDS[finding.severity], values, wording.sentence(finding))


def _command(name: str, values: Mapping[str, str], message: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in values.items())
    return f"::{name} {told}::{_escaped(clean(message))}"


def _property(value: str) -> str:
    return _escaped(value).replace(":", "%3A").replace(",", "%2C")


def _escaped(value: str) -> str:
    """As the runner reads it back; ends of lines that only some readers know are shown."""
    plain = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return "".join(sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}" for sign in plain)
