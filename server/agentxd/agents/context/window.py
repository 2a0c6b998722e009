"""The effective window: what a model can take, less the answer that is reserved."""

from msgspec import Struct

from agentxd.kernel.models import Model

COMPACT_AT = 0.80
STOP_AT = 0.98
_LARGEST_SHARE = 0.25
"""Of the window, that may be reserved for the answer."""


class Window(Struct, frozen=True):
    """One model's window for the steps of one task, in tokens."""

    total: int
    """0 where there is no limit."""
    reserved: int
    """For the answer."""

    @property
    def effective(self) -> int:
        """For the prompt."""
        return self.total - self.reserved

    def is_nearly_full(self, tokens: int) -> bool:
        """Whether the transcript should be compacted before the next step."""
        return self.total > 0 and tokens >= self.effective * COMPACT_AT

    def is_full(self, tokens: int) -> bool:
        """Whether the next step would not fit, with a margin for a wrong guess."""
        return self.total > 0 and tokens >= self.effective * STOP_AT


def window_of(model: Model, output_tokens: int) -> Window:
    """The window where an answer of at most so many tokens is wanted."""
    reserved = min(output_tokens, model.max_output_tokens or output_tokens)
    if model.context_tokens:
        reserved = min(reserved, int(model.context_tokens * _LARGEST_SHARE))
    return Window(model.context_tokens, reserved)
