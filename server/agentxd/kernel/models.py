"""What is known of a model: window, longest answer, abilities, prices."""

from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.messages import Usage


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """Micro-dollars for one token, which is dollars for a million."""

    input: float = 0.0
    output: float = 0.0
    cache_read: float = 0.0
    cache_write: float = 0.0


class Model(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One model of one provider."""

    provider: str
    name: str = ""
    context_tokens: int = 0
    """Prompt and answer together; 0 where there is no such limit."""
    max_output_tokens: int = 0
    """Longest answer; 0 where there is no such limit."""
    can: tuple[str, ...] = ("tools",)
    """tools, thinking, images, cache."""
    thinking: str = ""
    """How the wire asks for it: adaptive, budget, effort, switch; empty where it does not."""
    tier: int = 2
    """How much it is up to: 1 for small and fast, 2 for everyday work, 3 for the hardest."""
    price: Price = Price()
    is_priced: bool = True
    """False where nobody knows what it costs: a cost of 0 means nothing then."""
    long_above_tokens: int = 0
    """Prompts above this cost `long_price`; 0 for one price."""
    long_price: Price = Price()

    @property
    def label(self) -> str:
        """Provider and name, as people write them: `anthropic/claude-sonnet-5-5`."""
        return f"{self.provider}/{self.name}" if self.name else self.provider

    def price_of(self, input_tokens: int) -> Price:
        """The price of a call with a prompt of this size."""
        return self.long_price if 0 < self.long_above_tokens < input_tokens else self.price

    def cost_micros(self, usage: Usage) -> int:
        """What a call costs in micro-dollars, rounded up."""
        price = self.price_of(usage.input_tokens)
        fresh = max(0, usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens)
        exact = (
            fresh * price.input
            + usage.cache_read_tokens * price.cache_read
            + usage.cache_write_tokens * price.cache_write
            + usage.output_tokens * price.output
        )
        return -int(-exact // 1)

    def worst_micros(self, input_tokens: int, output_tokens: int) -> int:
        """The most that a call of this size can cost: nothing cached, all of it put there."""
        price = self.price_of(input_tokens)
        dearest = max(price.input, price.cache_write)
        return -int(-(input_tokens * dearest + output_tokens * price.output) // 1)

    def priced(self, usage: Usage) -> Usage:
        """The usage with its cost."""
        return replace(usage, cost_micros=self.cost_micros(usage))
