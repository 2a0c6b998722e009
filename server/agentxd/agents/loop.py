"""The agent loop: call the model, answer all its tool calls, until it calls none."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from agentxd.agents.braking import Brake
from agentxd.agents.budget import Meter
from agentxd.agents.context.compacting import Compactor
from agentxd.agents.dispatch import Dispatcher
from agentxd.agents.guard import LoopGuard
from agentxd.agents.recording import Recorder
from agentxd.agents.stepping import Stepper, out_of_time
from agentxd.kernel.errors import ProviderError
from agentxd.kernel.events import MessageAdded
from agentxd.kernel.messages import Finished, Message, ModelRequest, Text, ToolCall

_GO_ON = "Your answer was cut off by its length limit. Go on where it ended."
_MOST_GO_ONS = 3


def _nothing_new() -> Sequence[MessageAdded]:
    return ()


@dataclass(frozen=True)
class LoopParts:
    """What one agent works with."""

    stepper: Stepper
    compactor: Compactor
    dispatcher: Dispatcher
    meter: Meter
    guard: LoopGuard
    record: Recorder
    inbox: Callable[[], Sequence[MessageAdded]] = _nothing_new
    """What the user said since it was asked last; recorded, then taken up in the next step."""
    brake: Brake = field(default_factory=Brake)
    """Holds it before a step; the dispatcher has the same one."""


async def run_loop(task: str, parts: LoopParts, request: ModelRequest) -> tuple[Message, ...]:
    """Work until the model calls no tool and nobody said more; the whole transcript.

    Raises BudgetExhaustedError before a call that would pass a ceiling, StuckError, ProviderError
    and StorageError. A cancel leaves every model call and tool call with a recorded result.
    """
    n_go_ons = 0
    while True:
        await parts.brake.edge()
        request = await _added(parts, request, *parts.inbox())
        request, finished = await _step(parts, request)
        request = _with(request, finished.message)
        calls = [part for part in finished.message.parts if isinstance(part, ToolCall)]
        if calls:
            request = await _answered(task, parts, request, calls)
        elif finished.stop_reason == "length" and n_go_ons < _MOST_GO_ONS:
            n_go_ons += 1
            request = await _added(parts, request, _said(task, _GO_ON))
        elif said := parts.inbox():
            request = await _added(parts, request, *said)
        else:
            return request.messages


async def _step(parts: LoopParts, request: ModelRequest) -> tuple[ModelRequest, Finished]:
    """One step; a prompt that turns out to be too long is compacted once and sent again."""
    request = await parts.compactor.fit(request)
    try:
        finished = await parts.stepper.take(request)
    except ProviderError as error:
        if error.kind != "prompt_too_long":
            raise
        smaller = await parts.compactor.compact(request)
        if smaller is request:
            raise
        request, finished = smaller, await parts.stepper.take(smaller)
    if finished.stop_reason == "refused":
        raise ProviderError("The model refused to go on.", "put the goal in other words")
    return request, finished


async def _answered(
    task: str, parts: LoopParts, request: ModelRequest, calls: list[ToolCall]
) -> ModelRequest:
    observations = await _answer(parts, calls)
    request = _with(request, Message("tool", observations))
    nudge = parts.guard.look(calls, observations)
    return await _added(parts, request, _said(task, nudge)) if nudge else request


async def _answer(parts: LoopParts, calls: list[ToolCall]) -> tuple[Any, ...]:
    """Tools run under the time that is left, too."""
    timer: asyncio.Timeout | None = None
    try:
        async with parts.brake.timed(parts.meter) as timer:
            return await parts.dispatcher.answer(calls)
    except TimeoutError as error:
        if timer is not None and timer.expired():
            raise out_of_time() from error
        raise


async def _added(parts: LoopParts, request: ModelRequest, *added: MessageAdded) -> ModelRequest:
    """The request with messages that the log has already."""
    if added:
        await parts.record(*added)
    return replace(request, messages=(*request.messages, *(one.message for one in added)))


def _said(task: str, text: str) -> MessageAdded:
    return MessageAdded(task, Message("user", (Text(text),)))


def _with(request: ModelRequest, message: Message) -> ModelRequest:
    return replace(request, messages=(*request.messages, message))
