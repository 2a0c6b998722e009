"""Attempts of one model call: backoff with jitter under a cap, never after something was shown."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

from agentxd.kernel.errors import AgentxError, ProviderError
from agentxd.kernel.messages import Delta, Waiting

_FIRST_S = 0.5
_LONGEST_S = 16.0
_MOST = 8
"""Attempts, however short the pauses were."""
_MOST_UNREACHABLE = 3
"""What listens nowhere seldom begins to within a minute."""


class Patience(Protocol):
    """How long to wait before the next attempt; a fake one does not wait."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def jitter(self) -> float:
        """A number from 0 to 1."""
        ...


class RealPatience:
    """Waits, and rolls the dice."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def jitter(self) -> float:
        """A number from 0 to 1."""
        return random.random()  # noqa: S311  # spreads callers, guards nothing


async def attempts(
    attempt: Callable[[], AsyncGenerator[Delta, None]],
    trouble: Callable[[Exception], ProviderError],
    retry_s: float,
    patience: Patience,
) -> AsyncGenerator[Delta, None]:
    """The deltas of the first attempt that works. Raises ProviderError.

    A transient trouble is met with another attempt as long as nothing was given out and the
    pauses add up to less than `retry_s` seconds.
    """
    waited, n_tries = 0.0, 0
    while True:
        n_tries += 1
        has_shown = False
        try:
            async with aclosing(attempt()) as deltas:
                async for delta in deltas:
                    has_shown = True
                    yield delta
        except Exception as error:
            found = _named(error, trouble)
            pause = _pause(found, n_tries, patience.jitter())
            most = _MOST_UNREACHABLE if found.kind == "unreachable" else _MOST
            is_over = waited + pause > retry_s or n_tries >= most
            if has_shown or is_over or not found.is_transient:
                raise _told(found, n_tries) from error
            yield Waiting(f"{found.message.rstrip('. ')}. The next try is in {pause:.0f} s.")
        else:
            return
        waited += pause
        await patience.sleep(pause)


def _named(error: Exception, trouble: Callable[[Exception], ProviderError]) -> ProviderError:
    if isinstance(error, ProviderError):
        return error
    if isinstance(error, AgentxError):
        return ProviderError(error.message, error.next_step)
    return trouble(error)


def _pause(found: ProviderError, n_tries: int, jitter: float) -> float:
    """Seconds: doubling, with jitter, and never less than the provider asked for."""
    longest = min(_LONGEST_S, _FIRST_S * 2.0 ** (n_tries - 1))
    return max(found.retry_after_s or 0.0, longest * (0.5 + jitter / 2))


def _told(found: ProviderError, n_tries: int) -> ProviderError:
    """The user hears how often it was tried."""
    if n_tries == 1:
        return found
    return ProviderError(
        f"{found.message.rstrip('. ')}. It was tried {n_tries} times.",
        found.next_step,
        kind=found.kind,
        retry_after_s=found.retry_after_s,
    )
