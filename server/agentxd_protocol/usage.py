"""What models cost: tokens, money and time by day, role and model."""

from agentxd_protocol.base import Wire


class UsageItem(Wire):
    """The model calls of one day (UTC) by one role to one model."""

    day: str
    """As `2026-11-21`."""
    role: str
    model: str
    """Provider and name, as `anthropic/claude-sonnet-5-5`."""
    n_calls: int
    n_failed: int
    input_tokens: int
    """Everything that was sent, from a cache or not."""
    output_tokens: int
    cache_read_tokens: int
    """The part of the input that a prompt cache held."""
    cache_write_tokens: int
    cost_micros: int
    """Millionths of a US dollar, by the prices that the registry knows."""
    model_ms: int
    """Spent on waiting for answers."""


class GetUsageParams(Wire):
    """How far back to look."""

    n_days: int = 7


class GetUsageResult(Wire):
    """Rows, newest day first; within a day the dearest first."""

    rows: list[UsageItem]
    today_cost_micros: int
    day_ceiling_micros: int
    """What all tasks may spend on one day; 0 for no such limit."""
