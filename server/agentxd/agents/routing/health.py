"""How well each model did lately: a circuit breaker, and what was measured."""

from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.ports import Clock

_TRIPS_AFTER = 3
"""Troubles in a row that may pass by themselves."""
_FIRST_PAUSE_S = 30.0
_LONGEST_PAUSE_S = 600.0
_LASTING_PAUSE_S = 300.0
"""A wrong key or an unknown model does not pass by itself, but a person may mend it."""
_WEIGHT = 0.2
"""Of the newest measurement in the running mean."""
_INNOCENT = ("prompt_too_long", "rejected")
"""Troubles with the request: another one may well succeed."""


class Record(Struct, frozen=True):
    """What is known of one model."""

    n_troubles: int = 0
    """In a row."""
    closed_until_ms: int = 0
    trouble: str = ""
    """The last one, in words."""
    success: float = 1.0
    """Running mean of calls that worked, from 0 to 1."""
    first_ms: float = 0.0
    """Running mean until the first piece of an answer; 0 before there was one."""


class Health:
    """Shared by all tasks of the daemon; forgotten when it leaves."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: dict[str, Record] = {}

    def of(self, label: str) -> Record:
        """What is known of a model; nothing bad where nothing is known."""
        return self._records.get(label, Record())

    def is_open(self, label: str) -> bool:
        """Whether calls are held back now. After the pause one call is let through to try."""
        return self._clock.now_ms() < self.of(label).closed_until_ms

    def succeeded(self, label: str, first_ms: int) -> None:
        """A call worked; its first piece came after so many milliseconds."""
        record = self.of(label)
        mean = record.first_ms + _WEIGHT * (first_ms - record.first_ms)
        self._records[label] = Record(
            success=_towards(record.success, 1.0), first_ms=mean if record.first_ms else first_ms
        )

    def failed(self, label: str, error: ProviderError) -> None:
        """A call failed, after all attempts of its own."""
        if error.kind in _INNOCENT:
            return
        record = self.of(label)
        n_troubles = record.n_troubles + 1
        self._records[label] = replace(
            record,
            n_troubles=n_troubles,
            trouble=error.message,
            success=_towards(record.success, 0.0),
            closed_until_ms=self._clock.now_ms() + int(_pause(error, n_troubles) * 1000),
        )


def _towards(mean: float, value: float) -> float:
    return mean + _WEIGHT * (value - mean)


def _pause(error: ProviderError, n_troubles: int) -> float:
    """Seconds without a call: none for a first slip, doubling from the third on."""
    if not error.is_transient:
        return _LASTING_PAUSE_S
    if n_troubles < _TRIPS_AFTER:
        return error.retry_after_s or 0.0
    doubled = _FIRST_PAUSE_S * 2.0 ** (n_troubles - _TRIPS_AFTER)
    return max(error.retry_after_s or 0.0, min(_LONGEST_PAUSE_S, doubled))
