"""The vendors that are installed: the entry points of the group `agentxd.vendors`.

A package brings one with `[project.entry-points."agentxd.vendors"]` and a line such as
`acme = "acme_agentxd:VENDOR"`, where `VENDOR` is a `Vendor` of that name. The files are read here
rather than with importlib.metadata, whose import alone takes longer than the event loop may wait.
"""

import configparser
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from agentxd.kernel.errors import ProviderError
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
    for name, place in _entries(sys.path if path is None else path):
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
    rivals = {name: place for name, place in _entries(sys.path) if place != _own(name)}
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


def _entries(path: Sequence[str]) -> Iterator[tuple[str, str]]:
    for folder in dict.fromkeys(path):
        for file in sorted(Path(folder or ".").glob("*.*-info/entry_points.txt")):
            yield from _of_file(file)


def _of_file(file: Path) -> Iterator[tuple[str, str]]:
    try:
        text = file.read_text()
        if f"[{GROUP}]" not in text:
            return
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
        parser.read_string(text)
    except (OSError, ValueError, configparser.Error):
        return  # not a package's file; its owner's tools tell what is wrong with it
    for name, place in parser.items(GROUP):
        yield name.strip(), place.split("[")[0].strip()
