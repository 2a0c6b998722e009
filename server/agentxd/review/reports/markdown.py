"""The report as a summary for a comment on a pull request; nothing foreign in it is Markdown."""

import re
from collections.abc import Iterator, Mapping

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Finding, Review, Severity
from agentxd.review.reports import wording
from agentxd.review.reports.cleaning import clean
from agentxd.review.reports.text import place

_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}
_MOST = 50
"""Findings; a comment has room for 65,536 characters."""
_LONGEST = 500
"""Characters of a text."""
_SPECIAL = Lazy(r"([\\`*_{}\[\]()#+\-!|<>~^$=:\"'/.])")
_LINKED = Lazy(r"(@|#(?=\d)|![\d]|://|\bwww(?=\.)|\bGH-|%(?=\d)|&)")
"""What makes a mention, a reference or a link even where it is escaped."""
_BREAK = "\u200b"
_TICKS = Lazy(r"`+")


def render(review: Review, sources: Mapping[str, bytes | None]) -> str:
    """A heading, troubles first, then the findings as a list."""
    del sources
    return "\n".join(_lines(review)) + "\n"


def prose(text: str) -> str:
    """Foreign text that Markdown shows as it is: no markup, link, mention or HTML."""
    short = clean(text)[:_LONGEST].replace("&", "&amp;")
    kept = re.sub(r"&amp;", "\0", short)
    broken = _LINKED.sub(lambda match: match[0] + _BREAK, kept)
    return _SPECIAL.sub(r"\\\1", broken).replace("\0", "&amp;")


def code(text: str) -> str:
    """Foreign text as code, whatever ticks it holds."""
    short = clean(text)[:_LONGEST] or "(nothing)"
    ticks = "`" * (max((len(run) for run in _TICKS.findall(short)), default=0) + 1)
    return f"{ticks} {short} {ticks}" if "`" in short or short != short.strip() else f"`{short}`"


def _lines(review: Review) -> Iterator[str]:
    title = f" of {code(review.title)}" if review.title.strip() else ""
    yield f"### Review{title}"
    yield ""
    if not review.is_complete:
        yield f"**❌ {wording.INCOMPLETE}.** What follows is not all there may be."
        yield ""
        yield from (f"- {prose(trouble)}" for trouble in wording.troubles(review)[:_MOST])
        yield ""
    yield f"{wording.summary(review)}."
    if review.findings:
        yield ""
        yield from map(_finding, review.findings[:_MOST])
        more = len(review.findings) - _MOST
        if more > 0:
            yield f"- and {wording.counted(more, 'more finding')}"
    told = [wording.hidden_words(review.hidden), *(prose(notice) for notice in review.notices)]
    for line in filter(None, told):
        yield ""
        yield f"{line[0].upper()}{line[1:]}."


def _finding(finding: Finding) -> str:
    advice = f"; {prose(finding.advice)}" if finding.advice else ""
    fix = "; a fix is at hand" if finding.fix else ""
    marks = code(f"{finding.rule} {finding.fingerprint}".strip() or "rule")
    words = prose(finding.message)
    return f"- {_SIGNS[finding.severity]} {code(place(finding))} {words}{advice}{fix} ({marks})"
