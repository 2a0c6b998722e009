"""The tool dispatcher: the one way from a model's wish to a tool, through the gate, with a record.

Every call of a step gets exactly one observation: unknown tools, duplicates, malformed
arguments, denials, crashes and cancellation are answered as error observations.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from agentxd.agents.arguments import complaint
from agentxd.agents.gate import Action, Gate, Verdict
from agentxd.agents.offering import with_offers
from agentxd.agents.recording import Recorder, note
from agentxd.agents.shielding import finish
from agentxd.kernel.errors import AgentxError, DeniedError, StorageError
from agentxd.kernel.events import ToolCallCompleted, ToolCallRequested
from agentxd.kernel.messages import Observation, ToolCall
from agentxd.kernel.ports import Clock, Tool, ToolContext, UnderstandsMore
from agentxd.kernel.redaction import redact

_MAX_SUBJECT = 160
_LARGE = 10_000
"""Characters of arguments that are judged off the event loop."""


class Workroom(Protocol):
    """Where the calls of one task happen."""

    def context(self, tool: Tool, call: ToolCall) -> ToolContext:
        """What this call may touch."""
        ...

    async def approve(self, call: ToolCall, verdict: Verdict) -> str:
        """Ask a person for leave; how it was given. Raises DeniedError where it was not."""
        ...


async def _at_once() -> None:
    """Where nothing has to be waited for."""


class Dispatcher:
    """Answers the tool calls of one task; `ready` is waited for before the first.

    `edge` is waited for before each call, where nothing else of the task is under way.
    """

    def __init__(
        self,
        task: str,
        tools: Sequence[Tool],
        gate: Gate,
        *,
        workroom: Workroom,
        record: Recorder,
        clock: Clock,
        ready: Callable[[], Awaitable[None]] = _at_once,
        edge: Callable[[], Awaitable[None]] = _at_once,
    ) -> None:
        self._task = task
        self._tools: Mapping[str, Tool] = {tool.spec.name: tool for tool in tools}
        self._gate = gate
        self._workroom = workroom
        self._record = record
        self._clock = clock
        self._ready = ready
        self._edge = edge
        self.denials: list[str] = []
        """Every refusal so far, in words."""
        self.is_last_denied = False
        """Whether the step that was answered last had a call that was denied."""

    async def answer(self, calls: Sequence[ToolCall]) -> tuple[Observation, ...]:
        """One observation per call, in their order. A cancel leaves none without its answer."""
        answers: dict[int, Observation] = {}
        n_denials = len(self.denials)
        try:
            await self._ready()
            for batch in self._batches(calls):
                await self._edge()
                await self._answer_batch(calls, batch, answers)
            self.is_last_denied = len(self.denials) > n_denials
        except asyncio.CancelledError:
            await finish(self._close(calls, answers))
            raise
        return tuple(answers[index] for index in range(len(calls)))

    def _batches(self, calls: Sequence[ToolCall]) -> list[list[int]]:
        """Neighbouring reads go together, everything else one by one in order."""
        batches: list[list[int]] = []
        was_read = False
        for index, call in enumerate(calls):
            tool = self._tools.get(call.name)
            is_read = tool is not None and tool.spec.risk == "read"
            if is_read and was_read:
                batches[-1].append(index)
            else:
                batches.append([index])
            was_read = is_read
        return batches

    async def _answer_batch(
        self, calls: Sequence[ToolCall], batch: Sequence[int], answers: dict[int, Observation]
    ) -> None:
        async def one(index: int) -> None:
            is_repeated = any(calls[index].id == other.id for other in calls[:index])
            started = self._clock.now_ms()
            answers[index] = await self._answer_one(
                calls[index], is_repeated=is_repeated, is_alone=len(batch) == 1
            )
            duration = self._clock.now_ms() - started
            await finish(self._completed(answers[index], duration))

        if len(batch) == 1:
            await one(batch[0])
            return
        try:
            async with asyncio.TaskGroup() as group:
                for index in batch:
                    group.create_task(one(index))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def _answer_one(
        self, call: ToolCall, *, is_repeated: bool, is_alone: bool
    ) -> Observation:
        tool = self._tools.get(call.name)
        problem = _problem(call, tool, self._tools, is_repeated=is_repeated)
        if tool is None or problem:
            return _refusal(call, problem)
        try:
            verdict = await self._pass_gate(tool, call)
            if is_alone:
                await self._edge()  # a person may have paused it while it was asked
        except DeniedError as error:
            self.denials.append(error.message)
            return _refusal(call, _words(error))
        await self._record(ToolCallRequested(self._task, call, verdict))
        return await self._call(tool, call)

    async def _completed(self, observation: Observation, duration_ms: int) -> None:
        await note(self._record, ToolCallCompleted(self._task, observation, duration_ms))

    async def _pass_gate(self, tool: Tool, call: ToolCall) -> str:
        """How the call was let through. Raises DeniedError."""
        if sum(len(part) for part in call.arguments.values() if isinstance(part, str)) > _LARGE:
            # the files of a large patch are read out of it, which takes a while
            verdict = await asyncio.to_thread(_judged, self._gate, tool, call)
        else:
            verdict = _judged(self._gate, tool, call)
        if verdict.action is Action.ALLOW:
            return verdict.text
        if verdict.action is Action.ASK:
            return await self._workroom.approve(call, verdict)
        raise DeniedError(
            f"Denied by the rule `{verdict.rule}`: {_short(verdict.subject)}",
            "do it another way, or leave it out and say so",
        )

    async def _call(self, tool: Tool, call: ToolCall) -> Observation:
        context = self._workroom.context(tool, call)
        try:
            observation = await tool.call(call.id, call.arguments, context)
            output = await _without_secrets(observation.output)
            return Observation(call.id, output, observation.is_error)
        except StorageError:
            raise
        except AgentxError as error:
            if isinstance(error, DeniedError):
                self.denials.append(error.message)
            return _refusal(call, _words(error))
        except Exception as error:  # noqa: BLE001  # a plugin call is a border: it never stops us
            words = f"The tool {call.name} broke: {type(error).__name__}: {error}"
            return _refusal(call, words)

    async def _close(self, calls: Sequence[ToolCall], answers: Mapping[int, Observation]) -> None:
        """Answer what was cut off, so that the transcript stays one that a model can read."""
        for index, call in enumerate(calls):
            if index not in answers:
                await self._completed(_refusal(call, "Cancelled before it was done."), 0)


def _judged(gate: Gate, tool: Tool, call: ToolCall) -> Verdict:
    verdict = gate.judge(tool.spec, call.arguments)
    if verdict.action is Action.ASK:
        return with_offers(gate, tool.spec, call.arguments, verdict)
    return verdict


def _problem(
    call: ToolCall, tool: Tool | None, tools: Mapping[str, Tool], *, is_repeated: bool
) -> str:
    """Why the call cannot be made as it stands, empty where it can."""
    if is_repeated:
        return f"The call id {call.id} was used twice in one step; only the first was answered."
    if tool is None:
        return f"There is no tool {call.name!r}. There are: {', '.join(sorted(tools))}."
    if (problem := complaint(call.arguments, tool.spec.schema)) and not (
        isinstance(tool, UnderstandsMore) and tool.understands(call.arguments)
    ):
        return f"The call does not fit {call.name}'s schema: {problem}. Nothing was done."
    return ""


async def _without_secrets(output: str) -> str:
    """The model sees what the log holds: a secret in a file or in output reaches neither."""
    if len(output) > _LARGE:
        return await asyncio.to_thread(redact, output)
    return redact(output)


def _refusal(call: ToolCall, words: str) -> Observation:
    return Observation(call.id, words, is_error=True)


def _words(error: AgentxError) -> str:
    return f"{error.message} Next: {error.next_step}." if error.next_step else error.message


def _short(subject: str) -> str:
    """A person reads this; the whole command is in the log."""
    return subject if len(subject) <= _MAX_SUBJECT else subject[: _MAX_SUBJECT - 1] + "…"
