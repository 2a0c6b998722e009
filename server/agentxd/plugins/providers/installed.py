"""The vendors that are installed: the entry points of the group `agentxd.vendors`.

A package brings one with `[project.entry-points."agentxd.vendors"]` and a line such as
`acme = "acme_agentxd:VENDOR"`, where `VENDOR` is a `Vendor` of that name.
"""

import importlib
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from agentxd.kernel.errors import ProviderError
from agentxd.plugins import packages
from agentxd.plugins.providers.vendors import VENDORS, Vendor

GROUP = "agentxd.vendors"


class Broken(Struct, frozen=True):
    """An entry that is passed over, and why."""

    name: str
    place: str
    """`module:attribute`, as the package declares it."""
    reason: str


def declared(path: Sequence[str] | None = None) -> Mapping[str, str]:
    """Name to `module:attribute` of everything declared on `sys.path`; the first one counts."""
    found: dict[str, str] = {}
    for name, place in packages.declared(GROUP, sys.path if path is None else path):
        found.setdefault(name, place)
    return found


def known_names() -> tuple[str, ...]:
    """Built-in vendors first, then the declared ones, whether they work or not."""
    return (*VENDORS, *sorted(name for name in _others() if name not in VENDORS))


def find_vendor(name: str) -> Vendor:
    """A vendor by its name; imports a third party's module. Raises ProviderError."""
    if name in VENDORS:
        return VENDORS[name]
    place = _others().get(name)
    if place is None:
        raise ProviderError(
            f"There is no provider {name!r}.", f"use one of: {', '.join(VENDORS)}", kind="model"
        )
    return _loaded(name, place)


def installed() -> tuple[tuple[Vendor, ...], tuple[Broken, ...]]:
    """Every vendor that works, the built-in ones first, and what was passed over."""
    works, broken = list(VENDORS.values()), []
    for name, place in sorted(_others().items()):
        if name in VENDORS:
            if place != _own(name):
                words = f"{name} is built in and cannot be taken over."
                broken.append(Broken(name, place, words))
            continue
        try:
            works.append(_loaded(name, place))
        except ProviderError as error:
            broken.append(Broken(name, place, error.message))
    return tuple(works), tuple(broken)


def _others() -> Mapping[str, str]:
    """Everything declared, a rival of a built-in name before the built-in one."""
    rivals = {
        name: place for name, place in packages.declared(GROUP, sys.path) if place != _own(name)
    }
    return {**declared(), **rivals}


def _own(name: str) -> str:
    """How a built-in vendor is declared."""
    return f"{Vendor.__module__}:{name.upper()}"


@lru_cache(maxsize=64)
def _loaded(name: str, place: str) -> Vendor:
    """Raises ProviderError; a module that breaks is asked again each time."""
    module, _, attribute = place.partition(":")
    advice = f"mend or remove the package that brings {place}"
    try:
        found = getattr(importlib.import_module(module), attribute)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise ProviderError(
            f"The provider {name} cannot be loaded from {place}: {reason}", advice, kind="worker"
        ) from error
    if not isinstance(found, Vendor) or found.name != name:
        told = f"the Vendor {found.name}" if isinstance(found, Vendor) else "no Vendor"
        raise ProviderError(
            f"The provider {name} cannot be loaded: {place} is {told}.", advice, kind="worker"
        )
    return found
