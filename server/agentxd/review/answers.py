"""Answers to findings, kept in a file of the repository that people review like code."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Finding
from agentxd.review.fingerprints import pathless
from agentxd.review.lines import text_lines
from agentxd.review.masking import masked, without_keys
from agentxd.review.toml_writing import toml_string

ANSWERS_PATH = ".agent/review-answers.toml"
_HEAD = """\
# Answers to findings of `agentxd review`: what stands here is not raised again.
# Written in order of paths, one table for each answer; may be edited and merged by hand.
"""
_TABLE = Lazy(r"^\s*\[\[\s*answer\s*\]\]", re.MULTILINE)
_FINGERPRINT = Lazy(r"[0-9a-f]{16}")
_LONGEST_EXCERPT = 120
"""Characters."""


class Verdict(StrEnum):
    """What a person said of a finding."""

    ACCEPTED = "accepted"
    """True, and meant to be so."""
    FALSE_POSITIVE = "false-positive"
    """Not true."""
    LATER = "later"
    """True, and put off, to a day if there is one."""


class Answer(Struct, frozen=True, kw_only=True):
    """One answer."""

    fingerprint: str
    rule: str
    path: str
    """Where it was when it was answered."""
    line: str = ""
    """Excerpt of its first line without secrets, for people."""
    answer: Verdict
    reason: str
    by: str = ""
    date: dt.date | None = None
    until: dt.date | None = None
    """Of `later`: the last day on which it is not raised."""

    def holds(self, today: dt.date) -> bool:
        """Whether the finding stays unraised on that day."""
        return self.until is None or today <= self.until


class Answers:
    """All answers of a repository; changes give a new one."""

    def __init__(self, items: Iterable[Answer] = ()) -> None:
        self.items = tuple(sorted(_newest(items).values(), key=_order))
        self._named = {item.fingerprint: item for item in self.items}

    def in_tree(self, is_there: Callable[[str], bool]) -> "Answers":
        """The same answers, those to files that are gone also under their form without a path.

        So an answer follows its file, and a copy of answered code in another file is a finding of
        its own.
        """
        found = Answers(self.items)
        for item in self.items:
            if not is_there(item.path):
                found._named.setdefault(pathless(item.fingerprint, item.path), item)
        return found

    def of(self, names: Sequence[str], rule: str = "") -> Answer | None:
        """The answer to a finding by any of its names, best first, whether it still holds or not.

        Names are its fingerprint and `fingerprints.alternatives`.
        """
        found = (self._named.get(name) for name in names)
        return next((item for item in found if item and rule in ("", item.rule)), None)

    def holds(self, names: Sequence[str], today: dt.date) -> bool:
        """Whether the finding of these names stays unraised on that day."""
        answer = self.of(names)
        return answer is not None and answer.holds(today)

    def added(self, answer: Answer) -> "Answers":
        """With the answer, which takes the place of one to the same finding."""
        return Answers([*self.removed(answer.fingerprint).items, answer])

    def removed(self, fingerprint: str) -> "Answers":
        """Without the answer to this finding."""
        return Answers(item for item in self.items if item.fingerprint != fingerprint)


def day_of(text: str, today: dt.date) -> dt.date | None:
    """The day until which an answer holds; None for empty text.

    Raises InvalidRequestError for what is no day, or one that is over.
    """
    try:
        day = dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidRequestError(f"{text!r} is no day", "Use a day such as 2026-12-31.") from error
    if day is not None and day <= today:
        raise InvalidRequestError(f"{text} is over", "Use a day that is yet to come.")
    return day


def answer_to(
    finding: Finding,
    content: bytes | None,
    verdict: Verdict,
    reason: str,
    *,
    by: str = "",
    today: dt.date,
    until: dt.date | None = None,
) -> Answer:
    """The answer that is kept; `content` is the finding's file after the change.

    Raises InvalidRequestError without a reason, or for a day that the verdict does not carry.
    """
    if not reason.strip():
        raise InvalidRequestError("An answer has a reason.", "Say why, in a sentence.")
    if until and verdict is not Verdict.LATER:
        raise InvalidRequestError("Only `later` carries a day.", "Leave the day out.")
    return Answer(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        path=finding.path,
        line=_excerpt(finding, content),
        answer=verdict,
        reason=reason.strip(),
        by=by,
        date=today,
        until=until,
    )


def parse_answers(text: str, path: str = ANSWERS_PATH) -> Answers:
    """The answers of a file. Raises InvalidRequestError that names the line of what is wrong."""
    if not text:
        return Answers()
    import tomllib  # noqa: PLC0415  # slow to load, and most have no answers

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidRequestError(f"{path} is no TOML: {error}.", "Mend the line.") from error
    rows = tables.get("answer", [])
    extra = set(tables) - {"answer"}
    if extra or not isinstance(rows, list):
        raise _wrong(path, 1, f"only [[answer]] tables belong here, not {sorted(extra)}")
    lines = [text.count("\n", 0, match.start()) + 1 for match in _TABLE.finditer(text)]
    at = lines if len(lines) == len(rows) else [1] * len(rows)
    return Answers(_parsed(row, path, line) for row, line in zip(rows, at, strict=True))


def format_answers(answers: Answers) -> str:
    """The text of the file: the same answers give the same text."""
    return "\n".join([_HEAD, *(_table(item) for item in answers.items)])


def _newest(items: Iterable[Answer]) -> dict[str, Answer]:
    """One for each finding: two branches may have answered it, and both were merged."""
    found: dict[str, Answer] = {}
    for item in items:
        other = found.get(item.fingerprint)
        if other is None or (item.date or dt.date.min) >= (other.date or dt.date.min):
            found[item.fingerprint] = item
    return found


def _order(item: Answer) -> tuple[str, str, str]:
    return item.path, item.rule, item.fingerprint


def _excerpt(finding: Finding, content: bytes | None) -> str:
    lines = without_keys(text_lines(content or b""))
    if finding.is_about_file or finding.is_about_removal or finding.line >= len(lines):
        return ""
    return masked(lines[finding.line], finding, finding.line).strip()[:_LONGEST_EXCERPT]


def _table(item: Answer) -> str:
    texts = {name: getattr(item, name) for name in ("fingerprint", "rule", "path", "line")}
    texts |= {"answer": item.answer.value, "reason": item.reason, "by": item.by}
    days = {"date": item.date, "until": item.until}
    rows = [
        f"{name} = {toml_string(text)}" for name, text in texts.items() if text or name in _NEEDED
    ]
    rows += [f"{name} = {day.isoformat()}" for name, day in days.items() if day]
    return "\n".join(["[[answer]]", *rows, ""])


def _parsed(row: Any, path: str, line: int) -> Answer:
    if not isinstance(row, dict):
        raise _wrong(path, line, "an answer is a table")
    unknown = sorted(set(row) - set(Answer.__struct_fields__))
    if unknown:
        raise _wrong(path, line, f"unknown key {unknown[0]!r}")
    texts = {name: _text(row, name, path, line) for name in _TEXTS}
    if not _FINGERPRINT.fullmatch(texts["fingerprint"]):
        raise _wrong(path, line, "fingerprint is not 16 hexadecimal digits")
    if texts["answer"] not in set(Verdict):
        raise _wrong(path, line, f"answer is one of {', '.join(Verdict)}")
    if not texts["reason"].strip():
        raise _wrong(path, line, "an answer has a reason")
    verdict = Verdict(texts.pop("answer"))
    until = _day(row, "until", path, line)
    if until and verdict is not Verdict.LATER:
        raise _wrong(path, line, "only `later` carries `until`")
    return Answer(answer=verdict, date=_day(row, "date", path, line), until=until, **texts)


_TEXTS: Sequence[str] = ("fingerprint", "rule", "path", "line", "answer", "reason", "by")
_NEEDED = {"fingerprint", "rule", "path", "answer", "reason"}


def _text(row: dict[str, Any], name: str, path: str, line: int) -> str:
    value = row.get(name, "" if name not in _NEEDED else None)
    if not isinstance(value, str):
        raise _wrong(path, line, f"{name} is missing" if value is None else f"{name} is no text")
    return value


def _day(row: dict[str, Any], name: str, path: str, line: int) -> dt.date | None:
    value = row.get(name)
    if value is None or type(value) is dt.date:
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(path, line, f"{name} is a day such as 2025-12-31") from None


def _wrong(path: str, line: int, what: str) -> InvalidRequestError:
    return InvalidRequestError(f"{path}, line {line}: {what}.", "Mend the table that begins there.")
