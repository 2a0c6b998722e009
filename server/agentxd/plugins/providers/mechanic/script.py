"""Scripts: plain generators that yield tool calls and receive their observations.

A script decides by nothing but what it was told, so it can be played again from any transcript:
the provider keeps no state between two steps, and a restarted daemon goes on where it was.
"""

import re
from collections.abc import Generator, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import Message, Observation, Text, ToolCall

T = TypeVar("T")
_EXIT_CODE = re.compile(r"exit code (-?\d+)")
_NUMBERED = re.compile(r"^ *\d+\t", re.MULTILINE)
_HUNK = re.compile(r"^hunk (\d+): (.*)$", re.MULTILINE)
_CHECK_TIMEOUT_S = 1_200


class Act(Struct, frozen=True):
    """One step: a remark for the user and the calls to make, in order."""

    remark: str
    calls: tuple[tuple[str, dict[str, Any]], ...]


Script = Generator[Act, tuple[Observation, ...], T]


class Ran(Struct, frozen=True):
    """How a command ended."""

    command: str
    exit_code: int
    output: str


class RefusedError(ProviderError):
    """A call that the script cannot do without was refused or broke."""


def run(command: str, remark: str = "", *, is_look: bool = False) -> Script[Ran]:
    """Run a command. Raises RefusedError where it was not let through."""
    (observation,) = yield Act(remark, (run_call(command, is_look=is_look),))
    return ran(command, observation)


def run_call(command: str, *, is_look: bool = False) -> tuple[str, dict[str, Any]]:
    """The call that runs a command; `is_look` keeps it out of the evidence."""
    arguments = {"command": command, "timeout_s": _CHECK_TIMEOUT_S}
    if is_look:
        arguments["purpose"] = "look"
    return ("run", arguments)


def ran(command: str, observation: Observation) -> Ran:
    """Read what the run tool answered. Raises RefusedError."""
    found = _EXIT_CODE.match(observation.output)
    if observation.is_error or found is None:
        raise RefusedError(observation.output)
    _, _, output = observation.output.partition("\n")
    return Ran(command, int(found[1]), output)


def read_files(paths: Sequence[str]) -> Script[dict[str, str]]:
    """The text of those files that are there."""
    calls = tuple(("read", {"path": path}) for path in paths)
    observations = yield Act("Looking at how the project is set up.", calls)
    return {
        path: _NUMBERED.sub("", observation.output)
        for path, observation in zip(paths, observations, strict=True)
        if not observation.is_error
    }


def glob(patterns: Sequence[str]) -> Script[list[list[str]]]:
    """The paths that match each pattern."""
    calls = tuple(("glob", {"pattern": pattern}) for pattern in patterns)
    observations = yield Act("", calls)
    return [_paths(observation) for observation in observations]


def diff(remark: str = "") -> Script[dict[int, str]]:
    """Number and place of every hunk so far."""
    (observation,) = yield Act(remark, (("diff", {}),))
    if observation.is_error:
        raise RefusedError(f"The changes could not be listed: {observation.output}")
    return {int(number): place for number, place in _HUNK.findall(observation.output)}


def keep(numbers: Sequence[int], remark: str = "") -> Script[None]:
    """Leave exactly these hunks in the copy."""
    (observation,) = yield Act(remark, (keep_call(numbers),))
    check_kept(observation)


def keep_call(numbers: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """The call that keeps exactly these hunks."""
    return ("keep", {"hunks": sorted(numbers)})


def check_kept(observation: Observation) -> None:
    """Raise RefusedError where the hunks could not be kept."""
    if observation.is_error:
        raise RefusedError(f"The hunks could not be sorted out: {observation.output}")


def next_act(script: Script[str], transcript: Sequence[Message]) -> Act | str:
    """Play the script against what happened so far; its next step, or its last words."""
    try:
        act = next(script)
        for calls, observations in _steps(transcript):
            if len(calls) != len(act.calls):
                raise ProviderError("The transcript is of another goal.", "run the goal again")
            act = script.send(observations)
    except StopIteration as end:
        return str(end.value)
    return act


def _steps(
    transcript: Sequence[Message],
) -> list[tuple[list[ToolCall], tuple[Observation, ...]]]:
    """The tool calls of each step with their observations, matched by id."""
    answers = {
        part.call_id: part
        for message in transcript
        for part in message.parts
        if isinstance(part, Observation)
    }
    steps: list[tuple[list[ToolCall], tuple[Observation, ...]]] = []
    for message in transcript:
        calls = [part for part in message.parts if isinstance(part, ToolCall)]
        if message.role == "assistant" and calls:
            missing = [call.id for call in calls if call.id not in answers]
            if missing:
                raise ProviderError(f"The call {missing[0]} was never answered.", "run it again")
            steps.append((calls, tuple(answers[call.id] for call in calls)))
    return steps


def goal_text(transcript: Sequence[Message]) -> str:
    """What the user asked first."""
    for message in transcript:
        if message.role == "user":
            return " ".join(part.text for part in message.parts if isinstance(part, Text))
    return ""


def _paths(observation: Observation) -> list[str]:
    if observation.is_error or observation.output.startswith("No file matches"):
        return []
    return [line for line in observation.output.splitlines() if not line.startswith("(")]
