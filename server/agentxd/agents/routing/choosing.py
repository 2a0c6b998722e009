"""Chooses among the models of a chain: who fits, and who of these comes first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from agentxd.agents.context.window import window_of
from agentxd.agents.routing.health import Record
from agentxd.kernel.models import Model
from agentxd.kernel.ports import Provider

_TYPICAL_OUTPUT_TOKENS = 1_000
_MICROS_PER_MS = 1.0
"""What waiting is worth: a second counts as much as a tenth of a cent."""


@dataclass(frozen=True)
class Candidate:
    """One model of a chain."""

    provider: Provider
    model: Model

    @property
    def label(self) -> str:
        """`anthropic/claude-sonnet-5-5`."""
        return self.model.label


class Need(Struct, frozen=True):
    """What the next step asks for."""

    input_tokens: int
    output_tokens: int
    has_tools: bool
    tier: int = 2
    why_tier: str = ""


@dataclass(frozen=True)
class Choice:
    """A decision and its reasons."""

    candidate: Candidate
    reasons: tuple[str, ...]
    passed_over: Mapping[str, str] = field(default_factory=dict)
    """Label to the reason, of those that were wanted more and did not fit."""


def obstacle(model: Model, need: Need) -> str:
    """Why a model cannot take the step at all, empty where it can."""
    window = window_of(model, need.output_tokens)
    if window.is_full(need.input_tokens):
        return (
            f"its window of {window.total} tokens is too small for about {need.input_tokens} and"
            f" an answer of {window.reserved}"
        )
    if need.has_tools and "tools" not in model.can:
        return "it cannot use tools"
    return ""


def in_order(candidates: Sequence[Candidate], need: Need) -> list[tuple[Candidate, str]]:
    """The chain as it was written, each with the reason for its place."""
    del need
    places = ["first of the chain", *(f"number {n} of the chain" for n in range(2, 99))]
    return list(zip(candidates, places, strict=False))


def by_score(
    candidates: Sequence[Candidate], need: Need, record: Callable[[str], Record]
) -> list[tuple[Candidate, str]]:
    """Those that are up to the goal first; among them by price, success and waiting."""

    def cost(candidate: Candidate) -> float:
        known = record(candidate.label)
        micros = candidate.model.worst_micros(need.input_tokens, _TYPICAL_OUTPUT_TOKENS)
        return (micros + known.first_ms * _MICROS_PER_MS) / max(known.success, 0.05)

    def rank(candidate: Candidate) -> tuple[int, int, float]:
        missing = max(0, need.tier - candidate.model.tier)
        is_unpriced = 0 if candidate.model.is_priced else 1
        return missing, is_unpriced, cost(candidate)

    def words(candidate: Candidate) -> str:
        known, dollars = record(candidate.label), cost(candidate) / 1e6
        return (
            f"tier {candidate.model.tier} for a need of {need.tier} ({need.why_tier}); about"
            f" ${dollars:.4f} a step with {known.success:.0%} success and {known.first_ms:.0f} ms"
        )

    return [(candidate, words(candidate)) for candidate in sorted(candidates, key=rank)]
