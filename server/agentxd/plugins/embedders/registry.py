"""Embedders by name: the built-in ones, and the entry points of the group `agentxd.embedders`.

A package brings one with `[project.entry-points."agentxd.embedders"]` and a line such as
`acme = "acme_agentxd:make"`, where `make` is an `EmbedderMaker`. The built-in ones are named in
the same form and come in by the same door; a built-in name cannot be taken over.
"""

import importlib
import sys
from collections.abc import Mapping

from agentxd.kernel.errors import AgentxError, EmbedderError
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.packages import declared

GROUP = "agentxd.embedders"
BUILT_IN: Mapping[str, str] = {
    "static": "agentxd.plugins.embedders.static:make",
    "minilm": "agentxd.plugins.embedders.minilm:make",
    "ollama": "agentxd.plugins.embedders.ollama:make",
    "openai": "agentxd.plugins.embedders.openai_compatible:make",
}
"""Name to `module:attribute` of its maker."""


def embedder_names() -> tuple[str, ...]:
    """Built-in embedders first, then the declared ones, whether they work or not."""
    return (*BUILT_IN, *sorted(name for name in _declared() if name not in BUILT_IN))


def make_embedder(name: str, settings: EmbedderSettings | None = None) -> Embedder:
    """An embedder by its name; imports what it needs. Raises EmbedderError."""
    place = BUILT_IN.get(name) or _declared().get(name)
    if place is None:
        names = ", ".join(embedder_names())
        raise EmbedderError(f"There is no embedder {name!r}.", f"use one of: {names}")
    return _made(name, place, settings or EmbedderSettings())


def _made(name: str, place: str, settings: EmbedderSettings) -> Embedder:
    module, _, attribute = place.partition(":")
    try:
        found: Embedder = getattr(importlib.import_module(module), attribute)(settings)
        n_dimensions = int(found.dimensions)
    except AgentxError:
        raise
    except Exception as error:
        raise EmbedderError(
            f"The embedder {name} cannot be made from {place}: {type(error).__name__}: {error}",
            f"mend or remove the package that brings {place}, or choose another embedder",
        ) from error
    if n_dimensions < 1 or not found.name:
        raise EmbedderError(f"The embedder {name} of {place} has no name or no dimensions.")
    return found


def _declared() -> Mapping[str, str]:
    """Name to place of what installed packages declare; the first one counts."""
    found: dict[str, str] = {}
    for name, place in declared(GROUP, sys.path):
        found.setdefault(name, place)
    return found
