"""Budgets: steps, tokens, money and time, reserved before the call that may spend them."""

from msgspec import Struct
from msgspec.json import encode

from agentxd.kernel.errors import BudgetExhaustedError
from agentxd.kernel.messages import ModelRequest, Usage
from agentxd.kernel.ports import Clock

_BYTES_PER_TOKEN = 4
"""A rough lower bound for text and code; what the model reports replaces the guess."""
_RAISE = "raise the budget (budget_steps, budget_tokens, budget_cost_micros, budget_seconds)"


class Ceilings(Struct, frozen=True):
    """Upper limits; 0 means that this one does not bind."""

    steps: int = 0
    tokens: int = 0
    cost_micros: int = 0
    """Millionths of a US dollar."""
    seconds: int = 0


class Price(Struct, frozen=True):
    """What a model costs, in micro-dollars for a million tokens; 0 for a free one."""

    input_micros: int = 0
    output_micros: int = 0


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
        price: Price | None = None,
        parent: "Meter | None" = None,
    ) -> None:
        self.name = name
        self._ceilings = ceilings
        self._clock = clock
        self._price = price or Price()
        self._parent = parent
        self._started_ms = clock.now_ms()
        self.n_steps = 0
        self.tokens = 0
        self.cost_micros = 0

    def reserve(self, request: ModelRequest) -> Reservation:
        """Set aside what the next step may cost. Raises BudgetExhaustedError; nothing is spent."""
        size = estimated_tokens(request)
        reservation = self._fitting(size, request.max_output_tokens)
        for meter in self._chain():
            meter.check(reservation)
        for meter in self._chain():
            meter.add(1, reservation.tokens, reservation.cost_micros)
        return reservation

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """Put what the step really cost in the place of what was reserved."""
        tokens = usage.input_tokens + usage.output_tokens - reservation.tokens
        for meter in self._chain():
            meter.add(0, tokens, usage.cost_micros - reservation.cost_micros)

    def seconds_left(self) -> float | None:
        """Until the nearest time ceiling, None where there is none."""
        left = [seconds for meter in self._chain() if (seconds := meter.own_seconds()) is not None]
        return min(left, default=None)

    def own_seconds(self) -> float | None:
        """Until this meter's own time ceiling."""
        if not self._ceilings.seconds:
            return None
        spent = (self._clock.now_ms() - self._started_ms) / 1000
        return self._ceilings.seconds - spent

    def own_tokens(self) -> int | None:
        """Tokens left under this meter's own ceiling."""
        return self._ceilings.tokens - self.tokens if self._ceilings.tokens else None

    def check(self, wanted: Reservation) -> None:
        """Raise BudgetExhaustedError where the wanted call would pass this meter's ceiling."""
        ceilings = self._ceilings
        self._bound("steps", self.n_steps + 1, ceilings.steps)
        self._bound("tokens", self.tokens + wanted.tokens, ceilings.tokens)
        self._bound("micro-dollars", self.cost_micros + wanted.cost_micros, ceilings.cost_micros)
        seconds = self.own_seconds()
        if seconds is not None and seconds <= 0:
            raise BudgetExhaustedError(
                f"The {self.name} has used its {ceilings.seconds} seconds.", _RAISE
            )

    def add(self, n_steps: int, tokens: int, cost_micros: int) -> None:
        """Book an amount, which may be negative."""
        self.n_steps += n_steps
        self.tokens += tokens
        self.cost_micros += cost_micros

    def _bound(self, what: str, wanted: int, ceiling: int) -> None:
        if ceiling and wanted > ceiling:
            raise BudgetExhaustedError(
                f"The next step would pass the {self.name}'s {ceiling} {what}.", _RAISE
            )

    def _fitting(self, input_tokens: int, output_tokens: int) -> Reservation:
        """Room for the answer shrinks to what is left, as long as anything is left."""
        for meter in self._chain():
            left = meter.own_tokens()
            if left is not None:
                output_tokens = min(output_tokens, max(1, left - input_tokens))
        micros = input_tokens * self._price.input_micros + output_tokens * self._price.output_micros
        return Reservation(input_tokens, output_tokens, micros // 1_000_000)

    def _chain(self) -> "list[Meter]":
        meters: list[Meter] = []
        meter: Meter | None = self
        while meter is not None:
            meters.append(meter)
            meter = meter._parent  # noqa: SLF001  # a parent is a meter too
        return meters


def estimated_tokens(request: ModelRequest) -> int:
    """A guess at the input tokens of a request."""
    return len(encode((request.system, request.messages, request.tools))) // _BYTES_PER_TOKEN
