"""`python -P -m agentxd.app.review WHAT JSON`: reviews, explains rules, keeps answers.

It needs no daemon, no model and no container engine; where a daemon runs, it is asked about uses
of names. It starts and ends with each review, so what is heavy is loaded when it is needed.
"""

import os
import sys
from collections.abc import Callable, Sequence

import msgspec

from agentxd.kernel.errors import AgentxError

_FAILED = 2
"""Exit code of a review that could not begin: the words or the repository are off."""
_CANCELLED = 130


def main(arguments: Sequence[str]) -> int:
    """The exit code; a sentence on standard error where nothing could be done."""
    try:
        what, request = arguments
        return _DOES[what](request.encode())
    except AgentxError as error:
        return _refuse(error.message, error.next_step)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        return _refuse(f"the request is off: {error}", "See: agentxd review --help")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of our output has enough
        return 0
    except KeyboardInterrupt:
        return _CANCELLED


def _review(request: bytes) -> int:
    from agentxd.app.review.process import ReviewProcess  # noqa: PLC0415  # the others need less
    from agentxd.app.review.request import ReviewRequest  # noqa: PLC0415

    return ReviewProcess(msgspec.json.decode(request, type=ReviewRequest)).run()


def _rules(request: bytes) -> int:
    from agentxd.app.review.explaining import RulesRequest, tell_rules  # noqa: PLC0415

    return tell_rules(msgspec.json.decode(request, type=RulesRequest))


def _answer(request: bytes) -> int:
    from agentxd.app.review.answering import AnswerRequest, keep_answer  # noqa: PLC0415

    return keep_answer(msgspec.json.decode(request, type=AnswerRequest))


_DOES: dict[str, Callable[[bytes], int]] = {"review": _review, "rules": _rules, "answer": _answer}


def _refuse(message: str, next_step: str) -> int:
    lines = [f"agentxd: {message}", *([f"  {next_step}"] if next_step else [])]
    sys.stderr.write("\n".join(lines) + "\n")
    return _FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
