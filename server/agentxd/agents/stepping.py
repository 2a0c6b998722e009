"""One step: choose a model, reserve, call it, settle; another model where one fails."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from msgspec.json import decode, encode
from msgspec.structs import replace

from agentxd.agents.arguments import as_object
from agentxd.agents.budget import Meter, Reservation, Wanted, day_of
from agentxd.agents.context.estimating import Estimator
from agentxd.agents.context.window import window_of
from agentxd.agents.recording import Recorder, note
from agentxd.agents.routing.choosing import Candidate, Choice
from agentxd.agents.routing.route import Route
from agentxd.agents.shielding import finish
from agentxd.kernel.errors import AgentxError, BudgetExhaustedError, ProviderError
from agentxd.kernel.events import ModelChosen, StepCompleted, StepFailed, StepRequested
from agentxd.kernel.messages import (
    Delta,
    Finished,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    Usage,
    Waiting,
)
from agentxd.kernel.ports import Clock

_BYTES_PER_TOKEN = 4


@dataclass(frozen=True)
class StepParts:
    """What the steps of one task work with."""

    route: Route
    meter: Meter
    record: Recorder
    clock: Clock
    show: Callable[[str, str], None]
    """(part kind: text or thinking, text): pieces as they stream."""
    estimator: Estimator = field(default_factory=Estimator)


@dataclass
class _Heard:
    """What came of one call so far."""

    n_bytes: int = 0
    first_ms: int = 0
    is_shown: bool = False
    """Whether a person has seen some of it."""


class Stepper:
    """Takes the steps of one task, in order."""

    def __init__(self, task: str, parts: StepParts) -> None:
        self._task = task
        self._parts = parts
        self._label = ""
        self.n_steps = 0
        """Model calls so far, failed ones too."""

    async def take(self, request: ModelRequest, purpose: str = "") -> Finished:
        """One step, by whichever model of the chain can do it.

        Raises BudgetExhaustedError before a call that would pass a ceiling, ProviderError where
        no model of the chain could do it, and StorageError.
        """
        self._parts.route.begin()
        while True:
            choice = self._choose(request)
            heard = _Heard()
            try:
                return await self._attempt(choice, request, heard, purpose)
            except ProviderError as error:
                # what a person has seen must not be said again by another
                if not self._parts.route.failed(choice, error) or heard.is_shown:
                    raise

    @property
    def current(self) -> Candidate:
        """The model that did the last step, or will do the first."""
        return self._parts.route.current

    def estimate(self, request: ModelRequest) -> int:
        """A guess at the tokens of a request to the model that did the last step."""
        return self._parts.estimator.tokens(request, self.current.label)

    def _choose(self, request: ModelRequest) -> Choice:
        return self._parts.route.choose(
            self.estimate(request), request.max_output_tokens, has_tools=bool(request.tools)
        )

    async def _attempt(
        self, choice: Choice, request: ModelRequest, heard: _Heard, purpose: str
    ) -> Finished:
        parts, model = self._parts, choice.candidate.model
        estimated = parts.estimator.tokens(request, model.label)
        room = window_of(model, request.max_output_tokens).reserved
        reservation = parts.meter.reserve(Wanted(estimated, room, model))
        self.n_steps += 1
        request = replace(request, model=model.name, max_output_tokens=reservation.output_tokens)
        began_ms, is_sent = parts.clock.now_ms(), False
        try:
            await self._tell(choice, reservation, purpose)
            is_sent = True
            finished = await self._stream(choice, request, heard, purpose)
        except (Exception, asyncio.CancelledError) as error:
            usage = model.priced(_cost_of_failure(estimated, heard)) if is_sent else Usage()
            parts.meter.settle(reservation, usage)
            reason = error.message if isinstance(error, AgentxError) else type(error).__name__
            if isinstance(error, asyncio.CancelledError):
                reason = "cancelled"
            await finish(self._failed(choice, reason, usage, began_ms))
            raise
        parts.meter.settle(reservation, finished.usage)
        parts.estimator.learn(request, model.label, finished.usage)
        await finish(self._completed(choice, finished, heard, began_ms, purpose))
        parts.route.succeeded(choice, heard.first_ms)
        return finished

    async def _tell(self, choice: Choice, reservation: Reservation, purpose: str) -> None:
        """The intent, with the choice where it is a new one."""
        label = choice.candidate.label
        requested = StepRequested(
            self._task,
            self.n_steps,
            reservation.tokens,
            reservation.cost_micros,
            label,
            reservation.input_tokens,
            purpose,
        )
        if label == self._label or self._parts.route.is_alone:
            await self._parts.record(requested)
            return
        self._label = label
        chosen = ModelChosen(
            self._task, self.n_steps, label, choice.reasons, dict(choice.passed_over)
        )
        await self._parts.record(chosen, requested)

    async def _completed(
        self, choice: Choice, finished: Finished, heard: _Heard, began_ms: int, purpose: str
    ) -> None:
        now_ms = self._parts.clock.now_ms()
        await note(
            self._parts.record,
            StepCompleted(
                self._task,
                self.n_steps,
                finished.message,
                finished.stop_reason,
                finished.usage,
                choice.candidate.label,
                now_ms - began_ms,
                heard.first_ms,
                day_of(now_ms),
                purpose,
            ),
        )

    async def _failed(self, choice: Choice, reason: str, usage: Usage, began_ms: int) -> None:
        now_ms = self._parts.clock.now_ms()
        label, duration = choice.candidate.label, now_ms - began_ms
        await self._parts.record(
            StepFailed(self._task, self.n_steps, reason, usage, label, duration, day_of(now_ms))
        )

    async def _stream(
        self, choice: Choice, request: ModelRequest, heard: _Heard, purpose: str
    ) -> Finished:
        """One call under the time that is left; whatever a provider throws is a ProviderError."""
        provider = choice.candidate.provider
        timer = asyncio.timeout(self._parts.meter.seconds_left())
        try:
            async with timer:
                return await self._finished(choice, request, heard, purpose)
        except AgentxError:
            raise
        except Exception as error:
            if isinstance(error, TimeoutError) and timer.expired():
                raise out_of_time() from error
            raise ProviderError(
                f"The provider {provider.name} broke: {type(error).__name__}: {error}",
                "try again, or choose another provider",
            ) from error

    async def _finished(
        self, choice: Choice, request: ModelRequest, heard: _Heard, purpose: str
    ) -> Finished:
        finished: Finished | None = None
        name, began_ms = choice.candidate.provider.name, self._parts.clock.now_ms()
        async with AsyncExitStack() as stack:
            stream = choice.candidate.provider.stream(request)
            _close_with(stack, stream)
            async for delta in stream:
                if not isinstance(delta, Waiting):
                    heard.first_ms = heard.first_ms or self._parts.clock.now_ms() - began_ms
                if isinstance(delta, Finished):
                    finished = _recordable(name, delta)
                else:
                    self._show(delta, heard, purpose)
        if finished is None:
            raise ProviderError(f"The provider {name} ended a step without an answer.", "try again")
        return finished

    def _show(
        self, delta: TextDelta | ThinkingDelta | Waiting, heard: _Heard, purpose: str
    ) -> None:
        """A summary or a review is not for a person; it is paid for all the same."""
        if not isinstance(delta, Waiting):
            heard.n_bytes += len(delta.text.encode("utf-8", "replace"))
        if purpose:
            return
        if isinstance(delta, Waiting):
            self._parts.show("notice", delta.text)
            return
        heard.is_shown = True
        self._parts.show("text" if isinstance(delta, TextDelta) else "thinking", delta.text)


def _cost_of_failure(estimated: int, heard: _Heard) -> Usage:
    """An answer that never began costs nothing; one that was cut off is paid for until then."""
    if not heard.n_bytes:
        return Usage()
    return Usage(estimated, heard.n_bytes // _BYTES_PER_TOKEN + 1)


def _recordable(provider: str, finished: Finished) -> Finished:
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
            f"What {provider} answered cannot be recorded: {error}", "try again"
        ) from error
    return finished


@runtime_checkable
class _Closable(Protocol):
    async def aclose(self) -> None: ...


def _close_with(stack: AsyncExitStack, stream: AsyncIterator[Delta]) -> None:
    """A generator that a cancel left half-way is closed now, not when it is collected."""
    if isinstance(stream, _Closable):
        stack.push_async_callback(stream.aclose)


def out_of_time() -> BudgetExhaustedError:
    """The time ceiling was passed in the middle of something."""
    return BudgetExhaustedError(
        "The time budget ran out while the work was under way.", "raise budget_seconds"
    )
