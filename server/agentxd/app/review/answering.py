"""Keeps what a person says to a finding in the repository's file of answers."""

import datetime as dt
import os
import pwd
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from agentxd.app.review.keeping import content, last_findings, write
from agentxd.kernel.errors import InvalidRequestError, NotFoundError
from agentxd.review.answers import (
    ANSWERS_PATH,
    Verdict,
    answer_to,
    day_of,
    format_answers,
    parse_answers,
)

_SHORTEST = 6
"""Digits of a fingerprint that must be given."""


class AnswerRequest(Struct, frozen=True, rename="camel"):
    """One answer."""

    root: str
    fingerprint: str
    verdict: str
    reason: str = ""
    until: str = ""
    is_json: bool = False


def keep_answer(request: AnswerRequest) -> int:
    """0. Raises NotFoundError for a finding that the last reviews did not show."""
    if len(request.fingerprint) < _SHORTEST:
        raise InvalidRequestError(
            f"{request.fingerprint} is too short", f"Give {_SHORTEST} digits of it, or more."
        )
    found = [
        finding
        for finding in last_findings(request.root)
        if finding.fingerprint.startswith(request.fingerprint)
    ]
    if len({finding.fingerprint for finding in found}) != 1:
        known = "several findings begin" if found else "no finding of the last review begins"
        raise NotFoundError(f"{known} with {request.fingerprint}", "Run: agentxd review")
    today = dt.datetime.now(dt.UTC).astimezone().date()
    answers = parse_answers(content(request.root, ANSWERS_PATH).decode("utf-8", "replace"))
    answer = answer_to(
        found[0],
        content(request.root, found[0].path) or None,
        Verdict(request.verdict),
        request.reason,
        by=_user(),
        today=today,
        until=day_of(request.until, today),
    )
    write(Path(request.root) / ANSWERS_PATH, format_answers(answers.added(answer)).encode())
    if request.is_json:
        told = msgspec.json.encode({"path": ANSWERS_PATH, "answer": answer}).decode()
    else:
        told = f"kept in {ANSWERS_PATH}; commit it with your change"
    sys.stdout.write(f"{told}\n")
    return 0


def _user() -> str:
    return os.environ.get("USER") or pwd.getpwuid(os.getuid()).pw_name
