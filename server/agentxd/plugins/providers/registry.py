"""What is known of models, read from one file."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.models import Model

_FILE = Path(__file__).parent / "models.json"


class Row(Model, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of the file: a model, or all whose names fit the pattern.

    `name` is the model that is offered for this row; empty for a row that only describes.
    """

    pattern: str
    """With `*` for any characters; the first row that fits counts."""


class _File(Struct, forbid_unknown_fields=True):
    as_of: str
    models: tuple[Row, ...]


@cache
def all_models() -> tuple[Row, ...]:
    """Every row, in order."""
    return msgspec.json.decode(_FILE.read_bytes(), type=_File).models


def find_model(provider: str, name: str, models: Sequence[Row] | None = None) -> Model:
    """The row of a model; a cautious one for a model that nobody knows."""
    for model in all_models() if models is None else models:
        if model.provider == provider and fnmatchcase(name, model.pattern):
            return replace(model, name=name)
    return Model(
        provider=provider,
        name=name,
        context_tokens=32_768,
        max_output_tokens=4_096,
        is_priced=False,
    )


def offered(provider: str, models: Sequence[Row] | None = None) -> tuple[str, ...]:
    """Names of the models of a provider, the default first."""
    rows = all_models() if models is None else models
    return tuple(row.name for row in rows if row.provider == provider and row.name)


def is_described(provider: str, name: str, models: Sequence[Row]) -> bool:
    """Whether a row of the provider means this name, and not just any."""
    return any(
        row.provider == provider and row.pattern != "*" and fnmatchcase(name, row.pattern)
        for row in models
    )
