"""Reads answers of reviewers: what is not exactly the form that was asked for is no answer."""

import re
from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Struct

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import Finished, Text, ToolCall
from agentxd.kernel.review import Severity

CONFIRMED, REFUTED = "confirmed", "refuted"
_MOST_RAW = 60
"""Findings of one answer that are looked at."""
_FENCE = re.compile(r"\A\s*```[a-zA-Z]*[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.DOTALL)
_NEXT = "try again, or choose a model that follows instructions more closely"


class UnreadableAnswerError(ProviderError):
    """A reviewer's answer is not what it was asked for: nothing of it counts, and it is told."""


class Cause(Struct, frozen=True):
    """The changed line that makes another line wrong."""

    path: str
    line: int
    quote: str


class Remark(Struct, frozen=True):
    """A finding as the model wrote it; nothing of it is believed yet."""

    path: str
    line: int
    """From 1."""
    quote: str
    message: str
    severity: Severity = Severity.WARNING
    advice: str = ""
    because: Cause | None = None


class Answer(Struct, frozen=True):
    """What a reviewer answered about a piece."""

    remarks: tuple[Remark, ...]
    n_broken: int
    """Remarks that had not the form of one."""
    read: frozenset[str]
    """Ids of files that it says it has read."""


def read_answer(finished: Finished, receipt: str) -> Answer:
    """The remarks. Raises UnreadableAnswerError."""
    found = _object(finished, receipt)
    remarks, read = found.get("findings"), found.get("read")
    if not isinstance(remarks, list) or not isinstance(read, list):
        raise UnreadableAnswerError("Its answer has no lists `findings` and `read`.", _NEXT)
    good = [remark for raw in remarks[:_MOST_RAW] if (remark := _remark(raw))]
    names = frozenset(one for one in read if isinstance(one, str))
    return Answer(tuple(good), len(remarks) - len(good), names)


def read_verdicts(finished: Finished, receipt: str, ids: Collection[str]) -> dict[str, str]:
    """Id to confirmed or refuted; whatever is neither, or said twice differently, is left out.

    Raises UnreadableAnswerError.
    """
    rows = _object(finished, receipt).get("verdicts")
    if not isinstance(rows, list):
        raise UnreadableAnswerError("Its answer has no list `verdicts`.", _NEXT)
    said: dict[str, set[str]] = {}
    for row in rows:
        name = row.get("id") if isinstance(row, dict) else None
        if isinstance(name, str) and name in ids:
            said.setdefault(name, set()).add(_verdict(row))
    return {name: next(iter(one)) for name, one in said.items() if len(one) == 1 and "" not in one}


def _verdict(row: dict[str, Any]) -> str:
    """A verdict without a reason is none."""
    verdict, reason = row.get("verdict"), row.get("reason")
    is_one = verdict in (CONFIRMED, REFUTED) and isinstance(reason, str) and reason.strip()
    return str(verdict) if is_one else ""


def _object(finished: Finished, receipt: str) -> dict[str, Any]:
    parts = finished.message.parts
    if calls := [part.name for part in parts if isinstance(part, ToolCall)]:
        raise UnreadableAnswerError(
            f"It asked for the tool {calls[0][:40]!r}; reviewers have none, and nothing was done.",
            _NEXT,
        )
    if finished.stop_reason == "refused":
        raise UnreadableAnswerError("The model refused to answer.", _NEXT)
    if finished.stop_reason == "length":
        raise UnreadableAnswerError("Its answer was cut off by its length limit.", _NEXT)
    text = "".join(part.text for part in parts if isinstance(part, Text))
    found = _decoded(text)
    if found.get("receipt") != receipt:
        raise UnreadableAnswerError("Its answer has not the receipt of the request.", _NEXT)
    return found


def _decoded(text: str) -> dict[str, Any]:
    """The JSON object, bare or in a Markdown fence. Raises UnreadableAnswerError."""
    fenced = _FENCE.match(text)
    try:
        return msgspec.json.decode((fenced[1] if fenced else text).encode(), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise UnreadableAnswerError(
            "Its answer is not the JSON object that was asked for.", _NEXT
        ) from error


def _remark(raw: object) -> Remark | None:
    try:
        return msgspec.convert(raw, Remark)
    except msgspec.ValidationError:
        return None
