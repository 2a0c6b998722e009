"""What is known of models: window, longest answer, abilities, prices; read from one file."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.messages import Usage

_FILE = Path(__file__).parent / "models.json"


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """Micro-dollars for one token, which is dollars for a million."""

    input: float = 0.0
    output: float = 0.0
    cache_read: float = 0.0
    cache_write: float = 0.0


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """One row: a model, or all whose names fit the pattern."""

    provider: str
    pattern: str
    """With `*` for any characters; the first row that fits counts."""
    context_tokens: int
    """Prompt and answer together."""
    max_output_tokens: int
    name: str = ""
    """The model that is offered for this row; empty for a row that only describes."""
    can: tuple[str, ...] = ()
    """tools, thinking, images, cache."""
    thinking: str = ""
    """How the wire asks for it: adaptive, budget, effort, switch; empty where it does not."""
    price: Price = Price()
    is_priced: bool = True
    """False where nobody knows what it costs: a cost of 0 means nothing then."""
    long_above_tokens: int = 0
    """Prompts above this cost `long_price`; 0 for one price."""
    long_price: Price = Price()


class _File(Struct, forbid_unknown_fields=True):
    as_of: str
    models: tuple[Model, ...]


@cache
def all_models() -> tuple[Model, ...]:
    """Every row, in order."""
    return msgspec.json.decode(_FILE.read_bytes(), type=_File).models


def find_model(provider: str, name: str, models: Sequence[Model] | None = None) -> Model:
    """The row of a model; a cautious one for a model that nobody knows."""
    for model in all_models() if models is None else models:
        if model.provider == provider and fnmatchcase(name, model.pattern):
            return replace(model, name=name)
    return Model(provider, "*", 32_768, 4_096, name, ("tools",), is_priced=False)


def offered(provider: str) -> tuple[str, ...]:
    """Names of the models of a provider, the default first."""
    return tuple(row.name for row in all_models() if row.provider == provider and row.name)


def cost_micros(model: Model, usage: Usage) -> int:
    """What a call costs in micro-dollars, rounded up."""
    is_long = 0 < model.long_above_tokens < usage.input_tokens
    price = model.long_price if is_long else model.price
    fresh = max(0, usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens)
    exact = (
        fresh * price.input
        + usage.cache_read_tokens * price.cache_read
        + usage.cache_write_tokens * price.cache_write
        + usage.output_tokens * price.output
    )
    return -int(-exact // 1)


def priced(model: Model, usage: Usage) -> Usage:
    """The usage with its cost."""
    return replace(usage, cost_micros=cost_micros(model, usage))
