"""The agent loop: call the model, answer all its tool calls, until it calls none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from msgspec.json import decode, encode
from msgspec.structs import replace

from agentxd.agents.arguments import as_object
from agentxd.agents.budget import Meter
from agentxd.agents.dispatch import Dispatcher
from agentxd.agents.guard import LoopGuard
from agentxd.agents.recording import Recorder
from agentxd.agents.shielding import finish
from agentxd.kernel.errors import AgentxError, BudgetExhaustedError, ProviderError
from agentxd.kernel.events import MessageAdded, StepCompleted, StepFailed, StepRequested
from agentxd.kernel.messages import (
    Delta,
    Finished,
    Message,
    ModelRequest,
    Text,
    TextDelta,
    ThinkingDelta,
    ToolCall,
)
from agentxd.kernel.ports import Provider


@dataclass(frozen=True)
class LoopParts:
    """What one agent works with."""

    provider: Provider
    dispatcher: Dispatcher
    meter: Meter
    guard: LoopGuard
    record: Recorder
    show: Callable[[str, str], None]
    """(part kind: text or thinking, text): pieces as they stream."""


async def run_loop(task: str, parts: LoopParts, request: ModelRequest) -> tuple[Message, ...]:
    """Work until the model calls no tool; the whole transcript.

    Raises BudgetExhaustedError before a call that would pass a ceiling, StuckError, ProviderError
    and StorageError. A cancel leaves every model call and tool call with a recorded result.
    """
    step = 0
    while True:
        step += 1
        finished = await _step(task, parts, request, step)
        request = _with(request, finished.message)
        calls = [part for part in finished.message.parts if isinstance(part, ToolCall)]
        if not calls:
            return request.messages
        observations = await _answer(parts, calls)
        request = _with(request, Message("tool", observations))
        if nudge := parts.guard.look(calls, observations):
            message = Message("user", (Text(nudge),))
            await parts.record(MessageAdded(task, message))
            request = _with(request, message)


async def _step(task: str, parts: LoopParts, request: ModelRequest, step: int) -> Finished:
    reservation = parts.meter.reserve(request)
    request = replace(request, max_output_tokens=reservation.output_tokens)
    await parts.record(
        StepRequested(task, step, reservation.tokens, reservation.cost_micros),
    )
    try:
        finished = await _stream(parts, request)
    except (AgentxError, asyncio.CancelledError) as error:
        reason = error.message if isinstance(error, AgentxError) else "cancelled"
        await finish(_failed(task, parts, step, reason))
        raise
    parts.meter.settle(reservation, finished.usage)
    await finish(_completed(task, parts, step, finished))
    if finished.stop_reason == "refused":
        raise ProviderError("The model refused to go on.", "put the goal in other words")
    return finished


async def _completed(task: str, parts: LoopParts, step: int, finished: Finished) -> None:
    await parts.record(
        StepCompleted(task, step, finished.message, finished.stop_reason, finished.usage)
    )


async def _failed(task: str, parts: LoopParts, step: int, reason: str) -> None:
    await parts.record(StepFailed(task, step, reason))


async def _stream(parts: LoopParts, request: ModelRequest) -> Finished:
    """One model call under the time that is left; whatever a provider throws is a ProviderError."""
    timer = asyncio.timeout(parts.meter.seconds_left())
    try:
        async with timer:
            return await _finished(parts, request)
    except AgentxError:
        raise
    except Exception as error:
        if isinstance(error, TimeoutError) and timer.expired():
            raise _out_of_time() from error
        raise ProviderError(
            f"The provider {parts.provider.name} broke: {type(error).__name__}: {error}",
            "try again, or choose another provider",
        ) from error


async def _finished(parts: LoopParts, request: ModelRequest) -> Finished:
    finished: Finished | None = None
    async with AsyncExitStack() as stack:
        stream = parts.provider.stream(request)
        _close_with(stack, stream)
        async for delta in stream:
            if isinstance(delta, Finished):
                finished = _recordable(parts, delta)
            else:
                _show(parts, delta)
    if finished is None:
        raise ProviderError(
            f"The provider {parts.provider.name} ended a step without an answer.", "try again"
        )
    return finished


def _recordable(parts: LoopParts, finished: Finished) -> Finished:
    """The step as the log can hold it: what no JSON can say is the provider's fault."""
    message = finished.message
    calls_mended = tuple(
        replace(part, arguments=as_object(part.arguments)) if isinstance(part, ToolCall) else part
        for part in message.parts
    )
    finished = replace(finished, message=replace(message, parts=calls_mended))
    try:
        decode(encode(finished), type=Finished)
    except (TypeError, ValueError, RecursionError) as error:
        raise ProviderError(
            f"What {parts.provider.name} answered cannot be recorded: {error}", "try again"
        ) from error
    return finished


@runtime_checkable
class _Closable(Protocol):
    async def aclose(self) -> None: ...


def _close_with(stack: AsyncExitStack, stream: AsyncIterator[Delta]) -> None:
    """A generator that a cancel left half-way is closed now, not when it is collected."""
    if isinstance(stream, _Closable):
        stack.push_async_callback(stream.aclose)


def _show(parts: LoopParts, delta: Delta) -> None:
    if isinstance(delta, TextDelta):
        parts.show("text", delta.text)
    elif isinstance(delta, ThinkingDelta):
        parts.show("thinking", delta.text)


async def _answer(parts: LoopParts, calls: list[ToolCall]) -> tuple[Any, ...]:
    """Tools run under the time that is left, too."""
    timer = asyncio.timeout(parts.meter.seconds_left())
    try:
        async with timer:
            return await parts.dispatcher.answer(calls)
    except TimeoutError as error:
        if timer.expired():
            raise _out_of_time() from error
        raise


def _out_of_time() -> BudgetExhaustedError:
    return BudgetExhaustedError(
        "The time budget ran out while the work was under way.", "raise budget_seconds"
    )


def _with(request: ModelRequest, message: Message) -> ModelRequest:
    return replace(request, messages=(*request.messages, message))
