"""Budgets: steps, tokens, money and time, reserved before the call that may spend them."""

import time
from collections.abc import Callable

from msgspec import Struct

from agentxd.kernel.errors import BudgetExhaustedError
from agentxd.kernel.messages import Usage
from agentxd.kernel.models import Model
from agentxd.kernel.ports import Clock

_LEAST_ANSWER_TOKENS = 1_024
"""An answer is not cut shorter than this to save money."""
_RAISE = (
    "raise the budget: --budget steps=N,tokens=N,cost=DOLLARS,seconds=N, or the settings budget_*"
)
_RAISE_DAY = "wait until tomorrow (UTC), or raise budget_day_cost_micros"


class Ceilings(Struct, frozen=True):
    """Upper limits; 0 means that this one does not bind."""

    steps: int = 0
    tokens: int = 0
    cost_micros: int = 0
    """Millionths of a US dollar."""
    seconds: int = 0


class Wanted(Struct, frozen=True):
    """How large a call would be."""

    input_tokens: int
    output_tokens: int
    model: Model = Model(provider="")
    """Whose prices count."""


class Reservation(Struct, frozen=True):
    """What a call may spend at most."""

    input_tokens: int
    output_tokens: int
    cost_micros: int

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


class Meter:
    """Counts what was spent under one ceiling, and under those of its parents."""

    def __init__(
        self,
        name: str,
        ceilings: Ceilings,
        clock: Clock,
        parent: "Meter | None" = None,
        next_step: str = _RAISE,
    ) -> None:
        self.name = name
        self._ceilings = ceilings
        self._clock = clock
        self._parent = parent
        self._next_step = next_step
        self._started_ms = clock.now_ms()
        self._stopped_ms = 0
        """Since when its time stands still, 0 where it runs."""
        self.n_steps = 0
        self.tokens = 0
        self.cost_micros = 0

    def reserve(self, wanted: Wanted) -> Reservation:
        """Set aside what the next step may cost. Raises BudgetExhaustedError; nothing is spent."""
        reservation = self._fitting(wanted)
        for meter in self._chain():
            meter.check(reservation)
        for meter in self._chain():
            meter.set_aside(reservation)
        return reservation

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """Put what the step really cost in the place of what was reserved."""
        for meter in self._chain():
            meter.replace(reservation, usage)

    def seconds_left(self) -> float | None:
        """Until the nearest time ceiling, None where there is none."""
        left = [seconds for meter in self._chain() if (seconds := meter.own_seconds()) is not None]
        return min(left, default=None)

    def own_seconds(self) -> float | None:
        """Until this meter's own time ceiling."""
        if not self._ceilings.seconds:
            return None
        now_ms = self._stopped_ms or self._clock.now_ms()
        spent = (now_ms - self._started_ms) / 1000
        return self._ceilings.seconds - spent

    def stand_still(self) -> None:
        """Its own time stands still until it goes on."""
        self._stopped_ms = self._stopped_ms or self._clock.now_ms()

    def go_on(self) -> None:
        """Its own time runs again, from where it stood still."""
        if self._stopped_ms:
            self._started_ms += self._clock.now_ms() - self._stopped_ms
            self._stopped_ms = 0

    def own_tokens(self) -> int | None:
        """Tokens left under this meter's own ceiling."""
        return self._ceilings.tokens - self.tokens if self._ceilings.tokens else None

    def own_micros(self) -> int | None:
        """Micro-dollars left under this meter's own ceiling."""
        ceiling = self._ceilings.cost_micros
        return ceiling - self.cost_micros if ceiling else None

    def check(self, wanted: Reservation) -> None:
        """Raise BudgetExhaustedError where the wanted call would pass this meter's ceiling."""
        ceilings = self._ceilings
        self._bound("steps", self.n_steps + 1, ceilings.steps)
        self._bound("tokens", self.tokens + wanted.tokens, ceilings.tokens)
        self._bound("micro-dollars", self.cost_micros + wanted.cost_micros, ceilings.cost_micros)
        seconds = self.own_seconds()
        if seconds is not None and seconds <= 0:
            raise BudgetExhaustedError(
                f"The {self.name} has used its {ceilings.seconds} seconds.", self._next_step
            )

    def set_aside(self, reservation: Reservation) -> None:
        """Book what a call may spend, under this ceiling alone."""
        self.n_steps += 1
        self.tokens += reservation.tokens
        self.cost_micros += reservation.cost_micros

    def replace(self, reservation: Reservation, usage: Usage) -> None:
        """Book what it spent in its place, under this ceiling alone."""
        self.tokens += usage.input_tokens + usage.output_tokens - reservation.tokens
        self.cost_micros += usage.cost_micros - reservation.cost_micros

    def _bound(self, what: str, wanted: int, ceiling: int) -> None:
        if ceiling and wanted > ceiling:
            is_money = what == "micro-dollars"
            dollars = f"${ceiling / 1_000_000:.6f}".rstrip("0").rstrip(".")
            limit = dollars if is_money else f"{ceiling:,} {what}"
            raise BudgetExhaustedError(
                f"The next step would pass the {self.name}'s {limit}.", self._next_step
            )

    def _fitting(self, wanted: Wanted) -> Reservation:
        """Room for the answer shrinks to what is left, as long as anything is left."""
        size, output = wanted.input_tokens, wanted.output_tokens
        least = min(output, _LEAST_ANSWER_TOKENS)
        for meter in self._chain():
            left = meter.own_tokens()
            if left is not None:
                output = min(output, max(1, left - size))
            micros = meter.own_micros()
            if micros is not None:
                output = min(output, max(least, _affordable(wanted, micros)))
        return Reservation(size, output, wanted.model.worst_micros(size, output))

    def _chain(self) -> "list[Meter]":
        meters: list[Meter] = []
        meter: Meter | None = self
        while meter is not None:
            meters.append(meter)
            meter = meter._parent  # noqa: SLF001  # a parent is a meter too
        return meters


class DayMeter(Meter):
    """What all tasks of the workspace spend on one day (UTC); begins anew at midnight."""

    def __init__(
        self, ceilings: Callable[[], Ceilings], clock: Clock, spent_micros: Callable[[str], int]
    ) -> None:
        super().__init__("day", ceilings(), clock, next_step=_RAISE_DAY)
        self._find_ceilings = ceilings
        self._spent_micros = spent_micros
        """What the log knows of a day, in micro-dollars: a daemon starts in the middle of one."""
        self._day = ""
        self._micros_aside = 0
        """Of calls under way; what they cost is of the day on which they end."""

    def check(self, wanted: Reservation) -> None:
        """Raise BudgetExhaustedError where the wanted call would pass the day's ceiling."""
        self._turn()
        super().check(wanted)

    def own_micros(self) -> int | None:
        """Micro-dollars left today."""
        self._turn()
        return super().own_micros()

    def set_aside(self, reservation: Reservation) -> None:
        """Book what a call may spend."""
        self._turn()
        super().set_aside(reservation)
        self._micros_aside += reservation.cost_micros

    def replace(self, reservation: Reservation, usage: Usage) -> None:
        """Book what it spent in its place."""
        self._turn()
        super().replace(reservation, usage)
        self._micros_aside -= reservation.cost_micros

    def _turn(self) -> None:
        self._ceilings = self._find_ceilings()
        today = day_of(self._clock.now_ms())
        if today != self._day:
            self._day = today
            self.n_steps, self.tokens = 0, 0
            self.cost_micros = self._spent_micros(today) + self._micros_aside


def day_of(at_ms: int) -> str:
    """The day (UTC) of wall milliseconds, as `2026-11-21`."""
    return time.strftime("%Y-%m-%d", time.gmtime(at_ms / 1000))


def _affordable(wanted: Wanted, micros: int) -> int:
    """Tokens of the answer that so much money buys after the prompt."""
    price = wanted.model.price_of(wanted.input_tokens).output
    if price <= 0:
        return wanted.output_tokens
    return int((micros - wanted.model.worst_micros(wanted.input_tokens, 0)) / price)
