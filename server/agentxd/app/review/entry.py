"""What the review's process does: it reviews, explains rules, or keeps an answer."""

import os
import sys
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from agentxd.kernel.errors import AgentxError

_CODES = {
    "invalid_request": 2,
    "not_found": 3,
    "wrong_state": 4,
    "storage": 14,
    "workspace_refused": 15,
}
"""Exit code of what could not begin, by the name of the error; as those of `agentxd`."""
_FAILED, _USAGE, _CANCELLED = 1, 2, 130


def main(arguments: Sequence[str]) -> int:
    """The exit code; a sentence on standard error where nothing could be done."""
    what, request = arguments
    try:
        return _DOES[what](request.encode())
    except AgentxError as error:
        code = _CODES.get(error.code, _FAILED)
        return _refuse(request, Refusal(error.code, error.message, error.next_step, code))
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        words = f"the request is off: {error}"
        step = "See: agentxd review --help"
        return _refuse(request, Refusal("invalid_request", words, step, _USAGE))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of our output has enough
        return 0
    except KeyboardInterrupt:
        return _CANCELLED


def _review(request: bytes) -> int:
    from agentxd.app.review.process import ReviewProcess  # noqa: PLC0415  # the others need less
    from agentxd.app.review.request import ReviewOrder  # noqa: PLC0415

    return ReviewProcess(msgspec.json.decode(request, type=ReviewOrder)).run()


def _rules(request: bytes) -> int:
    from agentxd.app.review.explaining import RulesRequest, tell_rules  # noqa: PLC0415

    return tell_rules(msgspec.json.decode(request, type=RulesRequest))


def _answer(request: bytes) -> int:
    from agentxd.app.review.answering import AnswerRequest, keep_answer  # noqa: PLC0415

    return keep_answer(msgspec.json.decode(request, type=AnswerRequest))


_DOES: dict[str, Callable[[bytes], int]] = {"review": _review, "rules": _rules, "answer": _answer}


class Refusal(Struct, frozen=True, rename="camel"):
    """Why nothing was done."""

    code: str
    message: str
    next_step: str
    exit_code: int


class Manner(Struct, frozen=True, rename="camel"):
    """How the answer is wanted, of whatever request."""

    is_json: bool = False
    format: str = "text"


def _refuse(request: str, refusal: Refusal) -> int:
    """Told as JSON where that was asked for, else in a sentence and what to do."""
    try:
        manner = msgspec.json.decode(request, type=Manner)
    except (msgspec.ValidationError, msgspec.DecodeError):
        manner = Manner()
    if manner.is_json or manner.format == "json":
        sys.stdout.write(msgspec.json.encode({"error": refusal}).decode() + "\n")
    else:
        step = f"\n  {refusal.next_step}" if refusal.next_step else ""
        sys.stderr.write(f"agentxd: {refusal.message}{step}\n")
    return refusal.exit_code
