"""A provider that reviews as it is told: with judgement that a test wrote, in the asked form."""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from agentxd.kernel.messages import (
    Delta,
    Finished,
    Message,
    ModelRequest,
    Part,
    Text,
    TextDelta,
    Usage,
)

_HEAD = re.compile(r"The token of this request is (\w+) and its receipt is (\w+)\.")
_BYTES_PER_TOKEN = 4


class Asked(Struct, frozen=True):
    """A request as a reviewer understands it."""

    system: str
    text: str
    token: str
    receipt: str
    files: Mapping[str, str]
    """Id to path; empty for a second look."""
    claims: tuple[str, ...] = ()
    """Ids of findings that are looked at a second time."""

    @property
    def is_second_look(self) -> bool:
        """Whether verdicts are wanted."""
        return bool(self.claims)


class Reply(Struct, frozen=True):
    """An answer that is more than a text."""

    parts: tuple[Part, ...]
    stop_reason: str = "end"


Judge = Callable[[Asked], str | Reply]


def asked_of(system: str, text: str) -> Asked:
    """Understand a request. Raises ValueError where it is none of a reviewer's."""
    head = _HEAD.match(text)
    if head is None:
        raise ValueError("no reviewer asks like this")
    token, receipt = head.groups()
    files = re.findall(rf"(?m)^BEGIN {token} file (f\d+)\npath: (.*)$", text)
    claims = re.findall(rf"(?m)^BEGIN {token} finding (c\d+)$", text)
    return Asked(
        system, text, token, receipt, {one: json.loads(path) for one, path in files}, tuple(claims)
    )


def report(asked: Asked, *findings: Mapping[str, Any], **more: Any) -> str:
    """A review in the asked form; `more` overrides fields."""
    whole = {"receipt": asked.receipt, "read": list(asked.files), "findings": list(findings)}
    return json.dumps({**whole, **more}, ensure_ascii=False)


def verdicts(asked: Asked, verdict: str = "confirmed", **each: str) -> str:
    """Verdicts in the asked form; `each` names those that differ."""
    rows = [
        {"id": claim, "verdict": each.get(claim, verdict), "reason": "the line says so"}
        for claim in asked.claims
    ]
    return json.dumps({"receipt": asked.receipt, "verdicts": rows})


def remark(path: str, line: int, quote: str, **more: Any) -> dict[str, Any]:
    """A finding as a model writes it; `line` counts from 1."""
    return {
        "path": path,
        "line": line,
        "quote": quote,
        "severity": "error",
        "message": "it goes wrong with an empty list",
        "advice": "look at its length first",
        **more,
    }


class FakeReviewModel:
    """Implements Provider; keeps what it was asked."""

    name = "fake"

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.asked: list[Asked] = []
        self.requests: list[ModelRequest] = []

    def models(self) -> Sequence[str]:
        """There is just the one."""
        return ("reviewer",)

    async def stream(self, request: ModelRequest) -> AsyncIterator[Delta]:
        """The answer in two pieces."""
        self.requests.append(request)
        text = "".join(part.text for part in request.messages[-1].parts if isinstance(part, Text))
        asked = asked_of(request.system, text)
        self.asked.append(asked)
        said = self._judge(asked)
        reply = said if isinstance(said, Reply) else Reply((Text(said),))
        words = "".join(part.text for part in reply.parts if isinstance(part, Text))
        yield TextDelta(words[: len(words) // 2])
        yield TextDelta(words[len(words) // 2 :])
        tokens = Usage(len(text) // _BYTES_PER_TOKEN, len(words) // _BYTES_PER_TOKEN + 1)
        yield Finished(Message("assistant", reply.parts), reply.stop_reason, tokens)
